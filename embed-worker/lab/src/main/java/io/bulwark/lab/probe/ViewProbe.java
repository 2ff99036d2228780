package io.bulwark.lab.probe;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.AttacksInTurn;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException;
import io.bulwark.lab.attack.upload.EightBits;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Attacks pictures, view by view, and has them decided as a worker decides: all views, the tenant's policy, the worst
 * view. Attacked pixels never leave it. One thread, the encoders'.
 */
public final class ViewProbe {

    private final Encoder encoder;
    private final DifferentiableEncoder gradients;
    private final Decider decider;

    /**
     * @param encoder the worker's, in the worker's precision; not closed by this
     * @param gradients the same model; not closed by this
     */
    public ViewProbe(Encoder encoder, DifferentiableEncoder gradients) {
        this.encoder = encoder;
        this.gradients = gradients;
        this.decider = new Decider(encoder.description().headClasses());
    }

    /** What a goal starts from. */
    public static Judgement.Outcome start(AttackGoal goal) {
        return goal == AttackGoal.EVADE ? Judgement.Outcome.NSFW : Judgement.Outcome.SAFE;
    }

    /**
     * Attacks a picture.
     *
     * @param watch asked before each step; may stop the attack, or throw {@link OverdueException}, which the result
     *     tells of
     * @throws java.util.concurrent.CancellationException if it did
     * @throws io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException if the tenant's policy has but one side
     */
    public ProbeResult run(
            ProbedModeration moderation,
            ProbedPicture picture,
            AttackGoal goal,
            ProbeSettings settings,
            Attack.Watch watch) {
        List<SeenImage.SeenView> seen = new ArrayList<>();
        picture.views().forEach(view -> seen.add(see(view)));
        Judgement before = decide(moderation, picture, seen);
        if (before.outcome() != start(goal)) {
            return new ProbeResult(ProbeOutcome.SKIPPED, before, Optional.empty(), 0);
        }
        long queries = 0;
        Judgement after = before;
        for (int i = 0; i < seen.size(); i++) {
            if (decide(moderation, picture, List.of(seen.get(i))).outcome() == goal.outcome()) {
                continue; // this view passes as it is
            }
            View view = picture.views().get(i);
            UprightPicture clean = clean(view);
            Attack.AttackResult found;
            try {
                found = attack(moderation, picture.tenant(), clean, goal, settings, watch);
            } catch (OverdueException overdue) {
                return new ProbeResult(ProbeOutcome.OVERDUE, before, Optional.empty(), queries);
            }
            queries += found.gradientSteps() + found.queries();
            seen.set(i, see(new View(view.name(), rounded(clean, found, settings))));
            after = decide(moderation, picture, seen);
            if (!goal.needsEveryView() && after.outcome() == goal.outcome()) {
                break;
            }
        }
        return new ProbeResult(outcome(after, goal), before, Optional.of(after), queries);
    }

    private static ProbeOutcome outcome(Judgement after, AttackGoal goal) {
        if (after.outcome() == goal.outcome()) {
            return ProbeOutcome.FELL;
        }
        return after.outcome() == start(goal) ? ProbeOutcome.HELD : ProbeOutcome.REVIEW;
    }

    private Attack.AttackResult attack(
            ProbedModeration moderation,
            String tenant,
            UprightPicture clean,
            AttackGoal goal,
            ProbeSettings settings,
            Attack.Watch watch) {
        Attack apgd = new Apgd(settings.iterations(), 1, Apgd.EarlyStop.NEVER, settings.seed());
        List<AttacksInTurn.Turn> turns = moderation.losses(tenant, goal).stream()
                .map(loss -> new AttacksInTurn.Turn(apgd, EncoderObjective.of(gradients, loss)))
                .toList();
        return AttacksInTurn.run(turns, settings.threat(), pixels(clean), 1, watch);
    }

    /** Whole levels within the threat model, as a file can hold them. */
    private static byte[] rounded(UprightPicture clean, Attack.AttackResult found, ProbeSettings settings) {
        UprightPicture rounded = new EightBits(settings.threat(), clean).round(found.pixels());
        settings.threat().verify(pixels(clean), pixels(rounded), 1).require();
        return rounded.rgb();
    }

    private UprightPicture clean(View view) {
        PreprocessSpec spec = encoder.description().preprocess();
        return new UprightPicture(spec.width(), spec.height(), view.pixels());
    }

    private static float[] pixels(UprightPicture picture) {
        return UploadObjective.pixels(List.of(picture));
    }

    private SeenImage.SeenView see(View view) {
        byte[] pixels = view.pixels();
        Embeddings answer = encoder.embed(
                ByteBuffer.allocateDirect(pixels.length).put(pixels).flip(), 1);
        return new SeenImage.SeenView(view.name(), answer.embedding(0), answer.classProbabilities(0));
    }

    private Judgement decide(ProbedModeration moderation, ProbedPicture picture, List<SeenImage.SeenView> seen) {
        SeenImage image = new SeenImage(picture.tenant(), picture.hashes(), List.copyOf(seen));
        return decider.decide(moderation.bank(), moderation.policies(), image).judgement();
    }

    /**
     * What became of a picture.
     *
     * @param outcome {@link ProbeOutcome#SKIPPED} only where the picture is not decided as the goal starts from
     * @param before the decision about the picture as it is
     * @param after the decision about the attacked one; empty where it was skipped, or the attack did not come to its
     *     end
     * @param queries passes through the model that the attacker took, forwards and backwards counted together, for
     *     views whose attack came to its end
     */
    public record ProbeResult(ProbeOutcome outcome, Judgement before, Optional<Judgement> after, long queries) {}

    /**
     * How a picture is attacked.
     *
     * @param threat at the encoder's input, for each view
     * @param iterations of APGD for each loss, at least 1
     * @param seed of whatever is drawn
     */
    public record ProbeSettings(ThreatModel threat, int iterations, long seed) {

        /** The attack's name in metrics and audits. */
        public static final String ATTACK = "apgd";
    }

    /**
     * A picture as a worker sees it.
     *
     * @param tenant whose policy applies
     * @param hashes of which those of the picture count, not that of the file
     * @param views at least one, each of the encoder's size
     */
    public record ProbedPicture(String tenant, ContentHashes hashes, List<View> views) {

        public ProbedPicture {
            hashes = new ContentHashes(Optional.empty(), hashes.pictures());
            views = List.copyOf(views);
            if (views.isEmpty()) {
                throw new IllegalArgumentException("a picture has at least one view");
            }
        }
    }

    /** Thrown by a {@link io.bulwark.lab.attack.Attack.Watch} when the time for one picture is over. */
    public static final class OverdueException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public OverdueException() {
            super("the time for one picture is over", null, false, false);
        }
    }

    /**
     * A bank and policies as a worker decides by them, and the sides of the bank, which the attacker climbs between:
     * the whole bank's where it has at most {@value #MOST_ROWS} rows, else those of an even sample of each label. What
     * an attack comes to is decided by the whole bank. One thread; holds copies of these rows, and as many in native
     * memory for each set of labels that some policy flags.
     */
    public static final class ProbedModeration implements AutoCloseable {

        /** Rows that the attacker climbs between at most: 168 MB where they have 1280 values. */
        static final int MOST_ROWS = 32_768;

        private final Bank bank;
        private final List<LabelledEmbedding> references;
        private final Policies policies;
        private final Map<Set<String>, ReferenceGroups> sides = new HashMap<>();

        /**
         * @param bank decides; not closed by this
         * @throws IllegalArgumentException if the bank has too many labels for the sample
         */
        public ProbedModeration(Bank bank, Policies policies) {
            this.bank = bank;
            this.references = bank.references(MOST_ROWS);
            this.policies = policies;
        }

        Bank bank() {
            return bank;
        }

        Policies policies() {
            return policies;
        }

        /**
         * What an attacker of one view raises, first things first.
         *
         * @throws OneSidedBankException if the tenant's policy flags all labels of the bank, or none
         */
        List<KnnLoss> losses(String tenant, AttackGoal goal) {
            VotingPolicy policy = policies.of(tenant).inForce();
            PolicySettings settings = policy.settings();
            ReferenceGroups groups = sides.computeIfAbsent(
                    settings.flaggedLabels(),
                    flagged -> ReferenceGroups.byFlag(bank.modelFingerprint(), references, flagged));
            KnnLoss loss = new PolicyDecision(bank, policy, goal).loss(groups, 1);
            List<KnnLoss> losses = new ArrayList<>(List.of(loss));
            if (settings.floor() > KnnLoss.NO_FLOOR) {
                losses.add(loss.above(KnnLoss.NO_FLOOR));
            }
            return losses;
        }

        @Override
        public void close() {
            sides.values().forEach(ReferenceGroups::close);
        }
    }
}
