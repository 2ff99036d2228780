package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.loss.EmbeddingLoss.Values;
import java.util.List;
import org.junit.jupiter.api.Test;

class InversionTargetTest {

    private static final InversionTarget EAST = InversionTarget.of("east", new float[] {3, 0});
    private static final InversionTarget NORTH = InversionTarget.of("north", new float[] {0, 2});

    @Test
    void aMeanIsThatOfUnitRowsAtLengthOne() {
        InversionTarget mean = InversionTarget.mean("both", List.of(new float[] {10, 0}, new float[] {0, 0.1f}));

        float half = (float) Math.sqrt(0.5);
        assertThat(mean.direction()).containsExactly(new float[] {half, half}, within(1e-6f));
    }

    @Test
    void aDifferenceScoresTheOneCosineMinusTheOther() {
        InversionTarget difference = InversionTarget.difference(EAST, NORTH, 0.5);

        assertThat(difference.name()).isEqualTo("east, less north");
        assertThat(InversionTarget.scores(List.of(difference), new float[] {3, 4})
                        .losses()[0])
                .isCloseTo(0.6f - 0.5f * 0.8f, within(1e-6f));
    }

    @Test
    void theSlopeIsTheDifferenceQuotient() {
        List<InversionTarget> targets = List.of(InversionTarget.difference(EAST, NORTH, 0.7), NORTH);
        float[] embeddings = {1.3f, -0.4f, 0.2f, 0.9f};
        int[] samples = {0, 1};
        Values values = InversionTarget.loss(targets).evaluate(embeddings, samples);

        for (int i = 0; i < embeddings.length; i++) {
            float[] more = embeddings.clone();
            float[] less = embeddings.clone();
            more[i] += 1e-3f;
            less[i] -= 1e-3f;
            int row = i / 2;
            double quotient = (InversionTarget.loss(targets)
                                    .evaluate(more, samples)
                                    .scores()
                                    .losses()[row]
                            - InversionTarget.loss(targets)
                                    .evaluate(less, samples)
                                    .scores()
                                    .losses()[row])
                    / 2e-3;
            assertThat((double) values.slope()[i]).isCloseTo(quotient, within(1e-3));
        }
        assertThat(values.scores().fooled()).containsExactly(false, false);
    }

    @Test
    void whatHasNoDirectionIsNamed() {
        assertThatThrownBy(() -> InversionTarget.difference(EAST, EAST, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("east, less east");
        assertThatThrownBy(() -> InversionTarget.mean("sparrow", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sparrow");
    }
}
