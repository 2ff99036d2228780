package io.bulwark.schemas.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.schemas.promise.DriftReference.Region;
import io.bulwark.schemas.promise.DriftScales.DriftEvidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriftEvidenceTest {

    private static final double[] BETS = {0.02, 0.05, 0.1, 0.2, 0.4, 0.7};
    private static final double EFFECT = 0.05;
    private static final double DELTA = 0.005;

    private final SplittableRandom chance = new SplittableRandom(5);

    /** Every round of bets by itself, beside the recursion. */
    @Test
    void itIsTheMeanOverRegionsAndBetsOfAllRoundsEachFromItsDayOn() {
        DriftReference reference = DriftReference.of(pictures(400, 8, 0), pictures(400, 8, 0));
        var evidence = new DriftEvidence(reference, EFFECT, DELTA);
        List<long[]> days = new ArrayList<>();
        for (int day = 1; day <= 12; day++) {
            days.add(counts(reference, pictures(30, 8, day < 6 ? 0 : 0.3)));
            evidence.add(day, days.get(day - 1), 2);
            double slow = 1.0 / (day + 1);
            for (Region region : Region.all()) {
                double a = reference.most(region, DELTA / Region.all().size()) + EFFECT;
                for (double bet : BETS) {
                    double b = a + (1 - a) * bet;
                    for (int start = 1; start <= day; start++) {
                        double money =
                                1.0 / (start * (start + 1)) / Region.all().size() / BETS.length;
                        for (long[] counts : days.subList(start - 1, day)) {
                            long inside = IntStream.range(0, counts.length)
                                    .filter(region::has)
                                    .mapToLong(cell -> counts[cell])
                                    .sum();
                            money *= Math.pow(b / a, inside) * Math.pow((1 - b) / (1 - a), 32 - inside);
                        }
                        slow += money;
                    }
                }
            }
            assertThat(Math.exp(evidence.log())).isCloseTo(slow, within(1e-9 * slow));
        }
    }

    @Test
    void aNewClusterIsFoundAndNamedWithTheDayItBegan() {
        DriftReference reference = DriftReference.of(pictures(1400, 8, 0), pictures(1400, 8, 0));
        var evidence = new DriftEvidence(reference, EFFECT, DELTA);
        for (int day = 1; day <= 20; day++) {
            evidence.add(day, counts(reference, pictures(200, 8, 0)), 0);
            assertThat(evidence.log()).isLessThan(1);
        }
        for (int day = 21; day <= 25; day++) {
            evidence.add(day, counts(reference, pictures(200, 8, 0.2)), 0);
        }
        assertThat(evidence.log()).isGreaterThan(-Math.log(FalseAlarmBudget.share(0.04, 1)));
        assertThat(evidence.lead().since()).isBetween(20L, 22L);
        assertThat(evidence.lead().region().far()).isTrue();
        assertThat(evidence.lead().before()).isLessThan(0.1);
    }

    @Test
    void picturesOfUnknownCellsAreEvidenceOfNothing() {
        DriftReference reference = DriftReference.of(pictures(400, 8, 0), pictures(400, 8, 0));
        var evidence = new DriftEvidence(reference, EFFECT, DELTA);
        for (int day = 1; day <= 30; day++) {
            evidence.add(day, new long[DriftReference.CELLS], 1000);
            assertThat(evidence.log()).isNotPositive();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new DriftEvidence(reference, 0, DELTA));
    }

    @Test
    void aReferenceSurvivesItsBytesAndFeaturesKeepDistances() {
        DriftReference reference = DriftReference.of(pictures(300, 8, 0), pictures(300, 8, 0));
        DriftReference again = DriftReference.of(reference.toBytes());
        assertThat(reference.counted()).isEqualTo(300);
        for (float[] picture : pictures(200, 8, 0.5)) {
            assertThat(again.cell(picture)).isEqualTo(reference.cell(picture)).isBetween(0, 63);
        }
        assertThat(again.toBytes()).isEqualTo(reference.toBytes());
        float[] one = unit(1280);
        float[] other = unit(1280);
        assertThat(DriftReference.features(one)).hasSize(64).isEqualTo(DriftReference.features(one));
        assertThat(distance(DriftReference.features(one), DriftReference.features(other)))
                .isCloseTo(distance(one, other), within(0.5));
    }

    @Test
    void picturesThatAreAllAlikeAreAReferenceTooAndNotFar() {
        List<float[]> alike = new ArrayList<>();
        float[] picture = unit(DriftReference.DIMENSIONS);
        for (int i = 0; i < 100; i++) {
            alike.add(picture.clone());
        }
        DriftReference reference = DriftReference.of(alike, alike);
        assertThat(reference.cell(picture)).isLessThan(32);
        assertThat(DriftReference.of(List.of(), List.of()).counted()).isZero();
    }

    private static long[] counts(DriftReference reference, List<float[]> pictures) {
        long[] counts = new long[DriftReference.CELLS];
        pictures.forEach(picture -> counts[reference.cell(picture)]++);
        return counts;
    }

    /** Pictures round as many centres, and a share of them round one that is not among those. */
    private List<float[]> pictures(int count, int centres, double other) {
        List<float[]> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int centre = chance.nextDouble() < other ? centres : chance.nextInt(centres);
            float[] picture = new float[DriftReference.DIMENSIONS];
            for (int j = 0; j < picture.length; j++) {
                picture[j] = (float) (0.05 * chance.nextGaussian() + (j == centre ? 0.8 : 0));
            }
            made.add(picture);
        }
        return made;
    }

    private float[] unit(int dimensions) {
        double[] row = new double[dimensions];
        Arrays.setAll(row, i -> chance.nextGaussian());
        double length = Math.sqrt(Arrays.stream(row).map(value -> value * value).sum());
        float[] unit = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            unit[i] = (float) (row[i] / length);
        }
        return unit;
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }
}
