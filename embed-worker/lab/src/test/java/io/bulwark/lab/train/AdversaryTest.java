package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdversaryTest {

    private static final ThreatModel THREAT = ThreatModel.linf(6 / 255.0);
    private static final Pgd INNER = new Pgd(2, 3.6 / 255, 0.5, true, 0);
    private static final int SHARDS = 4;

    private static double share(Adversary adversary, int step, int place) {
        return adversary.ofShard(3, step, place, SHARDS).threat().epsilon() / THREAT.epsilon();
    }

    @Test
    void withoutAMildestShareEachShardIsGivenTheWholeBound() {
        Adversary shard = Adversary.of(THREAT, INNER).ofShard(3, 17, 2, SHARDS);

        assertThat(shard.threat()).isEqualTo(THREAT);
        assertThat(shard.inner()).isEqualTo(new Pgd(2, 3.6 / 255, 0.5, true, Seeds.seed(3, Seeds.START, 17, 2)));
    }

    @Test
    void theSharesOfABatchLieOneInEachPartOfTheRange() {
        Adversary adversary = new Adversary(THREAT, INNER, 0.2);

        for (int step = 0; step < 50; step++) {
            for (int place = 0; place < SHARDS; place++) {
                assertThat(share(adversary, step, place)).isBetween(0.2 + 0.2 * place, 0.4 + 0.2 * place);
            }
        }
    }

    @Test
    void theSharesOfOnePlaceAreDrawnAtEachStepAndSpreadEvenly() {
        Adversary adversary = new Adversary(THREAT, INNER, 0);

        double mean = IntStream.range(0, 4000)
                .mapToDouble(step -> share(adversary, step, 0))
                .average()
                .orElseThrow();

        assertThat(mean).isCloseTo(0.125, within(0.005));
        assertThat(share(adversary, 1, 0)).isNotEqualTo(share(adversary, 2, 0));
        assertThat(share(adversary, 1, 0)).isEqualTo(share(adversary, 1, 0));
    }

    @Test
    void stepsShrinkWithTheBoundAndNeverToNothing() {
        Adversary adversary = new Adversary(THREAT, INNER, 0);

        for (int step = 0; step < 500; step++) {
            Adversary shard = adversary.ofShard(3, step, 0, SHARDS);
            assertThat(shard.inner().stepSize()).isPositive();
            assertThat(shard.inner().stepSize() / shard.threat().epsilon())
                    .isCloseTo(INNER.stepSize() / THREAT.epsilon(), within(1e-9));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aShareOutsideOfZeroToOneIsRefused(double mildest) {
        assertThatThrownBy(() -> new Adversary(THREAT, INNER, mildest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed is 0 to 1");
    }
}
