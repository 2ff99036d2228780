package io.bulwark.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttacksInTurnTest {

    private static final ThreatModel THREAT = ThreatModel.linf(1);

    /** A sample's loss is its pixel; it is fooled from its own number on. */
    private static final Objective OBJECTIVE = new Objective() {

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            boolean[] fooled = new boolean[samples.length];
            for (int row = 0; row < samples.length; row++) {
                fooled[row] = pixels[row] >= samples[row] / 10f;
            }
            return new Scores(pixels.clone(), fooled);
        }

        @Override
        public Evaluation differentiate(float[] pixels, int[] samples) {
            return new Evaluation(ask(pixels, samples), new float[pixels.length]);
        }
    };

    private final List<Integer> asked = new ArrayList<>();

    /** Tries one value for all samples. */
    private Attack all(float value) {
        return new Attack() {

            @Override
            public AttackResult run(Objective objective, ThreatModel threat, float[] clean, int count, Watch watch) {
                asked.add(count);
                float[] pixels = new float[count];
                Arrays.fill(pixels, value);
                int[] samples = new int[count];
                Arrays.setAll(samples, sample -> sample);
                Oracle.Scores scores = objective.ask(pixels, samples);
                return new AttackResult(pixels, scores.fooled(), scores.losses(), 1, count);
            }

            @Override
            public String describe() {
                return "all " + value;
            }
        };
    }

    @Test
    void eachAttacksWhatTheOnesBeforeItDidNotFoolAndTheWorstCounts() {
        AttacksInTurn attacks = new AttacksInTurn(List.of(all(0.2f), all(0.4f), all(0.1f)));

        AttackResult result = attacks.run(OBJECTIVE, THREAT, new float[6], 6, Watch.silent());

        assertThat(asked).containsExactly(6, 3, 1);
        assertThat(result.fooled()).containsExactly(true, true, true, true, true, false);
        assertThat(result.pixels()).containsExactly(0.2f, 0.2f, 0.2f, 0.4f, 0.4f, 0.4f);
        assertThat(result.losses()).isEqualTo(result.pixels());
        assertThat(result.gradientSteps()).isEqualTo(3);
        assertThat(result.queries()).isEqualTo(10);
        assertThat(attacks.describe()).isEqualTo("all 0.2, then all 0.4, then all 0.1");
    }

    @Test
    void whatIsFooledAlreadyIsLeftInPeace() {
        new AttacksInTurn(List.of(all(1), all(1))).run(OBJECTIVE, THREAT, new float[6], 6, Watch.silent());

        assertThat(asked).containsExactly(6);
    }

    @Test
    void withObjectivesOfTheirOwnTheFirstsPixelsAreKeptOfWhatNothingFools() {
        List<AttacksInTurn.Turn> turns =
                List.of(new AttacksInTurn.Turn(all(0.2f), OBJECTIVE), new AttacksInTurn.Turn(all(0.4f), raised(100)));

        AttackResult result = AttacksInTurn.run(turns, THREAT, new float[6], 6, Watch.silent());

        assertThat(asked).containsExactly(6, 3);
        assertThat(result.fooled()).containsExactly(true, true, true, true, true, false);
        // Of the last one nothing was won, and 100.4 of another loss is no more than 0.2 of the first.
        assertThat(result.pixels()).containsExactly(0.2f, 0.2f, 0.2f, 0.4f, 0.4f, 0.2f);
    }

    /** The same decision with another loss. */
    private static Objective raised(float by) {
        return new Objective() {
            @Override
            public Scores ask(float[] pixels, int[] samples) {
                float[] losses = pixels.clone();
                for (int row = 0; row < losses.length; row++) {
                    losses[row] += by;
                }
                return new Scores(losses, OBJECTIVE.ask(pixels, samples).fooled());
            }

            @Override
            public Evaluation differentiate(float[] pixels, int[] samples) {
                return new Evaluation(ask(pixels, samples), new float[pixels.length]);
            }
        };
    }

    @Test
    void noAttackIsRefused() {
        assertThatThrownBy(() -> new AttacksInTurn(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
