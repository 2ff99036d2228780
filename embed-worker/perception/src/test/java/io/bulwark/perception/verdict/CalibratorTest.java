package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CalibratorTest {

    @Test
    void scoresThatLieApartAreCutInTheirGap() {
        Thresholds thresholds = Calibrator.thresholds(new double[] {0.8, 0.9, 1}, new double[] {0, 0.1, 0.2}, 0, 0);

        assertThat(thresholds.safe()).isBetween(0.39, 0.41);
        assertThat(thresholds.flag()).isBetween(0.59, 0.61);
    }

    @Test
    void scoresThatOverlapLeaveTheOverlapToReview() {
        Thresholds thresholds = Calibrator.thresholds(new double[] {0.3, 0.9, 1}, new double[] {0, 0.1, 0.6}, 0, 0);

        assertThat(thresholds.safe()).isBetween(0.1, 0.3);
        assertThat(thresholds.flag()).isBetween(0.6, 0.9);
        assertThat(thresholds.outcome(0.3)).isEqualTo(Outcome.REVIEW);
        assertThat(thresholds.outcome(0.6)).isEqualTo(Outcome.REVIEW);
    }

    @Test
    void anErrorThatTheGoalAllowsNarrowsTheBand() {
        double[] ofFlagged = {0.3, 0.9, 0.95, 1};
        double[] ofOthers = {0, 0.05, 0.1, 0.6};

        Thresholds thresholds = Calibrator.thresholds(ofFlagged, ofOthers, 1, 1);

        assertThat(thresholds.outcome(0.9)).isEqualTo(Outcome.NSFW);
        assertThat(thresholds.outcome(0.1)).isEqualTo(Outcome.SAFE);
        assertThat(thresholds.flag()).isLessThanOrEqualTo(0.9);
    }

    @Property
    void theGoalsErrorsAreKeptWhateverTheScores(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int flagged,
            @ForAll @IntRange(min = 1, max = 40) int others,
            @ForAll @IntRange(min = 0, max = 50) int percent) {
        Random random = new Random(seed);
        double[] ofFlagged = scores(random, flagged, 0.3);
        double[] ofOthers = scores(random, others, 0);

        Thresholds thresholds =
                Calibrator.thresholds(ofFlagged, ofOthers, percent * others / 100, percent * flagged / 100);

        assertThat(share(ofOthers, thresholds, Outcome.NSFW)).isLessThanOrEqualTo(percent / 100.0);
        assertThat(share(ofFlagged, thresholds, Outcome.SAFE)).isLessThanOrEqualTo(percent / 100.0);
    }

    /** Coarse scores below 1, so that ties are frequent; a score of exactly 1 has no threshold above it. */
    private static double[] scores(Random random, int count, double least) {
        return DoubleStream.generate(() -> Math.round(100 * (least + (0.99 - least) * random.nextDouble())) / 100.0)
                .limit(count)
                .sorted()
                .toArray();
    }

    private static double share(double[] scores, Thresholds thresholds, Outcome outcome) {
        return (double) Arrays.stream(scores)
                        .filter(score -> thresholds.outcome(score) == outcome)
                        .count()
                / scores.length;
    }
}
