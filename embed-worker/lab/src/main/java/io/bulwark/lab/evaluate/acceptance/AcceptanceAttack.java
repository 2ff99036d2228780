package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.upload.PixelAttack;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.evaluate.Track.ResizedPixels;
import io.bulwark.lab.evaluate.acceptance.AcceptanceAttack.AcceptanceAttackOptions.Plan;
import io.bulwark.lab.evaluate.acceptance.Judged.Outcomes;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Test files under attack with full knowledge: the whole view of each, as it is after resizing, is changed within a
 * threat model and decided by the same bank and policy. It is what an attacker can do who uploads a picture of the
 * encoder's own size, of which a worker has no other view. One thread.
 *
 * @param encoder the bank's, in fp32
 * @param decoder of the files
 * @param bank that decides
 * @param attack how
 * @param threat within what
 * @param batch views attacked at once, at least 1
 */
record AcceptanceAttack(
        DifferentiableEncoder encoder,
        ImageDecoder decoder,
        CalibratedBank bank,
        Apgd attack,
        ThreatModel threat,
        int batch) {

    public AcceptanceAttack {
        String attacked = encoder.description().fingerprint();
        if (!attacked.equals(bank.encoder().fingerprint())) {
            throw new IllegalArgumentException(
                    "the bank's references were made by the model %s in %s, gradients are of %s in %s: only a bank in fp32 can be attacked"
                            .formatted(
                                    bank.encoder().fingerprint(),
                                    bank.encoder().precision(),
                                    attacked,
                                    encoder.description().precision()));
        }
    }

    /**
     * Attacks the first files of each kind, in the order of hashes, that can be decoded: flagged ones to be decided
     * SAFE, safe ones to be decided NSFW.
     *
     * @param perKind files of each kind at most, 0 or more
     * @param progress told of each stage; a file counts as fooled if it is decided as the attacker wants
     * @throws IllegalStateException if a change breaks the threat model
     */
    public UnderAttack run(List<AcceptanceSplit.LabelledFile> test, int perKind, EvaluationProgress progress) {
        Ascents flagged = attack(test, true, perKind, progress);
        Ascents safe = attack(test, false, perKind, progress);
        return new UnderAttack(
                "APGD, iterations: %d, restarts: %d".formatted(attack.iterations(), attack.restarts()),
                threat.toString(),
                new ResizedPixels().label(),
                flagged.after(),
                flagged.before(),
                safe.after(),
                safe.before());
    }

    private Ascents attack(
            List<AcceptanceSplit.LabelledFile> test, boolean flagged, int perKind, EvaluationProgress progress) {
        AttackGoal goal = flagged ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
        List<AcceptanceSplit.LabelledFile> files = new ArrayList<>();
        List<View> views = new ArrayList<>();
        for (AcceptanceSplit.LabelledFile file : test) {
            if (file.flagged() == flagged && views.size() < perKind) {
                whole(file.bytes()).ifPresent(view -> {
                    files.add(file);
                    views.add(view);
                });
            }
        }
        List<PixelAttack.AttackedView> attacked = new ArrayList<>();
        progress.begin("attack on %s files".formatted(flagged ? "flagged" : "safe"), views.size());
        try (PixelAttack pixels = new PixelAttack(encoder, bank.bank(), bank.references(), bank.settings())) {
            for (int from = 0; from < views.size(); from += batch) {
                List<View> part = views.subList(from, Math.min(views.size(), from + batch));
                List<PixelAttack.AttackedView> done =
                        pixels.run(part, goal, attack, threat).views();
                attacked.addAll(done);
                progress.advanced(part.size(), (int)
                        done.stream().filter(PixelAttack.AttackedView::fooled).count());
            }
        }
        return new Ascents(files, attacked);
    }

    /** Of the first frame, over white where it is transparent; empty where the file is no picture. */
    private Optional<View> whole(byte[] file) {
        Preprocessor squash = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH);
        return decoder.withDecoded(
                file,
                result -> result instanceof Decoded decoded
                        ? Optional.of(
                                squash.views(UprightPicture.of(decoded.frames().get(0))
                                                .still())
                                        .get(0))
                        : Optional.empty());
    }

    /** Outcomes of the files of one kind. */
    private record Ascents(List<AcceptanceSplit.LabelledFile> files, List<PixelAttack.AttackedView> views) {

        Outcomes before() {
            return Outcomes.of(
                    files, views.stream().map(view -> Judged.of(view.before())).toList());
        }

        Outcomes after() {
            return Outcomes.of(
                    files, views.stream().map(view -> Judged.of(view.after())).toList());
        }
    }

    /** The attack that an acceptance run includes: {@code @Mixin AcceptanceAttackOptions attack}. */
    static final class AcceptanceAttackOptions {

        @Option(
                names = "--attacked",
                description = "Test files that are attacked, half of them flagged, half safe; 0 attacks none.")
        private int attacked = 20;

        @Option(
                names = "--threat",
                paramLabel = "NORM:EPSILON",
                description = "What the attacker may do, of l2 and linf, values in [0, 1].")
        private String threat = "linf:4/255";

        @Option(names = "--iterations", description = "Iterations of APGD.")
        private int iterations = 50;

        @Option(names = "--restarts", description = "Runs of APGD, each further one for what still stands.")
        private int restarts = 1;

        @Option(names = "--seed", description = "Of random starts.")
        private long seed = 1;

        /**
         * What is asked for.
         *
         * @param perKind files of each kind, 0 for no attack
         */
        record Plan(int perKind, Apgd attack, ThreatModel threat) {

            /** Gradient steps at most. */
            long steps() {
                return 2L * perKind * attack.iterations() * attack.restarts();
            }
        }

        Plan plan() {
            if (attacked < 0 || attacked % 2 != 0) {
                throw CommandFailure.usage(
                        "--attacked is " + attacked + ", allowed are even numbers, half of them flagged files, and 0");
            }
            ThreatModel within = Threats.named("--threat", threat);
            return CommandFailure.orUsage(() ->
                    new Plan(attacked / 2, new Apgd(iterations, restarts, Apgd.EarlyStop.EACH_FOOLED, seed), within));
        }
    }

    /** The attacker of an acceptance run, with a differentiable copy of the model; does nothing without an attack. */
    record Attacker(Plan plan, Optional<OpenedEncoder> gradients) implements AutoCloseable {

        private static final int AT_ONCE = 4;

        /**
         * Opens what is needed.
         *
         * @param deciding what decides, which is what must be attacked
         * @throws CommandFailure if that is not in fp32
         */
        static Attacker of(ModelPackage model, EncoderOptions options, EncoderDescription deciding, Plan plan) {
            if (plan.perKind() == 0) {
                return new Attacker(plan, Optional.empty());
            }
            if (!deciding.precision().equals(EncoderOptions.Precision.FP32.label())) {
                throw CommandFailure.usage(
                        ("--attacked is %d, but --precision is %s: gradients are in fp32, and what is attacked must be "
                                        + "what decides; add --attacked 0, or use --precision fp32")
                                .formatted(2 * plan.perKind(), deciding.precision()));
            }
            return new Attacker(plan, Optional.of(OpenedEncoder.of(model, options, AT_ONCE)));
        }

        /** What the attacks take at most. */
        double seconds() {
            return gradients
                    .map(opened -> opened.rate().cost(plan.steps()).toMillis() / 1e3)
                    .orElse(0.0);
        }

        /** Attacks test files; empty where no attack is configured. */
        Optional<UnderAttack> run(
                CalibratedBank bank, ImageDecoder decoder, AcceptanceSplit split, EvaluationProgress progress) {
            return gradients.map(opened -> new AcceptanceAttack(
                            opened.encoder().encoder(), decoder, bank, plan.attack(), plan.threat(), AT_ONCE)
                    .run(split.test(), plan.perKind(), progress));
        }

        @Override
        public void close() {
            gradients.ifPresent(OpenedEncoder::close);
        }
    }

    /**
     * How test files are decided after an attacker who knows all changed their pixels: flagged ones to be decided SAFE,
     * safe ones to be decided NSFW.
     *
     * @param attack which, with its iterations and restarts
     * @param threat norm and ε
     * @param track what the attacker sets
     * @param flagged outcomes of the attacked flagged files
     * @param flaggedBefore of the same files, before the attack
     * @param safe outcomes of the attacked safe files
     * @param safeBefore of the same files, before the attack
     */
    record UnderAttack(
            String attack,
            String threat,
            String track,
            Outcomes flagged,
            Outcomes flaggedBefore,
            Outcomes safe,
            Outcomes safeBefore) {}
}
