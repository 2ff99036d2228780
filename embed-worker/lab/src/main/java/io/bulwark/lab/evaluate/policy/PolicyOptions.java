package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.evaluate.ShareOptions;
import io.bulwark.lab.evaluate.policy.PolicyBank.AskedPicture;
import io.bulwark.lab.picture.SourceFile;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A bank, a policy calibrated for it, and what it is asked: {@code @Mixin PolicyOptions policy}. */
final class PolicyOptions {

    @Mixin
    private ModelOptions model;

    @Mixin
    private FlaggedOptions flagged;

    @Mixin
    private ViewOptions views;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            description = "Another model that sees the same views: SAFE only where it says so as well, as a worker's"
                    + " bulwark.twin.holds-back has it. The thresholds of both are found together.")
    private String twin;

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

    @Mixin
    private ShareOptions share;

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
            names = "--images",
            description =
                    "Number of pictures to ask (default: all). They are taken in an order that hashes decide, of both"
                            + " kinds in turn: a shorter run asks the first pictures of a longer one.")
    private Integer images;

    @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
    private int threads = 1;

    ModelOptions model() {
        return model;
    }

    /** What holds back, where something does. */
    Optional<ModelPackage> twin(Output output) {
        return Optional.ofNullable(twin).map(location -> ModelOptions.open(location, output));
    }

    /** What is judged. */
    JudgedViews views() {
        return views.views();
    }

    /** Views that are not the worker's defaults, for reports; empty for those. */
    static String words(JudgedViews views) {
        return views.equals(JudgedViews.standard()) ? "" : "; views %s, %s".formatted(views.policy(), views.options());
    }

    ShareOptions.QueryShare share() {
        return share.share();
    }

    boolean augment() {
        return augment;
    }

    EncoderOptions encoder() {
        return CommandFailure.orUsage("--threads", () -> model.options().withThreads(threads));
    }

    CalibrationGoal goal() {
        return CommandFailure.orUsage("--false-flags, --misses, --unfamiliar, -k", flagged::promise);
    }

    /** The references, divided. */
    PolicyBank bank() {
        if (!(calibration > 0 && calibration < 1)) {
            throw CommandFailure.usage("--calibration is " + calibration + ", allowed is above 0 and below 1");
        }
        return PolicyBank.of(PolicyBank.read(LabelledPicture.below(references), goal()), calibration);
    }

    /** The pictures of a bank as its other encoders read them. */
    List<LabelledPicture> ofBank(PolicyBank divided) {
        List<Path> files = divided.bank().stream().map(file -> file.file()).toList();
        return LabelledPicture.below(references).stream()
                .filter(picture -> files.contains(picture.file()))
                .toList();
    }

    /** What is asked, in order. */
    List<AskedPicture> asked() {
        if (images != null && images < 1) {
            throw CommandFailure.usage("--images is " + images + ", allowed are 1 and more");
        }
        List<AskedPicture> all = PolicyBank.read(LabelledPicture.below(queries), goal()).stream()
                .map(file -> new AskedPicture(file, SourceFile.of(file.file())))
                .toList();
        List<AskedPicture> ordered = Alternating.of(share.of(all, AskedPicture::source));
        return images == null ? ordered : ordered.subList(0, Math.min(images, ordered.size()));
    }

    /** Pictures in an order whose beginning is a fair sample of all of them. */
    static final class Alternating {

        private Alternating() {}

        /** Those to be flagged and the others in turn while there are both, each by the hashes of their files. */
        static List<AskedPicture> of(List<AskedPicture> pictures) {
            List<AskedPicture> flagged = ofKind(pictures, true);
            List<AskedPicture> safe = ofKind(pictures, false);
            List<AskedPicture> inTurn = new ArrayList<>();
            for (int i = 0; i < Math.max(flagged.size(), safe.size()); i++) {
                if (i < flagged.size()) {
                    inTurn.add(flagged.get(i));
                }
                if (i < safe.size()) {
                    inTurn.add(safe.get(i));
                }
            }
            return inTurn;
        }

        private static List<AskedPicture> ofKind(List<AskedPicture> pictures, boolean flagged) {
            return pictures.stream()
                    .filter(asked -> asked.picture().flagged() == flagged)
                    .sorted(Comparator.comparing(asked -> asked.picture().sha256()))
                    .toList();
        }
    }
}
