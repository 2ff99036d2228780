package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankOptions;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.perception.audit.TwinCalibration.TwinBanks;
import io.bulwark.perception.audit.TwinCalibration.TwinBanks.TwinBankException;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.BankReadiness;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.verdict.Calibration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark bank verify}. */
@Command(
        name = "verify",
        description =
                "Reads a bank back from its topic and checks it: model, dimension, length, labels, files under two "
                        + "labels. Says how well the flagged labels are told apart, each reference decided by all the others. "
                        + "With --twin also the twin's bank, and that both hold the same references.")
public final class BankVerifyCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private BankOptions bank;

    @Mixin
    private FlaggedOptions flagged;

    @Override
    public Integer call() {
        Output output = output();
        BankTopic.Content content;
        try (BankTopic topic = bank.topic()) {
            content = topic.read();
        }
        List<BankAudit> audits = new ArrayList<>();
        boolean sound = true;
        for (ModelChoice choice : bank.models()) {
            EncoderDescription model = choice.description();
            BankAudit audit = BankAudit.of(content, bank.name(), model, choice.plainRows());
            sound &= verify(output, model, audit);
            audits.add(audit);
        }
        Optional<String> difference = audits.size() == 1 ? Optional.empty() : difference(audits.get(0), audits.get(1));
        difference.ifPresent(problem -> output.print("problem: " + problem, Map.of("problem", problem)));
        return sound && difference.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** What is plain to one of the two alone is no difference of the banks. */
    private static Optional<String> difference(BankAudit robust, BankAudit clean) {
        Set<String> plain = new HashSet<>(robust.plain());
        plain.addAll(clean.plain());
        try {
            TwinBanks.requireSame(robust.usableBut(plain), clean.usableBut(plain));
            return Optional.empty();
        } catch (TwinBankException different) {
            return Optional.of(different.getMessage());
        }
    }

    private boolean verify(Output output, EncoderDescription model, BankAudit audit) {
        audit.problems().forEach(problem -> output.print("problem: " + problem, Map.of("problem", problem)));
        audit.plain()
                .forEach(id -> output.print(
                        "plain: " + id + " is of one colour and ignored, `bulwark bank remove` removes it",
                        Map.of("plain", id)));
        try (Bank snapshot = MatrixBank.of(model.fingerprint(), audit.usable())) {
            BankReadiness readiness = BankReadiness.of(
                    bank.name(),
                    bank.modelOptions(),
                    snapshot,
                    model.fingerprint(),
                    audit.otherModels(),
                    flagged.labels());
            boolean ready = readiness instanceof BankReadiness.Ready;
            Optional<Calibration> calibration =
                    ready ? Optional.of(Calibration.of(audit.usable(), flagged.goal())) : Optional.empty();
            print(output, audit, snapshot, readiness, calibration);
            return ready && audit.problems().isEmpty();
        }
    }

    private static void print(
            Output output, BankAudit audit, Bank snapshot, BankReadiness readiness, Optional<Calibration> calibration) {
        Map<String, Object> fields = Output.fields(
                "ready",
                readiness instanceof BankReadiness.Ready,
                "message",
                readiness.message(),
                "references",
                audit.usable().size(),
                "rows",
                snapshot.rows(),
                "labels",
                snapshot.labels(),
                "problems",
                audit.problems().size(),
                "plain",
                audit.plain().size(),
                "otherModels",
                audit.otherModels(),
                "bankVersion",
                snapshot.version());
        calibration.ifPresent(found -> fields.put("leaveOneOut", CalibrationLines.fields(found)));
        output.print(
                readiness.message() + " Version " + snapshot.version().substring(0, 12) + ", "
                        + audit.problems().size() + " problems, "
                        + audit.plain().size() + " plain references."
                        + calibration.map(CalibrationLines::accuracy).orElse(""),
                fields);
    }
}
