package io.bulwark.lab.evaluate.photograph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AreaUnderCurveTest {

    private final Random random = new Random(9);

    @Test
    void itIsTheShareOfPairsInTheRightOrder() {
        for (int trial = 0; trial < 20; trial++) {
            double[] scores = random.ints(40, 0, 12).asDoubleStream().toArray();
            boolean[] flagged = new boolean[40];
            for (int i = 0; i < 40; i++) {
                flagged[i] = i < 2 || i > 2 && random.nextBoolean();
            }
            List<String> contributors =
                    IntStream.range(0, 40).mapToObj(i -> "c" + i % 7).toList();

            assertThat(AreaUnderCurve.of(scores, flagged, contributors, 1).value())
                    .isCloseTo(byPairs(scores, flagged), within(1e-12));
        }
    }

    private static double byPairs(double[] scores, boolean[] flagged) {
        double wins = 0;
        int pairs = 0;
        for (int i = 0; i < scores.length; i++) {
            for (int j = 0; j < scores.length; j++) {
                if (flagged[i] && !flagged[j]) {
                    pairs++;
                    wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        return wins / pairs;
    }

    @Test
    void whereContributorsAreAllAlikeTheIntervalIsWiderThanOverPhotographs() {
        // Ten contributors of twenty photographs each; each contributor's flagged photographs share one score.
        double[] scores = new double[200];
        boolean[] flagged = new boolean[200];
        List<String> grouped =
                IntStream.range(0, 200).mapToObj(i -> "c" + i / 20).toList();
        List<String> single = IntStream.range(0, 200).mapToObj(i -> "p" + i).toList();
        double[] shared = random.doubles(10).toArray();
        for (int i = 0; i < 200; i++) {
            flagged[i] = i % 2 == 0;
            scores[i] = flagged[i] ? shared[i / 20] + 0.3 : random.nextDouble();
        }

        AreaUnderCurve overContributors = AreaUnderCurve.of(scores, flagged, grouped, 1);
        AreaUnderCurve overPhotographs = AreaUnderCurve.of(scores, flagged, single, 1);

        assertThat(overContributors.value()).isEqualTo(overPhotographs.value());
        assertThat(overContributors.high() - overContributors.low())
                .isGreaterThan(overPhotographs.high() - overPhotographs.low());
    }

    @Test
    void aPerfectOrderOfFewContributorsIsNotCertain() {
        double[] scores = {1, 1, 0, 0};
        AreaUnderCurve perfect =
                AreaUnderCurve.of(scores, new boolean[] {true, true, false, false}, List.of("a", "b", "a", "b"), 1);

        assertThat(perfect.value()).isEqualTo(1);
        assertThat(perfect.low()).isLessThan(0.5);
        assertThat(perfect.high()).isEqualTo(1);
    }

    @Test
    void questionsOfOneSideAreRefused() {
        assertThatThrownBy(() -> AreaUnderCurve.of(new double[] {1, 2}, new boolean[2], Collections.nCopies(2, "a"), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both");
    }
}
