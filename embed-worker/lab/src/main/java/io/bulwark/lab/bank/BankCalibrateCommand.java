package io.bulwark.lab.bank;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.traffic.BrokerOptions;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank calibrate}. */
@Command(
        name = "calibrate",
        description =
                "Finds the policy's settings for a bank, each reference decided by all the others, and prints them as "
                        + "the worker takes them.")
final class BankCalibrateCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private BankOptions bank;

    @Mixin
    private FlaggedOptions flagged;

    @Option(names = "--write", paramLabel = "FILE", description = "Write the settings to this properties file as well.")
    private Path file;

    @Option(
            names = "--held-out",
            paramLabel = "FOLDER",
            description = "Decide these pictures, which the bank has not seen, with the settings: one folder for each "
                    + "label.")
    private Path heldOut;

    @Override
    public Integer call() {
        Output output = options.output();
        List<LabelledPicture> unseen = heldOut == null ? List.of() : LabelledPicture.below(heldOut);
        EncoderDescription model = bank.description();
        List<LabelledEmbedding> references;
        try (BankTopic topic = new BankTopic(broker.broker())) {
            references = BankAudit.of(topic.read(), bank.name(), model).usable();
        }
        Calibration calibration = calibrated(references);
        List<String> settings = CalibrationLines.settings(calibration, flagged.labels());
        write(settings);
        output.print(String.join(System.lineSeparator(), settings), CalibrationLines.fields(calibration));
        output.note(CalibrationLines.accuracy(calibration).strip());
        if (!unseen.isEmpty()) {
            decide(output, unseen, references, calibration);
        }
        return ExitCodes.OK;
    }

    private Calibration calibrated(List<LabelledEmbedding> references) {
        try {
            return Calibration.of(references, flagged.goal());
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed(
                    "bank \"" + bank.name() + "\" cannot be calibrated: " + impossible.getMessage(), impossible);
        }
    }

    private void decide(
            Output output, List<LabelledPicture> unseen, List<LabelledEmbedding> references, Calibration calibration) {
        VotingPolicy policy = new VotingPolicy(calibration.appliedTo(PolicySettings.flagging(flagged.labels())));
        try (PictureEmbedder embedder = bank.embedder();
                Bank snapshot = MatrixBank.of(embedder.description().fingerprint(), references)) {
            HeldOut decided = HeldOut.decide(unseen, flagged.labels(), embedder, snapshot, policy, output::note);
            output.print(
                    "held out: pictures=" + decided.pictures() + " correct=" + decided.correct() + " review="
                            + decided.review(),
                    Map.of(
                            "pictures", decided.pictures(),
                            "correct", decided.correct(),
                            "review", decided.review()));
        }
    }

    private void write(List<String> settings) {
        if (file == null) {
            return;
        }
        try {
            Files.write(file, settings);
        } catch (IOException unwritable) {
            throw CommandFailure.failed("the settings cannot be written to " + file + ": " + unwritable, unwritable);
        }
    }
}
