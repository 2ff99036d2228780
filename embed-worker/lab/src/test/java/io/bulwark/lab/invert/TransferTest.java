package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferTest {

    @Test
    void aPictureAtItsTargetBeatsRandomPairsAndLiesAmongItsLabel() {
        Transfer.Score score = transfer(3).judge(new float[] {5, 0.1f}, new float[] {1, 0}, "east");

        assertThat(score.cosine()).isCloseTo(1, within(1e-3));
        assertThat(score.percentile()).isGreaterThan(0.4);
        assertThat(score.ofLabel()).isEqualTo(1);
    }

    @Test
    void aPictureElsewhereLiesBelowThemAndAmongTheOthers() {
        Transfer.Score score = transfer(3).judge(new float[] {0, 1}, new float[] {1, 0}, "east");

        assertThat(score.cosine()).isCloseTo(0, within(1e-6));
        assertThat(score.percentile()).isLessThan(0.1);
        assertThat(score.ofLabel()).isZero();
    }

    @Test
    void theSameSeedDrawsTheSamePairs() {
        float[] picture = {0.7f, 0.7f};
        float[] target = {1, 0.2f};

        assertThat(transfer(3).judge(picture, target, "east"))
                .isEqualTo(transfer(3).judge(picture, target, "east"));
    }

    @Test
    void oneReferenceMakesNoPair() {
        assertThatThrownBy(() -> new Transfer(references().subList(0, 1), 1, 10, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 references");
    }

    private static Transfer transfer(int k) {
        return new Transfer(references(), k, 500, 1);
    }

    private static List<LabelledEmbedding> references() {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            references.add(new LabelledEmbedding("e" + i, "east", unit(1, 0.05f * i)));
            references.add(new LabelledEmbedding("n" + i, "north", unit(0.05f * i + 0.01f, 1)));
        }
        return references;
    }

    private static float[] unit(float x, float y) {
        return UnitEmbedding.of(new float[] {x, y}).values();
    }
}
