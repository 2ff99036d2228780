package io.bulwark.lab.train.mask;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.CompositeRenderer;
import io.bulwark.lab.picture.CompositeRenderer.Composite;
import io.bulwark.lab.picture.CompositeRenderer.Kind;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.TrainingOptions;
import io.bulwark.lab.train.mask.MaskTraining.Rendered;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Teaches a mask of what it draws itself: the same options whatever it is. */
public abstract class MaskCommand extends OutputCommand implements Runnable {

    /** {@code bulwark train text-mask}. */
    @Command(
            name = "text-mask",
            description = {
                "Teaches the network that finds text over pictures, so that a worker can look behind it.",
                "Text is drawn over --data in the fonts of this machine, so where it lies is known."
            })
    public static final class TextMaskCommand extends MaskCommand {

        @Override
        MaskTraining.Subject subject() {
            return TextRenderer.ofMachine();
        }
    }

    /** {@code bulwark train inset-mask}. */
    @Command(
            name = "inset-mask",
            description = {
                "Teaches the network that finds pictures within pictures, which no worker asks yet.",
                "Composites are drawn of --data: on photographs, noise, wood, in screenshots, turned; so where each",
                "picture lies is known."
            })
    public static final class InsetMaskCommand extends MaskCommand {

        @Override
        MaskTraining.Subject subject() {
            return new InsetRenderer();
        }
    }

    @Mixin
    private TrainingOptions.PictureOptions pictures;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description =
                    "The weights, a safetensors file; a worker reads the text mask in the jar of bulwark-imaging.")
    private Path out;

    @Option(names = "--work", paramLabel = "FOLDER", required = true, description = "Where decoded pictures are kept.")
    private Path work;

    @Option(names = "--start", paramLabel = "FILE", description = "Weights to go on from (default: random ones).")
    private Path start;

    @Option(names = "--steps", description = "Each of a batch.")
    private int steps = 3000;

    @Option(names = "--batch", description = "Rows of a step.")
    private int batch = 16;

    @Option(names = "--rate", description = "The highest learning rate.")
    private double rate = 4e-3;

    @Option(names = "--row-side", paramLabel = "PX", description = "Side of a row, a multiple of 8.")
    private int side = 96;

    @Option(names = "--seed", description = "Of weights, pictures and what is drawn.")
    private long seed = 1;

    @Option(names = "--report-every", description = "Steps.")
    private int reportEvery = 200;

    abstract MaskTraining.Subject subject();

    @Override
    public final void run() {
        Output output = output();
        try (PictureSet set = pictures.open(work.resolve("pictures"), output)) {
            MaskTraining.Subject subject = subject();
            MaskTraining training = new MaskTraining(steps, batch, rate, side, seed);
            output.note("%d pictures of %d px; %s".formatted(set.size(), set.side(), subject.describe()));
            MaskNetwork network =
                    training.run(set, subject, started(subject.layers()), reportEvery, (report, soFar) -> {
                        save(soFar);
                        print(report, output);
                    });
            output.print(
                    "%s rows=%d fingerprint=%s".formatted(out, (long) steps * batch, network.fingerprint()),
                    Fields.of(
                            "weights",
                            out.toString(),
                            "rows",
                            (long) steps * batch,
                            "fingerprint",
                            network.fingerprint()));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    private Optional<MaskNetwork> started(MaskLayers layers) {
        try {
            return start == null
                    ? Optional.empty()
                    : Optional.of(MaskNetwork.ofBytes(layers, Files.readAllBytes(start)));
        } catch (IOException e) {
            throw CommandFailure.failed("the weights in %s cannot be read: %s".formatted(start, e), e);
        }
    }

    /** Weights so far are as good a file as the last ones. */
    private void save(MaskNetwork network) {
        try {
            Files.createDirectories(out.toAbsolutePath().getParent());
            Files.write(out, network.toBytes());
        } catch (IOException e) {
            throw CommandFailure.failed("the weights cannot be written to %s: %s".formatted(out, e.getMessage()), e);
        }
    }

    private static void print(MaskTraining.Report report, Output output) {
        output.print(
                report.toString(),
                Fields.of(
                        "step",
                        report.step(),
                        "loss",
                        report.loss(),
                        "precision",
                        report.precision(),
                        "recall",
                        report.recall(),
                        "fired",
                        report.fired(),
                        "falselyFired",
                        report.falselyFired()));
    }

    /**
     * What the inset mask learns: the inside of each picture within a composite, but for {@link InsetMask#GAP} pixels
     * along its edge. Any thread.
     */
    record InsetRenderer() implements MaskTraining.Subject {

        /** One row in this number has no inset. */
        private static final int WITHOUT = 3;

        /** A logit for what is certain. */
        private static final float CERTAIN = 20;

        @Override
        public MaskLayers layers() {
            return MaskLayers.INSETS;
        }

        @Override
        public int counted() {
            return 128;
        }

        @Override
        public double share() {
            return 0.25;
        }

        @Override
        public float weight() {
            return 1;
        }

        @Override
        public boolean isWorthAView(boolean[] mask, int side) {
            float[] logits = new float[mask.length];
            for (int i = 0; i < mask.length; i++) {
                logits[i] = mask[i] ? CERTAIN : -CERTAIN;
            }
            return !InsetMask.insets(logits, side, side).isEmpty();
        }

        @Override
        public Rendered draw(Supplier<byte[]> pictures, int drawnSide, int rowSide, SplittableRandom random) {
            Kind[] kinds = Kind.values();
            boolean without = random.nextInt(WITHOUT) == 0;
            Kind kind = without ? kinds[random.nextInt(2)] : kinds[random.nextInt(2, kinds.length)];
            Composite composite = CompositeRenderer.draw(
                    kind, () -> new UprightPicture(drawnSide, drawnSide, pictures.get()), drawnSide, random);
            BufferedImage marked = new BufferedImage(drawnSide, drawnSide, BufferedImage.TYPE_BYTE_GRAY);
            Graphics2D on = CompositeRenderer.smooth(marked);
            on.setStroke(new BasicStroke((float) (2.0 * InsetMask.GAP * drawnSide / rowSide)));
            for (CompositeRenderer.Inset inset : composite.insets()) {
                Shape shape = inset.shape();
                on.setColor(Color.WHITE);
                on.fill(shape);
                on.setColor(Color.BLACK);
                on.draw(shape);
            }
            on.dispose();
            byte[] covered = new byte[drawnSide * drawnSide];
            marked.getRaster().getDataElements(0, 0, drawnSide, drawnSide, covered);
            return new Rendered(composite.rgb(), covered);
        }

        @Override
        public String describe() {
            return "composites of %d kinds".formatted(Kind.values().length);
        }
    }
}
