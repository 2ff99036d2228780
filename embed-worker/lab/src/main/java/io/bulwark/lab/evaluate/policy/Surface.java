package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.perception.verdict.Judgement;
import java.util.Optional;

/** A track: what of a picture the attacker sets, and how it is decided then. One thread. */
interface Surface {

    /** {@code model input}, {@code uploaded picture}: the name in reports. */
    String label();

    /** What decides. */
    AttackedModeration moderation();

    /**
     * A picture as the attacker has it.
     *
     * @param file its bytes
     * @throws IllegalArgumentException if it is no picture, or one too large to attack
     */
    Shot shot(byte[] file);

    /** One picture on a track. Pixels are {@code [3, height, width]} in [0, 1], of whole 8-bit levels. */
    interface Shot {

        /** What the attacker begins with; not to be modified. */
        float[] clean();

        int height();

        int width();

        /** The decision about the picture as it is, all of it. */
        Judgement before();

        /** What a threat model, which is meant at the encoder's input, allows on this track. */
        ThreatModel within(ThreatModel atInput);

        /** What the attacker climbs. */
        Objective objective(EmbeddingLoss loss, AttackGoal goal, ThreatModel within);

        /** The loss of another encoder, which sees the picture through its own preprocessing. */
        Objective objective(Transfer from, AttackGoal goal, ThreatModel within);

        /** The same picture before the twin that holds back; empty where there is none. */
        Optional<Shot> ofTwin();

        /**
         * A point near which an attack may begin: what a shorter attack found at the encoder's input; empty where that
         * is this.
         */
        Optional<float[]> lifted(EmbeddingLoss loss, AttackGoal goal, ThreatModel atInput, int iterations);

        /**
         * Hands pixels in.
         *
         * @throws IllegalStateException if they break the threat model
         */
        Submitted submit(float[] pixels, ThreatModel within);
    }

    /**
     * What was handed in.
     *
     * @param after the decision
     * @param linf largest change of a value, measured
     * @param l2 Euclidean length of the change, measured
     */
    record Submitted(Judgement after, double linf, double l2) {}
}
