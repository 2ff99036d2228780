package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.HopSkipJump;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Makes a file that moderation decides otherwise: the track <i>uploaded file</i>, from the original's bytes to bytes to
 * upload. Of an animation the first frame is taken, of a transparent picture what lies over white. One thread, always
 * the same; holds native memory.
 *
 * <pre>{@code
 * try (UploadAttack attack = new UploadAttack(moderator, gradients, references, settings, ViewPolicy.COVER)) {
 *     Apgd apgd = new Apgd(50, 1, EarlyStop.EACH_FOOLED, 1);
 *     AttackedUpload attacked = attack.run(original, Goal.EVADE, apgd, ThreatModel.linf(8 / 255.0),
 *             new UploadFormat.Png());
 *     Files.write(target, attacked.file());
 * }
 * }</pre>
 */
public final class UploadAttack implements AutoCloseable {

    /** Pixels beyond which an attack would take gigabytes. */
    public static final long MAX_PIXELS = 4_000_000;

    private final FileModerator moderator;
    private final DifferentiableEncoder gradients;
    private final ReferenceGroups groups;
    private final ViewPolicy views;

    /**
     * @param moderator the whole decision, which success is judged by
     * @param gradients the moderator's model in fp32; not closed by this
     * @param references the moderator's
     * @param settings of the policy
     * @param views that the moderator takes
     * @throws IllegalArgumentException if the moderator runs another model, or the same one in another precision
     */
    public UploadAttack(
            FileModerator moderator,
            DifferentiableEncoder gradients,
            List<LabelledEmbedding> references,
            PolicySettings settings,
            ViewPolicy views) {
        String fingerprint = gradients.description().fingerprint();
        if (!moderator.encoder().description().fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException("the moderator runs the model %s, gradients are of %s: open both in fp32"
                    .formatted(moderator.encoder().description().fingerprint(), fingerprint));
        }
        this.moderator = moderator;
        this.gradients = gradients;
        this.views = views;
        this.groups =
                ReferenceGroups.byFlag(gradients.description().fingerprint(), references, settings.flaggedLabels());
    }

    /**
     * Attacks a file with what the attack needs: its gradients, or the loss alone.
     *
     * @throws IllegalArgumentException if it is no picture, or one of more than {@link #MAX_PIXELS} pixels
     * @throws IllegalStateException if the change breaks the threat model
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public AttackedUpload run(
            byte[] original, AttackGoal goal, AttackOfSize attack, ThreatModel threat, UploadFormat format) {
        return run(original, goal, attack, threat, format, UnaryOperator.identity());
    }

    /**
     * As the other, by an attacker who wants something else besides.
     *
     * @param joined the loss of each view with what else is wanted; success is judged by the decision alone
     */
    public AttackedUpload run(
            byte[] original,
            AttackGoal goal,
            AttackOfSize attack,
            ThreatModel threat,
            UploadFormat format,
            UnaryOperator<EmbeddingLoss> joined) {
        UprightPicture clean = picture(original);
        UploadObjective objective = objective(clean, goal, threat, format, joined);
        Attack.AttackResult result = attack.of(clean.height(), clean.width())
                .run(objective, threat, UploadObjective.pixels(List.of(clean)), 1, Attack.Watch.silent());
        return outcome(original, clean, goal, threat, format, result);
    }

    /**
     * Attacks a file as an outsider: by the decisions about whole uploads and nothing else.
     *
     * @param starts pictures that may have the wanted decision; resized to the original's size
     * @param queries uploads at most
     * @throws IllegalArgumentException as {@link #run}, or if there is no start
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public AttackedUpload runBlind(
            byte[] original,
            AttackGoal goal,
            List<byte[]> starts,
            int queries,
            long seed,
            ThreatModel threat,
            UploadFormat format) {
        UprightPicture clean = picture(original);
        List<float[]> resized = starts.stream()
                .map(start -> EightBits.planes(picture(start).resized(clean.width(), clean.height())))
                .toList();
        HopSkipJump attack =
                new HopSkipJump(queries, clean.height(), clean.width(), HopSkipJump.DEFAULT_GRAIN, resized, seed);
        QueryAttack.Outsider outsider =
                new QueryAttack.Outsider(moderator, format, clean.height(), clean.width(), goal);
        Attack.AttackResult result = attack.query(outsider, threat, EightBits.planes(clean), 1, Attack.Watch.silent());
        return outcome(original, clean, goal, threat, format, result);
    }

    /**
     * Attacks a file with the gradients of two encoders, knowing that a twin watches.
     *
     * @param twin what the twin decides by
     * @param weights of the twin's part
     * @param joined the robust loss of each view with what else is wanted
     * @param won whether an upload that is decided as wanted is all that is wanted; asked on this thread
     * @throws IllegalArgumentException as {@link #run}
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public AttackedUpload runWatched(
            UploadAttack twin,
            byte[] original,
            AttackGoal goal,
            TwinObjective.Weights weights,
            UnaryOperator<EmbeddingLoss> joined,
            Attack attack,
            ThreatModel threat,
            Predicate<UprightPicture> won) {
        UprightPicture clean = picture(original);
        WatchedObjective objective = new WatchedObjective(
                new TwinObjective.Seer(gradients, joined.apply(loss(goal))),
                new TwinObjective.Seer(twin.gradients, twin.loss(goal)),
                weights,
                views,
                goal,
                new EightBits(threat, clean),
                won);
        Attack.AttackResult result =
                attack.run(objective, threat, UploadObjective.pixels(List.of(clean)), 1, Attack.Watch.silent());
        return outcome(original, clean, goal, threat, new UploadFormat.Png(), result);
    }

    /** An attack that may have to know the size of what it attacks. */
    @FunctionalInterface
    public interface AttackOfSize {

        /** The attack on pictures of this size. */
        Attack of(int height, int width);
    }

    private UploadObjective objective(
            UprightPicture clean,
            AttackGoal goal,
            ThreatModel threat,
            UploadFormat format,
            UnaryOperator<EmbeddingLoss> joined) {
        UploadPath uploads = UploadPath.moderation(gradients.description().preprocess(), views, format);
        return new UploadObjective(
                gradients, uploads, List.of(clean), threat, joined.apply(loss(goal)), goal.needsEveryView());
    }

    private EmbeddingLoss loss(AttackGoal goal) {
        return new PolicyDecision(
                        moderator.bank(),
                        moderator.policies().of(moderator.tenant()).inForce(),
                        goal)
                .loss(groups, 1);
    }

    private AttackedUpload outcome(
            byte[] original,
            UprightPicture clean,
            AttackGoal goal,
            ThreatModel threat,
            UploadFormat format,
            Attack.AttackResult result) {
        UprightPicture attacked = new EightBits(threat, clean).round(result.pixels());
        byte[] file = format.encode(attacked);
        Optional<Judgement> after = moderator.decide(file);
        UploadedChange change = UploadedChange.of(threat, clean, attacked, picture(file));
        return new AttackedUpload(
                file,
                moderator.decide(original).orElseThrow(),
                after,
                goal.reached(after),
                change.linf(),
                change.l2(),
                change.linfArrived(),
                result.gradientSteps(),
                result.queries());
    }

    private UprightPicture picture(byte[] file) {
        return UploadedChange.original(moderator.decoder(), file);
    }

    @Override
    public void close() {
        groups.close();
    }

    /**
     * A file that was attacked, and the result.
     *
     * @param file the attacked file; ready to be uploaded
     * @param before the whole decision about the original
     * @param after the whole decision about the attacked file, decoded again; empty where the decoder refuses it
     * @param fooled whether it is the one that the attacker wants
     * @param linf largest change of a value of the upload before it was encoded, in [0, 1]
     * @param l2 Euclidean length of that change
     * @param linfArrived largest change of a value as it arrives, decoded: larger than {@code linf} where the format
     *     loses
     * @param gradientSteps forward and backward passes of the picture
     * @param queries forward passes alone, or answers of the moderation
     */
    public record AttackedUpload(
            byte[] file,
            Judgement before,
            Optional<Judgement> after,
            boolean fooled,
            double linf,
            double l2,
            double linfArrived,
            long gradientSteps,
            long queries) {}

    /**
     * What was done to an upload, measured apart from the attack that did it.
     *
     * @param linf largest change of a value before the file was encoded, in [0, 1]
     * @param l2 Euclidean length of that change
     * @param linfArrived largest change of a value as it arrives, decoded: larger than {@code linf} where the format
     *     loses
     */
    public record UploadedChange(double linf, double l2, double linfArrived) {

        /**
         * Measures.
         *
         * @param attacked as it was encoded
         * @param arrived as the decoder gives the file
         * @throws IllegalStateException if the change breaks the threat model
         */
        static UploadedChange of(
                ThreatModel threat, UprightPicture clean, UprightPicture attacked, UprightPicture arrived) {
            float[] before = EightBits.planes(clean);
            float[] after = EightBits.planes(attacked);
            threat.verify(before, after, 1).require();
            return new UploadedChange(
                    size(Norm.LINF, before, after),
                    size(Norm.L2, before, after),
                    size(Norm.LINF, before, EightBits.planes(arrived)));
        }

        private static double size(Norm norm, float[] clean, float[] perturbed) {
            return new ThreatModel(norm, 0).verify(clean, perturbed, 1).largest();
        }

        /**
         * What an attacker begins with: of an animation the first frame, of a transparent picture what lies over white.
         *
         * @throws IllegalArgumentException if it is no picture, or one of more than {@link UploadAttack#MAX_PIXELS}
         *     pixels
         */
        public static UprightPicture original(ImageDecoder decoder, byte[] file) {
            DecodeResult result = decoder.decode(file);
            if (result instanceof DecodeResult.Refused refused) {
                throw new IllegalArgumentException(
                        "the file is refused, %s: %s".formatted(refused.refusal(), refused.detail()));
            }
            UprightPicture picture =
                    UprightPicture.of(((DecodeResult.Decoded) result).frames().get(0));
            if ((long) picture.width() * picture.height() > UploadAttack.MAX_PIXELS) {
                throw new IllegalArgumentException(
                        "a picture of %dx%d pixels is too large to attack, allowed are %d pixels"
                                .formatted(picture.width(), picture.height(), UploadAttack.MAX_PIXELS));
            }
            return picture;
        }
    }
}
