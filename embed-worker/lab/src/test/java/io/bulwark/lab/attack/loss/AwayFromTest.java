package io.bulwark.lab.attack.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.Oracle.Scores;
import org.junit.jupiter.api.Test;

class AwayFromTest {

    private static final float[] ENTRY = {0.6f, 0.8f, 0};

    /** The first coordinate; fooled where it is above 2. */
    private static final EmbeddingLoss FIRST = (embeddings, samples) -> new EmbeddingLoss.Values(
            new Scores(new float[] {embeddings[0]}, new boolean[] {embeddings[0] > 2}), new float[] {1, 0, 0});

    @Test
    void the_loss_falls_with_the_cosine_and_the_slope_is_its_derivative() {
        AwayFrom joint = new AwayFrom(FIRST, ENTRY, 3);
        float[] at = {1, 2, -1};
        EmbeddingLoss.Values values = joint.evaluate(at.clone(), new int[1]);

        assertThat((double) values.scores().losses()[0]).isCloseTo(1 - 3 * 2.2 / Math.sqrt(6), within(1e-5));
        assertThat(values.scores().fooled()).containsExactly(false);
        for (int d = 0; d < 3; d++) {
            float[] moved = at.clone();
            moved[d] += 0.01f;
            double slope = (joint.evaluate(moved, new int[1]).scores().losses()[0]
                            - values.scores().losses()[0])
                    / 0.01;
            assertThat((double) values.slope()[d]).isCloseTo(slope, within(0.02));
        }
    }

    @Test
    void without_weight_it_is_the_other_loss() {
        EmbeddingLoss.Values values = new AwayFrom(FIRST, ENTRY, 0).evaluate(new float[] {3, 1, 1}, new int[1]);

        assertThat(values.scores().losses()).containsExactly(3f);
        assertThat(values.scores().fooled()).containsExactly(true);
        assertThat(values.slope()).containsExactly(1f, 0f, 0f);
        assertThatThrownBy(() -> new AwayFrom(FIRST, ENTRY, -1)).hasMessageContaining("weight is -1.0");
    }
}
