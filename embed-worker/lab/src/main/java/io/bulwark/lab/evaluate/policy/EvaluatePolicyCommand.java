package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.lab.evaluate.policy.PolicyRun.OutcomeEntry;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate policy}. */
@Command(
        name = "policy",
        description =
                "What attackers get from a calibrated bank and policy as a worker runs them. Each picture is attacked"
                        + " in several ways, at the encoder's input and as an upload, and ends as NSFW, REVIEW or SAFE; of each the"
                        + " worst counts. Who evades a pair (--twin) attacks both. Goes on from its ledger when it is started again.")
public final class EvaluatePolicyCommand extends OutputCommand implements Runnable {

    /** Pictures on each side that an attacker has to start from. */
    private static final int STARTS = 8;

    private enum TrackName {
        INPUT,
        UPLOAD
    }

    @Mixin
    private PolicyOptions policy;

    @Mixin
    private PortfolioOptions attackers;

    @Option(
            names = "--tracks",
            paramLabel = "T",
            split = ",",
            defaultValue = "INPUT,UPLOAD",
            description = "What the attacker sets, of ${COMPLETION-CANDIDATES}.")
    private List<TrackName> tracks;

    @Option(names = "--format", paramLabel = "F", description = "Of uploads: png, or jpeg and its quality, jpeg:90.")
    private String format = "png";

    @Option(
            names = "--transfer-from",
            paramLabel = "LOCATION",
            split = ",",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "Other models whose attacks are carried over; 'none' leaves them out.")
    private List<String> transferFrom;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for policy.md, policy.json and the ledger that an interrupted run goes on from.")
    private Path out;

    @Override
    public void run() {
        Output output = output();
        attackers.validate();
        UploadFormat written = CommandFailure.orUsage("--format", () -> UploadFormat.named(format));
        CalibrationGoal goal = policy.goal();
        EncoderOptions options = policy.encoder();
        List<PolicyBank.AskedPicture> asked = policy.asked();
        PolicyBank divided = policy.bank();
        ModelPackage model = policy.model().open(output);
        try (StageLog log = new StageLog("policy", "unreadable", output);
                OpenedPolicy opened = OpenedPolicy.of(
                        model, policy.twin(output), options, divided, goal, policy.augment(), policy.views(), log);
                Transfer.TransferModels transfers = Transfer.TransferModels.of(
                        transferFrom.equals(List.of("none")) ? List.of() : transferFrom,
                        options,
                        policy.ofBank(divided),
                        opened.bank().settings(),
                        output)) {
            attack(asked, opened, attackers.portfolio(starts(divided), transfers.transfers()), written, output);
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private void attack(
            List<PolicyBank.AskedPicture> asked,
            OpenedPolicy opened,
            Portfolio portfolio,
            UploadFormat written,
            Output output) {
        List<Surface> surfaces = tracks.stream()
                .distinct()
                .map(track -> track == TrackName.INPUT
                        ? new ModelInput(opened.moderation())
                        : (Surface) new UploadedPicture(opened.moderation(), policy.views(), written))
                .toList();
        LedgerFile.Entries<OutcomeEntry.Key, OutcomeEntry> ledger =
                OutcomeEntry.ledger(out.resolve("policy.jsonl"), identity(opened));
        try (StageLog log = new StageLog("policy", "lost", output)) {
            PolicyRun attacks = new PolicyRun(surfaces, portfolio, attackers.threats(), attackers.large(), ledger, log);
            attacks.steps()
                    .forEach((track, steps) -> output.note(
                            "%s: %s".formatted(track, opened.gradients().cost(steps * asked.size()))));
            output.note("another encoder's steps and uploads of many views cost more than these");
            attacks.attack(asked);
            PolicyReport.PolicyTable table = new PolicyReport.PolicyTable(
                    about(asked, opened), PolicyReport.of(asked, attacks.groups(), attacks.largeGroups(), ledger));
            new Results(out, output).publish("policy", table);
        }
    }

    /** What an attacker may start from who sees decisions alone: files that calibrate, which no bank has. */
    private static Map<AttackGoal, List<UprightPicture>> starts(PolicyBank divided) {
        return Map.of(AttackGoal.EVADE, starts(divided, false), AttackGoal.FALSE_FLAG, starts(divided, true));
    }

    private static List<UprightPicture> starts(PolicyBank divided, boolean flagged) {
        StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        return divided.calibration().stream()
                .filter(file -> file.flagged() == flagged)
                .limit(STARTS)
                .map(file -> UploadedChange.original(decoder, file.bytes()))
                .toList();
    }

    private String identity(OpenedPolicy opened) {
        String heldBack = opened.twin()
                .map(other -> ", held back by %s, policy %s"
                        .formatted(
                                other.bank().encoder().fingerprint(),
                                other.moderation().policyVersion()))
                .orElse("");
        return "encoder %s, policy %s, %d references in %d rows, seed %d%s%s"
                .formatted(
                        opened.bank().encoder().fingerprint(),
                        opened.moderation().policyVersion(),
                        opened.bank().files(),
                        opened.bank().rows(),
                        attackers.seed(),
                        heldBack,
                        PolicyOptions.words(policy.views()));
    }

    private String about(List<PolicyBank.AskedPicture> asked, OpenedPolicy opened) {
        EncoderDescription encoder = opened.encoder().description();
        return String.format(
                Locale.ROOT,
                "**policy** of `%s` (%s): %d pictures (%d to be flagged) of %d files, %s; %s. Upper bounds of robustness against"
                        + " these attackers, who know weights, references and policy. 95 %% intervals over files (bootstrap). %s.",
                encoder.name(),
                encoder.fingerprint().substring(0, 12),
                asked.size(),
                asked.stream().filter(one -> one.picture().flagged()).count(),
                asked.stream().map(PolicyBank.AskedPicture::source).distinct().count(),
                policy.share().words(),
                opened.words() + PolicyOptions.words(policy.views()),
                Machine.describe());
    }

    /** The attackers of a policy: {@code @Mixin PortfolioOptions attackers}. */
    private static final class PortfolioOptions {

        @Option(
                names = "--threats",
                paramLabel = "NORM:EPSILON",
                split = ",",
                defaultValue = "linf:4/255",
                description =
                        "Threat models at the encoder's input, of l2 and linf, values in [0, 1]. For uploads an l2 ε"
                                + " grows with the square root of the pixels.")
        private List<String> threats;

        @Option(
                names = "--large",
                paramLabel = "NORM:EPSILON",
                defaultValue = "linf:128/255",
                description = "The threat model of a sanity check, in which no picture should stand.")
        private String large;

        @Option(names = "--iterations", description = "Iterations of APGD.")
        private int iterations = 100;

        @Option(
                names = "--restarts",
                description = "Runs of APGD on each loss; the first starts at the picture, the others at random.")
        private int restarts = 5;

        @Option(
                names = "--square-queries",
                description = "Queries of the Square attack for each picture; 0 leaves it out.")
        private int squareQueries = 5000;

        @Option(
                names = "--decision-queries",
                description = "Queries of HopSkipJump, which sees decisions alone, for each picture; 0 leaves it out.")
        private int decisionQueries = 1000;

        @Option(names = "--seed", description = "Of all that is random.")
        private long seed = 1;

        long seed() {
            return seed;
        }

        List<ThreatModel> threats() {
            return threats.stream()
                    .map(text -> Threats.named("--threats", text))
                    .toList();
        }

        ThreatModel large() {
            return Threats.named("--large", large);
        }

        /** Before anything is embedded. */
        void validate() {
            threats();
            large();
            portfolio(Map.of(), List.of());
        }

        /**
         * @param starts of who sees decisions alone, by his goal; empty leaves him out
         * @throws CommandFailure if a number is out of its range
         */
        Portfolio portfolio(Map<AttackGoal, List<UprightPicture>> starts, List<Transfer> transfers) {
            if (decisionQueries < 0) {
                throw CommandFailure.usage("--decision-queries is " + decisionQueries + ", allowed are 0 and more");
            }
            Optional<Portfolio.DecisionAttacker> decisions = decisionQueries == 0 || starts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Portfolio.DecisionAttacker(decisionQueries, starts));
            return CommandFailure.orUsage(
                    "--iterations, --restarts, --square-queries",
                    () -> new Portfolio(iterations, restarts, squareQueries, decisions, transfers, seed));
        }
    }
}
