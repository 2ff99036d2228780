package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.imaging.text.TextMaskNetwork;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.PictureSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train text-mask}. */
@Command(
        name = "text-mask",
        description = {
            "Teaches the network that finds text over pictures, so that a worker can look behind it.",
            "Text is drawn over --data in the fonts of this machine, so where it lies is known."
        })
final class TextMaskCommand implements Runnable {

    @Mixin
    private OutputOptions options;

    @Mixin
    private TrainingOptions.PictureOptions pictures;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The weights, a safetensors file; a worker reads the one in the jar of bulwark-imaging.")
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

    @Option(names = "--seed", description = "Of weights, pictures and text.")
    private long seed = 1;

    @Option(names = "--report-every", description = "Steps.")
    private int reportEvery = 200;

    @Override
    public void run() {
        Output output = options.output();
        try (PictureSet set = pictures.open(work.resolve("pictures"), output)) {
            TextRenderer renderer = TextRenderer.ofMachine();
            TextMaskTraining training = new TextMaskTraining(steps, batch, rate, side, seed);
            output.note("%d pictures of %d px; fonts: %s".formatted(set.size(), set.side(), renderer.describe()));
            TextMaskNetwork network = training.run(set, renderer, started(), reportEvery, (report, soFar) -> {
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

    private Optional<TextMaskNetwork> started() {
        try {
            return start == null ? Optional.empty() : Optional.of(TextMaskNetwork.ofBytes(Files.readAllBytes(start)));
        } catch (IOException e) {
            throw CommandFailure.failed("the weights in %s cannot be read: %s".formatted(start, e), e);
        }
    }

    /** Weights so far are as good a file as the last ones. */
    private void save(TextMaskNetwork network) {
        try {
            Files.createDirectories(out.toAbsolutePath().getParent());
            Files.write(out, network.toBytes());
        } catch (IOException e) {
            throw CommandFailure.failed("the weights cannot be written to %s: %s".formatted(out, e.getMessage()), e);
        }
    }

    private static void print(TextMaskTraining.Report report, Output output) {
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
