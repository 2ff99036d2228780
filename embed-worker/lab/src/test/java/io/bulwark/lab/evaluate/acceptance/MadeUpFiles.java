package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.FileViewer;
import io.bulwark.cli.picture.FileViewer.ChangedSight;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Files that say what an encoder sees of them, so that no encoder is needed: a line for each view, its name and the
 * direction of its embedding.
 */
final class MadeUpFiles implements FileViewer {

    static final EncoderDescription ENCODER = new EncoderDescription(
            "0123456789abcdef",
            "made-up",
            "none",
            4,
            "fp32",
            new PreprocessSpec(
                    8,
                    8,
                    8,
                    PreprocessSpec.ResizeMode.SQUASH,
                    PreprocessSpec.Interpolation.BILINEAR,
                    true,
                    0,
                    new float[] {0, 0, 0},
                    new float[] {1, 1, 1}),
            List.of());

    private final Path folder;
    private int looks;

    MadeUpFiles(Path folder) {
        this.folder = folder;
    }

    /** How often a file was looked at. */
    int looks() {
        return looks;
    }

    /** A file seen in views, each a name and four numbers. */
    LabelledFile file(String label, boolean flagged, String... views) {
        return write(label, flagged, String.join("\n", views));
    }

    /** A file that is no picture. */
    LabelledFile broken(String label, boolean flagged, int number) {
        return write(label, flagged, "broken " + number);
    }

    /** Files of one view each, scattered around a direction. */
    List<LabelledFile> cloud(String label, boolean flagged, int files, double[] centre, double spread, long seed) {
        Random random = new Random(seed);
        List<LabelledFile> cloud = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            cloud.add(file(
                    label,
                    flagged,
                    "whole "
                            + Arrays.stream(centre)
                                    .map(value -> value + spread * random.nextGaussian())
                                    .mapToObj(String::valueOf)
                                    .collect(Collectors.joining(" "))));
        }
        return cloud;
    }

    @Override
    public Sight look(byte[] file) {
        looks++;
        String text = new String(file, StandardCharsets.UTF_8);
        if (text.startsWith("broken")) {
            return new Sight.Refused(Refusal.CORRUPT_IMAGE.name());
        }
        List<SeenView> views = text.lines().map(MadeUpFiles::view).toList();
        return new Sight.Seen(
                views.stream().filter(view -> view.name().startsWith("whole")).toList(), views);
    }

    /** What a file's lines of the name {@code variant-} say; no picture shows them. */
    @Override
    public List<ReferenceVariant> variants(byte[] file, Sight.Seen seen) {
        return seen.views().stream()
                .filter(view -> view.name().startsWith("variant-"))
                .map(view -> new ReferenceVariant(view.name().substring("variant-".length()), view.embedding()))
                .toList();
    }

    /** What a file's lines of the name {@code changed} say. */
    @Override
    public Optional<ChangedSight> changed(byte[] file) {
        return new String(file, StandardCharsets.UTF_8).contains("changed ")
                ? Optional.of(new ChangedSight(
                        ((Sight.Seen) look(file))
                                .views().stream()
                                        .filter(view -> view.name().equals("changed"))
                                        .toList(),
                        Set.of()))
                : Optional.empty();
    }

    private static SeenView view(String line) {
        String[] parts = line.split(" ");
        double[] values =
                Arrays.stream(parts).skip(1).mapToDouble(Double::parseDouble).toArray();
        double length =
                Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / length);
        }
        return new SeenView(parts[0], unit, new float[0]);
    }

    private LabelledFile write(String label, boolean flagged, String text) {
        try {
            String sha256 = Sha256.digest(text.getBytes(StandardCharsets.UTF_8)).hex();
            Path file = Files.createDirectories(folder.resolve(label)).resolve(sha256.substring(0, 12));
            return new LabelledFile(Files.writeString(file, text), label, flagged, sha256);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
