package io.bulwark.lab.train.mask;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
}
