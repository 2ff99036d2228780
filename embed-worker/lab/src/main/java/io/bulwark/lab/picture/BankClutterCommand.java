package io.bulwark.lab.picture;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.picture.CompositeRenderer.Clutter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bulwark bank clutter}. PNG files named {@code NNNNN-kind.png}. */
@Command(
        name = "clutter",
        description = {
            "Draws pictures of nothing in particular for a bank, as one more safe label: plain grounds, noise, wood,"
                    + " writing, boxes, screens of chats, pages and phones, and with --pictures edges of your own"
                    + " harmless pictures. They are for views of an upload that show no picture. Measure with"
                    + " `bulwark evaluate acceptance` on your pictures whether fewer go to people."
        })
public final class BankClutterCommand extends OutputCommand implements Runnable {

    private static final int LARGEST_COUNT = 10_000;
    private static final double LEAST_CUT = 0.15;
    private static final double LARGEST_CUT = 0.35;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "A new folder beside those of your other labels, such as pictures/clutter.")
    private Path out;

    @Option(names = "--count", paramLabel = "N", description = "Pictures, as many of each kind.")
    private int count = 160;

    @Option(names = "--side", paramLabel = "PIXELS", description = "Height and width.")
    private int side = 384;

    @Option(
            names = "--pictures",
            paramLabel = "DIR",
            description =
                    "Harmless pictures: squares at their edges, of 15 to 35 %% of the shorter side, become clutter as"
                            + " well.")
    private Path pictures;

    @Option(names = "--seed", description = "The same seed draws the same pictures.")
    private long seed = 1;

    @Override
    public void run() {
        requireRanges();
        Output output = output();
        SplittableRandom random = new SplittableRandom(seed);
        List<PictureFiles> sources = sources();
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        int kinds = Clutter.values().length + (sources.isEmpty() ? 0 : 1);
        int leftOut = 0;
        for (int i = 0; i < count; i++) {
            int kind = i % kinds;
            if (kind < Clutter.values().length) {
                Clutter clutter = Clutter.values()[kind];
                write(CompositeRenderer.draw(clutter, side, random.split()), i, clutter.name());
            } else {
                Optional<BufferedImage> edge = edge(sources.get(i / kinds % sources.size()), decoder, random.split());
                if (edge.isPresent()) {
                    write(edge.get(), i, "edge");
                } else {
                    leftOut++;
                }
            }
        }
        output.print(
                "%d pictures in %s, %d left out because their file cannot be decoded: keep the label %s out of --flagged-labels"
                        .formatted(count - leftOut, out, leftOut, out.getFileName()),
                Map.of("pictures", count - leftOut, "leftOut", leftOut, "folder", out.toString()));
    }

    private void requireRanges() {
        if (count < 1 || count > LARGEST_COUNT) {
            throw CommandFailure.usage("--count is " + count + ", allowed are 1 to " + LARGEST_COUNT);
        }
        if (side < 64 || side > 4096) {
            throw CommandFailure.usage("--side is " + side + ", allowed are 64 to 4096 pixels");
        }
        if (Files.exists(out)) {
            throw CommandFailure.usage("--out " + out + " exists: name a new folder");
        }
    }

    private List<PictureFiles> sources() {
        if (pictures == null) {
            return List.of();
        }
        try {
            return PictureFiles.of(List.of(pictures), List.of());
        } catch (IOException e) {
            throw CommandFailure.usage("--pictures: " + e.getMessage());
        }
    }

    /** A square at one of the four edges; empty where the file is no picture. */
    private Optional<BufferedImage> edge(PictureFiles source, ImageDecoder decoder, SplittableRandom random) {
        byte[] file;
        try {
            file = Files.readAllBytes(source.path());
        } catch (IOException e) {
            throw CommandFailure.failed(source.path() + " cannot be read: " + e, e);
        }
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded decoded
                        ? Optional.of(
                                cut(UprightPicture.of(decoded.frames().get(0)).image(), random))
                        : Optional.empty());
    }

    private BufferedImage cut(BufferedImage picture, SplittableRandom random) {
        int shorter = Math.min(picture.getWidth(), picture.getHeight());
        int edge = Math.max(1, (int) (random.nextDouble(LEAST_CUT, LARGEST_CUT) * shorter));
        int x = random.nextInt(picture.getWidth() - edge + 1);
        int y = random.nextInt(picture.getHeight() - edge + 1);
        switch (random.nextInt(4)) {
            case 0 -> x = 0;
            case 1 -> x = picture.getWidth() - edge;
            case 2 -> y = 0;
            default -> y = picture.getHeight() - edge;
        }
        return UprightPicture.of(picture.getSubimage(x, y, edge, edge))
                .resized(side, side)
                .image();
    }

    private void write(BufferedImage image, int number, String kind) {
        Path file = out.resolve("%05d-%s.png".formatted(number, kind.toLowerCase(Locale.ROOT)));
        try {
            Files.createDirectories(out);
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
    }
}
