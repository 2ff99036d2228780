package io.bulwark.lab.attack.command;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.upload.AwayAttack;
import io.bulwark.lab.attack.upload.UploadAttack.AttackedUpload;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.PolicySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark attack}. */
@Command(
        name = "attack",
        description = {
            "Writes copies of one's own pictures that are attacked against a model, to test one's own deployment with: what",
            "the moderation makes of each before and after, and what the change measures. The policy is calibrated on the",
            "references. Fails if a file cannot be attacked, not if an attack does not get there."
        })
public final class AttackCommand extends OutputCommand implements Callable<Integer> {

    private static final double PGD_REACH = 2.5;

    /** References that a blind attack tries to start from: each costs a query. */
    private static final int STARTS = 8;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PicturePaths pictures;

    @Option(
            names = "--goal",
            paramLabel = "G",
            description = "'evade': what is flagged passes; 'flag': what is harmless is flagged; 'away': the "
                    + "embedding is far from what it was, whatever is decided.")
    private String goal = "evade";

    @Option(
            names = "--threat",
            paramLabel = "NORM:EPSILON",
            description = "What may be done to the pixels, of l2 and linf, values in [0, 1].")
    private String threat = "linf:4/255";

    @Option(
            names = "--track",
            paramLabel = "T",
            description = "'upload': the picture at its own size; 'pixels': squeezed to the encoder's input first.")
    private String track = "upload";

    @Option(names = "--format", paramLabel = "F", description = "Of the copies: png, or jpeg and its quality, jpeg:90.")
    private String format = "png";

    @Option(
            names = "--references",
            paramLabel = "DIR",
            description =
                    "A folder with one folder of pictures for each label, which the moderation searches; not needed"
                            + " for the goal 'away'.")
    private Path references;

    @Option(names = "--flagged-labels", paramLabel = "LABEL", split = ",", description = "Labels that are flagged.")
    private Set<String> flagged = Set.of("nsfw");

    @Option(names = "--iterations", description = "Of APGD; of PGD for the goal 'away'.")
    private int iterations = 50;

    @Option(
            names = "--method",
            paramLabel = "M",
            description = "What the attacker sees: 'apgd' gradients, 'square' scores, 'hopskipjump' decisions alone,"
                    + " from the references that have the wanted one.")
    private String method = "apgd";

    @Option(names = "--queries", description = "Of square and hopskipjump, for each picture.")
    private int queries = 1000;

    @Option(names = "--seed", description = "Of random starts.")
    private long seed = 1;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the copies.")
    private Path out;

    /** One way to attack a file. */
    @FunctionalInterface
    private interface Way {
        AttackOutcome attack(byte[] original);
    }

    @Override
    public Integer call() {
        ThreatModel within = Threats.named("--threat", threat);
        UploadFormat written = CommandFailure.orUsage("--format", () -> UploadFormat.named(format));
        if (!Set.of("evade", "flag", "away").contains(goal)) {
            throw CommandFailure.usage("--goal is '" + goal + "', allowed are evade, flag and away");
        }
        if (!Set.of("upload", "pixels").contains(track)) {
            throw CommandFailure.usage("--track is '" + track + "', allowed are upload and pixels");
        }
        if (!Set.of("apgd", "square", "hopskipjump").contains(method)) {
            throw CommandFailure.usage("--method is '" + method + "', allowed are apgd, square and hopskipjump");
        }
        if (goal.equals("away") && !method.equals("apgd")) {
            throw CommandFailure.usage("--method " + method + " is about decisions, and the goal 'away' is about none");
        }
        if (iterations < 1 || queries < 1) {
            throw CommandFailure.usage(
                    "--iterations is %d, --queries is %d, allowed are 1 and more".formatted(iterations, queries));
        }
        List<Path> files = pictures.files();
        ModelPackage opened = model.open(output());
        return goal.equals("away") ? away(opened, files, within, written) : decided(opened, files, within, written);
    }

    private int away(ModelPackage opened, List<Path> files, ThreatModel within, UploadFormat written) {
        // From the picture itself the distance from it has no slope: a random start.
        Pgd pgd = new Pgd(
                iterations, Math.max(PGD_REACH * within.epsilon() / iterations, Double.MIN_NORMAL), 0, true, seed);
        try (DifferentiableEncoder encoder = opened.openDifferentiable(model.options())) {
            AwayAttack attack = new AwayAttack(encoder);
            return run(
                    files,
                    encoder.description().preprocess(),
                    original -> AttackOutcome.of(attack.run(original, pgd, within, written), within));
        }
    }

    private int decided(ModelPackage opened, List<Path> files, ThreatModel within, UploadFormat written) {
        if (references == null) {
            throw CommandFailure.usage("--references is missing: the goal '" + goal + "' is about decisions");
        }
        AttackGoal wanted = goal.equals("evade") ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
        List<LabelledPicture> bank = LabelledPicture.below(references);
        try (ModerationTarget target = CommandFailure.orUsage(
                "--references, --flagged-labels, --precision",
                () -> ModerationTarget.calibrated(opened, model.options(), bank, flagged))) {
            PolicySettings policy = target.policy();
            output().note("policy calibrated on %d pictures: k %d, temperature %s, flag %s, safe %s, floor %s"
                    .formatted(
                            bank.size(),
                            policy.k(),
                            policy.temperature(),
                            policy.thresholds().flag(),
                            policy.thresholds().safe(),
                            policy.floor()));
            return run(
                    files,
                    opened.manifest().preprocess(),
                    original -> AttackOutcome.of(attacked(target, original, bank, wanted, within, written), within));
        }
    }

    private AttackedUpload attacked(
            ModerationTarget target,
            byte[] original,
            List<LabelledPicture> bank,
            AttackGoal wanted,
            ThreatModel within,
            UploadFormat written) {
        if (method.equals("hopskipjump")) {
            List<byte[]> starts = bank.stream()
                    .filter(picture -> flagged.contains(picture.label()) == (wanted == AttackGoal.FALSE_FLAG))
                    .limit(STARTS)
                    .map(LabelledPicture::bytes)
                    .toList();
            return target.attack().runBlind(original, wanted, starts, queries, seed, within, written);
        }
        // APGD is not stopped early: a copy that just gets there would not get there in another precision.
        return target.attack()
                .run(
                        original,
                        wanted,
                        (height, width) -> method.equals("square")
                                ? new SquareAttack(queries, height, width, SquareAttack.DEFAULT_SHARE, seed)
                                : new Apgd(iterations, 1, Apgd.EarlyStop.NEVER, seed),
                        within,
                        written);
    }

    private int run(List<Path> files, PreprocessSpec input, Way way) {
        UnaryOperator<byte[]> begun =
                track.equals("pixels") ? original -> squeezed(original, input) : original -> original;
        Output output = output();
        String extension = UploadFormat.named(format).extension();
        int failed = 0;
        int reached = 0;
        for (Path file : files) {
            Path copy = copyOf(file, extension);
            try {
                AttackOutcome outcome = way.attack(begun.apply(Files.readAllBytes(file)));
                Files.createDirectories(out);
                Files.write(copy, outcome.file());
                reached += outcome.reached() ? 1 : 0;
                Map<String, Object> fields = Fields.of("file", file.toString(), "copy", copy.toString());
                fields.putAll(outcome.fields());
                output.print("%s: %s".formatted(copy, outcome.text()), fields);
            } catch (IllegalArgumentException | IllegalStateException | IOException e) {
                failed++;
                output.print(
                        "%s: not attacked: %s".formatted(file, e.getMessage()),
                        Map.of("file", file.toString(), "error", String.valueOf(e.getMessage())));
            }
        }
        output.note("%d of %d copies reached their goal, %d files could not be attacked"
                .formatted(reached, files.size(), failed));
        return failed == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** A name that is free: no copy takes the place of an original or of another copy. */
    private Path copyOf(Path file, String extension) {
        String name = file.getFileName().toString();
        String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
        Path copy = out.resolve(stem + "." + extension);
        for (int number = 2; Files.exists(copy); number++) {
            copy = out.resolve("%s-%d.%s".formatted(stem, number, extension));
        }
        return copy;
    }

    private static byte[] squeezed(byte[] original, PreprocessSpec input) {
        ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        return new UploadFormat.Png()
                .encode(UploadedChange.original(decoder, original).resized(input.width(), input.height()));
    }

    /**
     * What became of one picture, for people and for machines.
     *
     * @param file to be written
     * @param reached whether the attacker has what he wanted
     * @param text what was reached, in words
     * @param fields the same for machines
     */
    record AttackOutcome(byte[] file, boolean reached, String text, Map<String, Object> fields) {

        /** Of a decision. */
        static AttackOutcome of(AttackedUpload attacked, ThreatModel threat) {
            Map<String, Object> fields = Fields.of(
                    "before",
                    attacked.before().outcome().name(),
                    "scoreBefore",
                    attacked.before().score(),
                    "after",
                    attacked.after().map(after -> after.outcome().name()).orElse("REFUSED"),
                    "scoreAfter",
                    attacked.after().map(after -> after.score()),
                    "queries",
                    attacked.queries());
            String text = "%s, now %s%s"
                            .formatted(
                                    words(attacked.before()),
                                    attacked.after().map(AttackOutcome::words).orElse("REFUSED"),
                                    attacked.fooled() ? "" : ", not what was wanted")
                    + (attacked.queries() > 0 ? ", %d queries".formatted(attacked.queries()) : "");
            UploadedChange change = new UploadedChange(attacked.linf(), attacked.l2(), attacked.linfArrived());
            return measured(attacked.file(), attacked.fooled(), text, fields, change, threat, attacked.gradientSteps());
        }

        /** Of an embedding, which every step away counts for. */
        static AttackOutcome of(AwayAttack.Moved moved, ThreatModel threat) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("similarity", moved.similarity());
            String text = Fields.text("similarity to the original %.4f", moved.similarity());
            return measured(moved.file(), true, text, fields, moved.change(), threat, moved.gradientSteps());
        }

        private static AttackOutcome measured(
                byte[] file,
                boolean reached,
                String text,
                Map<String, Object> fields,
                UploadedChange change,
                ThreatModel threat,
                long gradientSteps) {
            fields.put("reached", reached);
            fields.put("threat", threat.toString());
            fields.put("linf", change.linf());
            fields.put("l2", change.l2());
            fields.put("linfArrived", change.linfArrived());
            fields.put("gradientSteps", gradientSteps);
            String measures = Fields.text(
                    "; measured linf %.5f, l2 %.4f, within %s and [0, 1]; arrives with linf %.5f; %d gradient steps",
                    change.linf(), change.l2(), threat, change.linfArrived(), gradientSteps);
            return new AttackOutcome(file, reached, text + measures, fields);
        }

        private static String words(Judgement judgement) {
            return Fields.text("%s %.3f", judgement.outcome(), judgement.score());
        }
    }
}
