package io.bulwark.lab.evaluate.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.evaluate.paper.LinearHeadTask.LinearHead;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearHeadTaskTest {

    private final Random random = new Random(4);

    private float[] near(int axis, double spread) {
        float[] row = new float[6];
        for (int d = 0; d < row.length; d++) {
            row[d] = (float) ((d == axis ? 3 : 0) + spread * random.nextGaussian());
        }
        return row;
    }

    private LinearHead taught() {
        float[][] rows = new float[60][];
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = i % 3;
            rows[i] = near(labels[i], 0.3);
        }
        return LinearHead.taught(rows, labels, 3);
    }

    @Test
    void whatLiesApartIsLearnt() {
        LinearHead head = taught();

        for (int i = 0; i < 30; i++) {
            assertThat(head.top(near(i % 3, 0.3))).isEqualTo(i % 3);
        }
    }

    @Test
    void theSlopeIsThatOfFiniteDifferencesAndWhoIsFooledIsWhoIsWrong() {
        LinearHead head = taught();
        float[] embedding = near(1, 1);
        float[] slope = new float[6];

        boolean fooled = head.margin(embedding, 1, slope).fooled();

        assertThat(fooled).isEqualTo(head.top(embedding) != 1);
        for (int d = 0; d < slope.length; d++) {
            float[] more = embedding.clone();
            float[] less = embedding.clone();
            more[d] += 1e-2f;
            less[d] -= 1e-2f;
            double difference = head.margin(more, 1, new float[6]).loss()
                    - head.margin(less, 1, new float[6]).loss();
            assertThat((double) slope[d]).isCloseTo(difference / (more[d] - less[d]), within(2e-2));
        }
    }
}
