package io.bulwark.lab.attack;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several attacks in turn, each on what the ones before it did not fool: of each sample the worst counts (Croce and
 * Hein, "Reliable Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks", ICML 2020).
 *
 * @param attacks at least one
 */
public record AttacksInTurn(List<Attack> attacks) implements Attack {

    public AttacksInTurn {
        attacks = List.copyOf(attacks);
        if (attacks.isEmpty()) {
            throw new IllegalArgumentException("no attack is given, at least one is needed");
        }
    }

    /**
     * An attack and what it raises.
     *
     * @param objective with the same samples as those of the other turns, and the same decision
     */
    public record Turn(Attack attack, Objective objective) {}

    @Override
    public Attack.AttackResult run(
            Objective objective, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        return run(attacks.stream().map(attack -> new Turn(attack, objective)).toList(), threat, clean, count, watch);
    }

    /**
     * As {@link #run(Objective, ThreatModel, float[], int, Watch)}, each attack with its own objective: what no slope
     * of one loss leads to, another's may. Losses of different kinds cannot be compared, so of a sample that
     * nothing fools the first turn's pixels are returned.
     */
    public static Attack.AttackResult run(
            List<Turn> turns, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        int length = clean.length / count;
        float[] pixels = clean.clone();
        boolean[] fooled = new boolean[count];
        float[] losses = new float[count];
        Arrays.fill(losses, Float.NEGATIVE_INFINITY);
        Objective first = turns.get(0).objective();
        long gradientSteps = 0;
        long queries = 0;
        for (Turn turn : turns) {
            int[] standing =
                    IntStream.range(0, count).filter(sample -> !fooled[sample]).toArray();
            if (standing.length == 0) {
                break;
            }
            float[] own = new float[standing.length * length];
            for (int row = 0; row < standing.length; row++) {
                System.arraycopy(clean, standing[row] * length, own, row * length, length);
            }
            Attack.AttackResult result =
                    turn.attack().run(new Some(turn.objective(), standing), threat, own, standing.length, watch);
            for (int row = 0; row < standing.length; row++) {
                int sample = standing[row];
                boolean higher = turn.objective() == first && result.losses()[row] > losses[sample];
                if (result.fooled()[row] || higher) {
                    System.arraycopy(result.pixels(), row * length, pixels, sample * length, length);
                    fooled[sample] = result.fooled()[row];
                    losses[sample] = result.losses()[row];
                }
            }
            gradientSteps += result.gradientSteps();
            queries += result.queries();
        }
        return new Attack.AttackResult(pixels, fooled, losses, gradientSteps, queries);
    }

    /** Some samples of an objective, counted from 0. */
    private record Some(Objective whole, int[] samples) implements Objective {

        @Override
        public Scores ask(float[] pixels, int[] rows) {
            return whole.ask(pixels, ofWhole(rows));
        }

        @Override
        public Evaluation differentiate(float[] pixels, int[] rows) {
            return whole.differentiate(pixels, ofWhole(rows));
        }

        @Override
        public long identity(int sample) {
            return whole.identity(samples[sample]);
        }

        private int[] ofWhole(int[] rows) {
            return Arrays.stream(rows).map(row -> samples[row]).toArray();
        }
    }

    @Override
    public String describe() {
        return attacks.stream().map(Attack::describe).collect(Collectors.joining(", then "));
    }
}
