package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * An encoder with a bank and a policy calibrated on it, which decides as a worker does, of one view a picture. One
 * thread; holds native memory.
 */
final class ViewModerator implements AutoCloseable {

    private final EvaluatedEncoder encoder;
    private final VotingPolicy policy;
    private final MatrixBank bank;
    private final ReferenceGroups groups;

    private ViewModerator(EvaluatedEncoder encoder, PolicySettings settings, List<LabelledEmbedding> references) {
        this.encoder = encoder;
        policy = new VotingPolicy(settings);
        bank = MatrixBank.of(encoder.description().fingerprint(), references);
        groups = ReferenceGroups.byFlag(encoder.description().fingerprint(), references, settings.flaggedLabels());
    }

    /**
     * Embeds references and calibrates the policy on them, leave-one-out.
     *
     * @param flagged labels that are to be flagged
     * @param floor of similarity, below which a picture is unfamiliar and left to a person; empty takes the calibrated
     *     one
     * @param embedded told how many more references are embedded
     */
    public static ViewModerator of(
            EvaluatedEncoder encoder,
            List<KnnTask.Labelled> references,
            Set<String> flagged,
            OptionalDouble floor,
            IntConsumer embedded) {
        float[][] rows =
                encoder.embed(references.stream().map(KnnTask.Labelled::picture).toList(), embedded);
        List<LabelledEmbedding> bank = KnnTask.Labelled.embedded(references, rows);
        PolicySettings calibrated =
                Calibration.of(bank, CalibrationGoal.flagging(flagged)).appliedTo(PolicySettings.flagging(flagged));
        PolicySettings settings = new PolicySettings(
                calibrated.k(),
                calibrated.temperature(),
                floor.orElse(calibrated.floor()),
                calibrated.knownSimilarity(),
                calibrated.thresholds(),
                calibrated.labels(),
                calibrated.unfamiliar(),
                calibrated.flaggedClasses());
        return new ViewModerator(encoder, settings, bank);
    }

    /** What decides. */
    public EvaluatedEncoder encoder() {
        return encoder;
    }

    /** How it decides. */
    public PolicySettings settings() {
        return policy.settings();
    }

    /**
     * A decision.
     *
     * @param unit the embedding at length 1
     */
    record Finding(float[] unit, ScoredImage scored) {

        Outcome outcome() {
            return scored.judgement().outcome();
        }
    }

    /** @param pixels {@code [count, 3, H, W]} in [0, 1] */
    List<Finding> decide(float[] pixels, int count) {
        return new PolicyDecision.ViewDecisions(encoder.encoder(), bank, policy)
                .of(pixels, count).stream()
                        .map(decided -> new Finding(decided.unit(), decided.scored()))
                        .toList();
    }

    /**
     * The decision about an embedding alone, without the head.
     *
     * @param embedding {@code [D]}, not normalised
     */
    Finding decide(float[] embedding) {
        float[] unit = UnitEmbedding.of(embedding).values();
        return new Finding(
                unit,
                new Decider(List.of())
                        .decide(bank, Policies.always(policy), SeenImage.of("whole", unit, new float[0])));
    }

    /** What attackers with a goal raise. */
    EmbeddingLoss loss(AttackGoal goal, int count) {
        return new PolicyDecision(bank, policy, goal).loss(groups, count);
    }

    @Override
    public void close() {
        bank.close();
        groups.close();
    }
}
