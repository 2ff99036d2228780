package io.bulwark.lab.audit;

import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.upload.Downscaling.PointScaling;
import io.bulwark.lab.audit.DetectScores.NamedFile;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.audit.TwinCalibration.PacThreshold;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark audit scaling}. */
@Command(
        name = "scaling",
        description = {
            "Finds the threshold of image-scaling attacks on harmless pictures, and says how many attacks it finds on"
                    + " others.",
            "A file's SHA-256 says whether it calibrates or tests. Each attack hides another picture of the test files"
                    + " from a",
            "scaling without a filter (nearest, bilinear, bicubic) to one of the sizes; attacks that show the hidden"
                    + " picture",
            "at the upload's size, too, are counted apart. Needs neither model nor broker."
        })
public final class AuditScalingCommand extends OutputCommand implements Runnable {

    /** Changes of a level that an attacker of the encoder's own scaling may make. */
    private static final List<Integer> BOUNDS = List.of(8, 32, 255);

    @Mixin
    private PicturePaths pictures;

    @Mixin
    private RunOptions.ErrorBudget budget;

    @Option(
            names = "--input",
            description = "Side of the encoder's input in pixels (default: that of the default model).")
    private int input = 128;

    @Option(names = "--hidden-sizes", split = ",", description = "Sides of what is hidden, in pixels.")
    private List<Integer> sizes = List.of(128, 224, 299);

    @Option(
            names = "--threshold",
            description =
                    "A worker's bulwark.scaling.threshold, which the tests are of; by default the one that is found.")
    private Double asked;

    @Option(names = "--attacked", paramLabel = "N", description = "Test files at most that are attacked.")
    private int attacked = 600;

    @Option(
            names = "--edited",
            paramLabel = "N",
            description = "Test files at most that each benign change is made of.")
    private int edited = 100;

    @Option(
            names = "--own",
            paramLabel = "N",
            description = "Test files at most in which a picture is hidden from the encoder's own scaling.")
    private int own = 10;

    @Option(
            names = "--cost-rounds",
            paramLabel = "N",
            description = "Rounds in which the cost is measured, after as many.")
    private int costRounds = 150;

    @Option(
            names = "--names",
            paramLabel = "FILE",
            description = "Writes which file calibrates and which tests, before any is looked at.")
    private Path names;

    @Override
    public void run() {
        if (input < 8
                || attacked < 0
                || edited < 0
                || own < 0
                || costRounds < 1
                || sizes.stream().anyMatch(size -> size < 8)) {
            throw CommandFailure.usage(
                    "--input and --hidden-sizes are 8 or more, --attacked, --edited, --own 0 or more,"
                            + " --cost-rounds 1 or more");
        }
        Output output = output();
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        PreprocessSpec spec = PreprocessSpec.unit(input, PreprocessSpec.Interpolation.BILINEAR);
        ScalingRun run = new ScalingRun(decoder, spec);
        List<NamedFile> files = NamedFile.all(pictures.files());
        if (names != null) {
            NamedFile.write(files, names);
        }
        List<NamedFile> tests =
                files.stream().filter(file -> !file.calibrates()).toList();
        double found = calibrated(run, files, output);
        double threshold = asked == null ? found : asked;
        clean(run, tests, threshold, output);
        List<UprightPicture> shown = new ArrayList<>();
        for (NamedFile test : tests) {
            if (shown.size() < Math.max(attacked, Math.max(edited, own))) {
                run.picture(test.bytes())
                        .filter(picture -> ScalingRun.isLargeEnough(picture, Math.min(input, sizes.get(0))))
                        .ifPresent(shown::add);
            }
        }
        if (shown.size() < Surroundings.FEWEST_OTHERS + 1) {
            throw CommandFailure.failed("only " + shown.size() + " test files are large enough to hide anything in");
        }
        attack(run, shown.subList(0, Math.min(attacked, shown.size())), threshold, output);
        benign(run, shown.subList(0, Math.min(edited, shown.size())), threshold, output);
        ownScaling(run, shown, output);
        for (int[] size : new int[][] {{640, 480}, {1920, 1080}}) {
            ScalingRun.ScalingCost cost = ScalingRun.ScalingCost.of(decoder, spec, size[0], size[1], costRounds);
            output.print(
                    cost.text(),
                    Map.of(
                            "size", size[0] + "x" + size[1],
                            "prepareMillis", cost.prepareMillis(),
                            "lookMillis", cost.lookMillis()));
        }
    }

    private double calibrated(ScalingRun run, List<NamedFile> files, Output output) {
        double[] scores =
                scores(run, files.stream().filter(NamedFile::calibrates).toList(), "calibrating", output).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray();
        try {
            double exact = PacThreshold.of(scores, budget.share(), budget.delta());
            double threshold = Math.min(1, Math.ceil(exact * 1e4) / 1e4);
            output.print(
                    String.format(Locale.ROOT, "bulwark.scaling.threshold=%.4f", threshold),
                    Map.of("threshold", threshold, "files", scores.length));
            output.note(
                    "found on %d files that are looked at: with a confidence of %s at most %s of files like them are above it"
                            .formatted(scores.length, 1 - budget.delta(), budget.share()));
            return threshold;
        } catch (IllegalArgumentException tooFew) {
            throw CommandFailure.failed(tooFew.getMessage(), tooFew);
        }
    }

    private static List<Double> scores(ScalingRun run, List<NamedFile> files, String task, Output output) {
        List<Double> scores = new ArrayList<>();
        try (Progress progress = Progress.of(task, files.size(), output)) {
            for (NamedFile file : files) {
                run.score(file.bytes()).ifPresent(scores::add);
                progress.step();
            }
        }
        return scores;
    }

    private void clean(ScalingRun run, List<NamedFile> tests, double threshold, Output output) {
        List<Double> scores = scores(run, tests, "testing", output);
        print("clean", "as they are", above(scores, threshold), scores.size(), output);
    }

    /** Each file once: kernels and sizes take turns, and the next file is what is hidden. */
    private void attack(ScalingRun run, List<UprightPicture> shown, double threshold, Output output) {
        Map<String, List<Double>> found = new LinkedHashMap<>();
        int visible = 0;
        try (Progress progress = Progress.of("attacking", shown.size(), output)) {
            for (int i = 0; i < shown.size(); i++) {
                PointScaling.Kernel kernel = PointScaling.Kernel.values()[i % PointScaling.Kernel.values().length];
                UprightPicture picture = shown.get(i);
                int turn = i / PointScaling.Kernel.values().length;
                List<Integer> fitting = sizes.stream()
                        .filter(size -> ScalingRun.isLargeEnough(picture, size))
                        .toList();
                if (!fitting.isEmpty()) {
                    OptionalDouble score = run.attacked(
                            picture, shown.get((i + 1) % shown.size()), kernel, fitting.get(turn % fitting.size()));
                    score.ifPresent(value -> found.computeIfAbsent(
                                    kernel.name().toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                            .add(value));
                    visible += score.isEmpty() ? 1 : 0;
                }
                progress.step();
            }
        }
        List<Double> all = found.values().stream().flatMap(List::stream).toList();
        found.forEach((kernel, scores) -> print("attack", kernel, above(scores, threshold), scores.size(), output));
        if (!all.isEmpty()) {
            print("attack", "all kernels", above(all, threshold), all.size(), output);
            output.note(String.format(
                    Locale.ROOT,
                    "lowest score of an attack %.4f; %d more show the hidden picture to people, too",
                    all.stream().min(Comparator.naturalOrder()).orElseThrow(),
                    visible));
        }
    }

    private void benign(ScalingRun run, List<UprightPicture> shown, double threshold, Output output) {
        for (Benign kind : edited == 0 ? List.<Benign>of() : Benign.all()) {
            int above = 0;
            for (int i = 0; i < shown.size(); i++) {
                byte[] file = kind.change().of(shown.get(i), Benign.around(i, shown.size(), shown::get));
                above += run.score(file).orElse(0) > threshold ? 1 : 0;
            }
            print("benign", kind.title(), above, shown.size(), output);
        }
    }

    private void ownScaling(ScalingRun run, List<UprightPicture> shown, Output output) {
        int count = Math.min(own, shown.size());
        for (int bound : count == 0 ? List.<Integer>of() : BOUNDS) {
            List<ScalingRun.OwnScaling> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                results.add(run.own(shown.get(i), shown.get((i + 1) % shown.size()), bound));
            }
            output.print(
                    "own scaling, within %d levels, %d files: %s"
                            .formatted(bound, count, ScalingRun.OwnScaling.mean(results)),
                    Map.of("own", bound, "files", count));
        }
    }

    private static int above(List<Double> scores, double threshold) {
        return (int) scores.stream().filter(score -> score > threshold).count();
    }

    private static void print(String group, String what, int above, int of, Output output) {
        if (of > 0) {
            Proportion share = Proportion.of(above, of);
            output.print(
                    "%-7s %-40s audited %d of %d, %s".formatted(group, what, above, of, share),
                    Map.of(
                            "group", group,
                            "what", what,
                            "audited", above,
                            "of", of,
                            "share", share.value(),
                            "low", share.low(),
                            "high", share.high()));
        }
    }
}
