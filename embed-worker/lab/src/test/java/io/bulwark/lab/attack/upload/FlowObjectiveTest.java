package io.bulwark.lab.attack.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.Apgd.EarlyStop;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowObjectiveTest {

    private static final int WIDTH = 60;
    private static final int HEIGHT = 40;
    private static final int[] ONE = {0};

    /** What a flow that moves nothing shows is the picture, and one to an end is the picture moved by so much. */
    @Test
    void aFlowMovesPixelsByTheShareOfTheShorterSide() {
        float[] clean = smooth();
        FlowObjective objective = new FlowObjective(weighted(clean.length), clean, WIDTH, 0.05);

        assertThat(objective.bent(FlowObjective.still())).isEqualTo(clean);

        float[] toTheRight = FlowObjective.still();
        for (int i = 0; i < toTheRight.length / 2; i++) {
            toTheRight[i] = 1;
        }
        float[] bent = objective.bent(toTheRight);
        for (int i = 0; i < bent.length; i++) {
            int from = Math.min(WIDTH - 1, i % WIDTH + 2);
            assertThat(bent[i]).isCloseTo(clean[i - i % WIDTH + from], within(1e-5f));
        }
    }

    @Test
    void itsSlopeIsWhatDifferencesSay() {
        float[] clean = smooth();
        FlowObjective objective = new FlowObjective(weighted(clean.length), clean, WIDTH, 0.04);
        float[] flow = FlowObjective.still();
        Random random = new Random(2);
        for (int i = 0; i < flow.length; i++) {
            flow[i] += (random.nextFloat() - 0.5f) * 0.6f;
        }

        float[] slope = objective.differentiate(flow, ONE).gradient();

        for (int i = 0; i < flow.length; i += 17) {
            float[] more = flow.clone();
            more[i] += 0.002f;
            float[] less = flow.clone();
            less[i] -= 0.002f;
            double difference = (objective.ask(more, ONE).losses()[0]
                            - objective.ask(less, ONE).losses()[0])
                    / 0.004;
            assertThat((double) slope[i])
                    .as("node %d", i)
                    .isCloseTo(difference, within(0.05 + Math.abs(difference) / 10));
        }
    }

    @Test
    void anAttackFindsAFlowThatRaisesTheLossAndMakesNoNewValues() {
        float[] clean = smooth();
        FlowObjective objective = new FlowObjective(weighted(clean.length), clean, WIDTH, 0.04);
        float[] still = FlowObjective.still();

        AttackResult result =
                new Apgd(10, 1, EarlyStop.NEVER, 1).run(objective, ThreatModel.linf(0.5), still, 1, Watch.silent());

        assertThat(objective.ask(result.pixels(), ONE).losses()[0])
                .isGreaterThan(objective.ask(still, ONE).losses()[0] + 0.1f);
        for (float value : objective.bent(result.pixels())) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    /** Waves of many pixels. */
    private static float[] smooth() {
        float[] planes = new float[3 * WIDTH * HEIGHT];
        for (int i = 0; i < planes.length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH % HEIGHT;
            int channel = i / WIDTH / HEIGHT;
            planes[i] = (float) (0.5 + 0.25 * Math.sin(0.3 * x + channel) + 0.2 * Math.cos(0.25 * y - channel));
        }
        return planes;
    }

    /** A linear function of the pixels. */
    private static Objective weighted(int length) {
        Random random = new Random(1);
        float[] weights = new float[length];
        for (int i = 0; i < length; i++) {
            weights[i] = (float) Math.sin(0.2 * (i % WIDTH)) + 0.2f * random.nextFloat();
        }
        return new Objective() {

            @Override
            public Scores ask(float[] pixels, int[] samples) {
                double sum = 0;
                for (int i = 0; i < length; i++) {
                    sum += weights[i] * pixels[i];
                }
                return new Scores(new float[] {(float) sum}, new boolean[1]);
            }

            @Override
            public Evaluation differentiate(float[] pixels, int[] samples) {
                return new Evaluation(ask(pixels, samples), weights);
            }
        };
    }
}
