package io.bulwark.lab.evaluate.policy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.bench.Machine;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.evaluate.Results;
import io.bulwark.lab.evaluate.StageLog;
import io.bulwark.lab.options.FlaggedOptions;
import io.bulwark.lab.options.ModelOptions;
import io.bulwark.lab.picture.LabelledPicture;
import io.bulwark.lab.picture.PictureEmbedder;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import io.bulwark.robustness.attack.upload.FileModerator;
import io.bulwark.robustness.attack.upload.UploadFormat;
import io.bulwark.robustness.evaluate.LedgerException;
import io.bulwark.robustness.evaluate.acceptance.CalibratedBank;
import io.bulwark.robustness.evaluate.policy.AskedPicture;
import io.bulwark.robustness.evaluate.policy.AttackedModeration;
import io.bulwark.robustness.evaluate.policy.ModelInput;
import io.bulwark.robustness.evaluate.policy.OutcomeLedger;
import io.bulwark.robustness.evaluate.policy.PolicyReport;
import io.bulwark.robustness.evaluate.policy.PolicyRun;
import io.bulwark.robustness.evaluate.policy.Surface;
import io.bulwark.robustness.evaluate.policy.UploadedPicture;
import io.bulwark.robustness.picture.SourceFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate policy}. */
@Command(
        name = "policy",
        description = {
            "What attackers get from a calibrated bank and policy as a worker runs them. Each picture is attacked in several",
            "ways, at the encoder's input and as an upload, and ends as NSFW, REVIEW or SAFE; of each the worst counts. Goes",
            "on from its ledger when it is started again."
        })
public final class EvaluatePolicyCommand implements Callable<Integer> {

    private enum TrackName {
        INPUT,
        UPLOAD
    }

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private ModelOptions model;

    @Mixin
    private FlaggedOptions flagged;

    @Mixin
    private PortfolioOptions attackers;

    @Option(
            names = "--references",
            paramLabel = "DIR",
            required = true,
            description =
                    "A folder with one folder of pictures for each label: the bank, and what calibrates its policy.")
    private Path references;

    @Option(
            names = "--queries",
            paramLabel = "DIR",
            required = true,
            description = "The same, of pictures that are decided and attacked.")
    private Path queries;

    @Option(
            names = "--share",
            paramLabel = "S",
            description =
                    "Of ${COMPLETION-CANDIDATES}. Look at DEVELOPMENT alone while you choose a model or an attack,"
                            + " and run FINAL once.")
    private Share share = Share.ALL;

    @Option(
            names = "--calibration",
            paramLabel = "SHARE",
            description = "Of the references' files, that calibrate the policy and are in no bank.")
    private double calibration = 0.3;

    @Option(
            names = "--augment",
            negatable = true,
            fallbackValue = "true",
            description = "Keep everyday variants of each picture in the bank, as `bank build --augment` does, and "
                    + "calibrate on changed files too.")
    private boolean augment = true;

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

    @Option(names = "--images", description = "Ask only so many pictures (default: all). They are taken in an order that hashes decide, of both kinds"
                    + " in turn: a run of fewer asks the first of those that a longer one asks.")
    private Integer images;

    @Option(
            names = "--threads",
            description = "Threads within an operation; 1 where other work keeps the cores busy, -1 for all cores.")
    private int threads = -1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for policy.md, policy.json and the ledger that an interrupted run goes on from.")
    private Path out;

    @Override
    public Integer call() {
        Output output = terminal.output();
        if (!(calibration > 0 && calibration < 1)) {
            throw CommandFailure.usage("--calibration is " + calibration + ", allowed is above 0 and below 1");
        }
        attackers.validate();
        UploadFormat written = made("--format", () -> UploadFormat.named(format));
        CalibrationGoal goal = made("--false-flags, --misses, --unfamiliar, -k", flagged::promise);
        EncoderOptions options = made("--threads", () -> model.options().withThreads(threads));
        List<AskedPicture> asked = asked(goal);
        PolicyBank divided = PolicyBank.of(PolicyBank.read(LabelledPicture.below(references), goal), calibration);
        ModelPackage opened = model.open(output);
        try (PictureEmbedder embedder = new PictureEmbedder(opened.openEncoder(options));
                StageLog log = new StageLog("policy", "unreadable", output);
                CalibratedBank bank = divided.calibrated(embedder, goal, augment, log);
                Encoder encoder = opened.openEncoder(options);
                OpenedEncoder gradients = OpenedEncoder.of(opened, options, 1);
                AttackedModeration moderation = new AttackedModeration(
                        gradients.encoder().encoder(), moderator(encoder, bank), bank.references(), bank.settings());
                TransferModels transfers = TransferModels.of(
                        transferFrom.equals(List.of("none")) ? List.of() : transferFrom,
                        options,
                        ofBank(divided),
                        bank.settings(),
                        output)) {
            attack(asked, moderation, bank, gradients, transfers, written, output);
        } catch (IllegalArgumentException | IllegalStateException | LedgerException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
        return ExitCodes.OK;
    }

    private List<AskedPicture> asked(CalibrationGoal goal) {
        List<AskedPicture> all = PolicyBank.read(LabelledPicture.below(queries), goal).stream()
                .map(file -> new AskedPicture(file, SourceFile.of(file.file())))
                .toList();
        List<AskedPicture> asked = firstOf(Alternating.of(share.of(all)));
        if (asked.isEmpty()) {
            throw CommandFailure.usage(
                    "--share %s holds none of the %d pictures of --queries".formatted(share, all.size()));
        }
        return asked;
    }

    private List<AskedPicture> firstOf(List<AskedPicture> ordered) {
        if (images != null && images < 1) {
            throw CommandFailure.usage("--images is " + images + ", allowed are 1 and more");
        }
        return images == null ? ordered : ordered.subList(0, Math.min(images, ordered.size()));
    }

    private static FileModerator moderator(Encoder encoder, CalibratedBank bank) {
        return new FileModerator(
                new StandardImageDecoder(DecodeLimits.standard()),
                Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER),
                encoder,
                bank.bank(),
                Policies.always(new VotingPolicy(bank.settings())),
                SeenImage.DEFAULT_TENANT);
    }

    private List<LabelledPicture> ofBank(PolicyBank divided) {
        List<Path> files = divided.bank().stream().map(file -> file.file()).toList();
        return LabelledPicture.below(references).stream()
                .filter(picture -> files.contains(picture.file()))
                .toList();
    }

    private void attack(
            List<AskedPicture> asked,
            AttackedModeration moderation,
            CalibratedBank bank,
            OpenedEncoder gradients,
            TransferModels transfers,
            UploadFormat written,
            Output output) {
        List<Surface> surfaces = tracks.stream()
                .distinct()
                .map(track -> track == TrackName.INPUT
                        ? new ModelInput(moderation)
                        : (Surface) new UploadedPicture(moderation, ViewPolicy.COVER, written))
                .toList();
        OutcomeLedger ledger = OutcomeLedger.open(out.resolve("policy.jsonl"), identity(moderation, bank));
        try (StageLog log = new StageLog("policy", "lost", output)) {
            PolicyRun attacks = new PolicyRun(
                    surfaces,
                    attackers.portfolio(transfers.transfers()),
                    attackers.threats(),
                    attackers.large(),
                    ledger,
                    log);
            attacks.steps()
                    .forEach((track, steps) ->
                            output.note("%s: %s".formatted(track, gradients.cost(steps * asked.size()))));
            output.note("another encoder's steps and uploads of many views cost more than these");
            attacks.attack(asked);
            PolicyTable table = new PolicyTable(
                    about(asked, moderation, bank, gradients),
                    PolicyReport.of(asked, attacks.groups(), attacks.largeGroups(), ledger));
            new Results(out, output).save("policy", table.markdown(), table.json());
            output.print(table.markdown(), table.json());
        }
    }

    private String identity(AttackedModeration moderation, CalibratedBank bank) {
        return "encoder %s, policy %s, %d references in %d rows"
                .formatted(bank.encoder().fingerprint(), moderation.policyVersion(), bank.files(), bank.rows());
    }

    private String about(
            List<AskedPicture> asked, AttackedModeration moderation, CalibratedBank bank, OpenedEncoder gradients) {
        long ofFlagged = asked.stream().filter(one -> one.picture().flagged()).count();
        EncoderDescription encoder = gradients.encoder().description();
        return String.format(
                Locale.ROOT,
                "**policy** of `%s` (%s): %d pictures (%d to be flagged) of %d files, %s; bank of %d files in %d rows, k %d,"
                        + " temperature %.4f, flag %.4f, safe %.4f, floor %.4f. Upper bounds of robustness against these"
                        + " attackers, who know weights, references and policy. 95 %% intervals over files (bootstrap). %s.",
                encoder.name(),
                encoder.fingerprint().substring(0, 12),
                asked.size(),
                ofFlagged,
                asked.stream().map(AskedPicture::source).distinct().count(),
                share.name().toLowerCase(Locale.ROOT),
                bank.files(),
                bank.rows(),
                moderation.settings().k(),
                moderation.settings().temperature(),
                moderation.settings().thresholds().flag(),
                moderation.settings().thresholds().safe(),
                moderation.settings().floor(),
                Machine.describe());
    }

    private static <T> T made(String options, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(options + ": " + e.getMessage());
        }
    }
}
