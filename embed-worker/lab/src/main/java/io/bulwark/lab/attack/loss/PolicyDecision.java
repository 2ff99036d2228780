package io.bulwark.lab.attack.loss;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The decision of a moderation policy over a bank, each row a picture of one view. Only embeddings are known here:
 * while an attack climbs, a policy that leaves unfamiliar views to the classifier head is judged as if it left them to
 * a person. The result of the attack is decided with the head.
 *
 * @param bank what decides
 * @param policy how
 * @param goal what the attacker wants of every sample
 */
public record PolicyDecision(Bank bank, VotingPolicy policy, AttackGoal goal) implements KnnLoss.KnnDecision {

    private static final Decider DECIDER = new Decider(List.of());

    /**
     * What attackers with the goal raise, where the policy has its floor.
     *
     * @param groups the bank's references by what they count as
     * @param count of samples, each of the side that the goal starts from
     */
    public KnnLoss loss(ReferenceGroups groups, int count) {
        PolicySettings settings = policy.settings();
        return KnnLoss.of(groups, goal, count, settings.k(), settings.temperature(), this)
                .above(settings.floor());
    }

    @Override
    public boolean[] fooled(float[] units, int[] samples) {
        int dimension = units.length / samples.length;
        List<SeenImage> images = IntStream.range(0, samples.length)
                .mapToObj(row -> SeenImage.of(
                        "view", Arrays.copyOfRange(units, row * dimension, (row + 1) * dimension), new float[0]))
                .toList();
        List<ScoredImage> decided = DECIDER.decide(bank, Policies.always(policy), images);
        boolean[] fooled = new boolean[samples.length];
        for (int row = 0; row < samples.length; row++) {
            fooled[row] = decided.get(row).judgement().outcome() == goal.outcome();
        }
        return fooled;
    }

    /**
     * Decides about an encoder's input as a worker does, of one view a picture. One thread, the encoder's.
     *
     * @param encoder not closed by this
     * @param bank of the encoder; not closed by this
     * @param policy decides
     */
    public record ViewDecisions(DifferentiableEncoder encoder, Bank bank, VotingPolicy policy) {

        private static final String VIEW = "whole";

        /**
         * A decision.
         *
         * @param unit the embedding at length 1
         */
        public record Decided(float[] unit, ScoredImage scored) {}

        /** @param pixels {@code [count, 3, H, W]} in [0, 1] */
        public List<Decided> of(float[] pixels, int count) {
            PreprocessSpec spec = encoder.description().preprocess();
            Answers answers = encoder.answer(pixels, count, spec.height(), spec.width());
            List<float[]> units = new ArrayList<>();
            List<SeenImage> images = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                units.add(UnitEmbedding.of(answers.embedding(i)).values());
                images.add(SeenImage.of(VIEW, units.get(i), answers.classProbabilities(i)));
            }
            List<ScoredImage> testimonies =
                    new Decider(encoder.description().headClasses()).decide(bank, Policies.always(policy), images);
            List<Decided> decided = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                decided.add(new Decided(units.get(i), testimonies.get(i)));
            }
            return decided;
        }
    }
}
