package io.bulwark.lab.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.attack.SmallModeration;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.explain.Explainer.DeletionCurve;
import io.bulwark.lab.explain.Explainer.ShuffledWeights;
import io.bulwark.lab.explain.ImportanceMap.RankCorrelation;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainerTest {

    private static final int SIDE = 32;
    private static final int CELLS = ImportanceMap.SIDE * ImportanceMap.SIDE;

    @TempDir
    static Path cache;

    private static SmallModeration moderation;
    private static ReferenceGroups groups;
    private static Explainer explainer;

    @BeforeAll
    static void open() {
        moderation = new SmallModeration(cache, ViewPolicy.SQUASH);
        groups = ReferenceGroups.byFlag(
                moderation.gradients.description().fingerprint(), moderation.references, Set.of("nsfw"));
        explainer = new Explainer(moderation.gradients, groups, 5, 0.07);
    }

    @AfterAll
    static void close() {
        groups.close();
        moderation.close();
    }

    @Test
    void theMarginIsThatOfTheFlaggedSideOverTheOther() {
        float[] flagged = view(true, 100);
        float[] other = view(false, 101);
        float[] both = Arrays.copyOf(flagged, 2 * flagged.length);
        System.arraycopy(other, 0, both, flagged.length, other.length);

        float[] margins = explainer.margins(both, 2);

        assertThat(margins[0]).isGreaterThan(margins[1]);
        assertThat(explainer.score(margins[0])).isBetween(0.0, 1.0).isGreaterThan(explainer.score(margins[1]));
        assertThat(explainer.score(0)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void occlusionIsWhatDeletingTheCellAndItsNeighboursTakesAway() {
        float[] view = view(true, 102);
        ImportanceMap map = explainer.occlusion(view);
        float[] without = view.clone();
        int middle = ImportanceMap.SIDE / 2;
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                sum += view[channel * SIDE * SIDE + i];
            }
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int row = y * ImportanceMap.SIDE / SIDE;
                    int column = x * ImportanceMap.SIDE / SIDE;
                    if (Math.abs(row - middle) <= 1 && Math.abs(column - middle) <= 1) {
                        without[(channel * SIDE + y) * SIDE + x] = (float) (sum / (SIDE * SIDE));
                    }
                }
            }
        }

        double lost = explainer.margins(view, 1)[0] - explainer.margins(without, 1)[0];

        assertThat(map.values()[middle * ImportanceMap.SIDE + middle]).isCloseTo(lost, within(1e-5));
    }

    /** Of a single noiseless copy the map is the first-order change, which a central difference gives. */
    @Test
    void theGradientsMapIsTheChangeTowardsTheMeanColour() {
        float[] view = view(true, 103);
        ImportanceMap map = explainer.smoothedGradient(view, 1, 0, 1);
        int cell = map.descending()[0];
        float share = 0.01f;

        double lost = (explainer.margins(towardsMean(view, cell, -share), 1)[0]
                        - explainer.margins(towardsMean(view, cell, share), 1)[0])
                / 2;

        assertThat(lost)
                .isCloseTo(share * map.values()[cell], within(0.1 * Math.abs(share * map.values()[cell]) + 5e-7));
    }

    private static float[] towardsMean(float[] view, int cell, float share) {
        float[] moved = view.clone();
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                sum += view[channel * SIDE * SIDE + i];
            }
            float mean = (float) (sum / (SIDE * SIDE));
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                int i = channel * SIDE * SIDE + pixel;
                boolean inside = ImportanceMap.cellOf(pixel % SIDE, pixel / SIDE, SIDE, SIDE) == cell;
                moved[i] += inside ? share * (mean - view[i]) : 0;
            }
        }
        return moved;
    }

    @Test
    void theSameSeedGivesTheSameMap() {
        float[] view = view(true, 104);

        assertThat(explainer.smoothedGradient(view, 4, 0.1, 9).values())
                .containsExactly(explainer.smoothedGradient(view, 4, 0.1, 9).values());
    }

    @Test
    void deletingBeginsAtTheWholeViewAndEndsAtAPlainOneWhateverTheOrder() {
        float[] view = view(true, 105);
        int[] forward = IntStream.range(0, CELLS).toArray();
        int[] backward = IntStream.range(0, CELLS).map(i -> CELLS - 1 - i).toArray();

        double[] one = explainer.deletion(view, forward).scores();
        double[] other = explainer.deletion(view, backward).scores();

        assertThat(one[0]).isCloseTo(explainer.score(explainer.margins(view, 1)[0]), within(1e-5));
        assertThat(other[0]).isCloseTo(one[0], within(1e-5));
        assertThat(other[other.length - 1]).isCloseTo(one[one.length - 1], within(1e-5));
        assertThat(new DeletionCurve(new double[] {1, 0.5, 0}).area()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void whatOcclusionCallsImportantLowersTheScoreFasterThanTheReverse() {
        double best = 0;
        double worst = 0;
        for (int seed = 200; seed < 206; seed++) {
            float[] view = view(true, seed);
            int[] order = explainer.occlusion(view).descending();
            int[] reversed =
                    IntStream.range(0, CELLS).map(i -> order[CELLS - 1 - i]).toArray();
            best += explainer.deletion(view, order).area();
            worst += explainer.deletion(view, reversed).area();
        }

        assertThat(best).isLessThan(worst);
    }

    @Test
    void shuffledWeightsChangeTheMap() {
        float[] view = view(true, 106);
        ModelPackage model =
                ModelPackage.open(SmallEncoder.GOLDEN.resolve("vit_a").toString());
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(cache);
        double[] learnt = explainer.smoothedGradient(view, 4, 0.1, 1).values();
        try (TrainableEncoder weights = model.openTrainable(options);
                var shuffled = model.openDifferentiable(options)) {
            shuffled.setWeights(ShuffledWeights.of(weights, 1));
            double[] map = new Explainer(shuffled, groups, 5, 0.07)
                    .smoothedGradient(view, 4, 0.1, 1)
                    .values();

            assertThat(Math.abs(RankCorrelation.of(learnt, map))).isLessThan(0.6);
            shuffled.setWeights(weights.weights());
            assertThat(new Explainer(shuffled, groups, 5, 0.07)
                            .smoothedGradient(view, 4, 0.1, 1)
                            .values())
                    .containsExactly(learnt, within(1e-6));
        }
    }

    @Test
    void shufflingKeepsTheNumbersOfEachTensor() {
        List<TensorPlace> tensors =
                List.of(new TensorPlace("a", List.of(3L), 0, false), new TensorPlace("b", List.of(2L, 2L), 3, false));
        float[] row = {1, 2, 3, 10, 20, 30, 40};

        float[] shuffled = ShuffledWeights.of(row, tensors, 5);

        assertThat(row).containsExactly(1, 2, 3, 10, 20, 30, 40);
        assertThat(Arrays.copyOf(shuffled, 3)).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(Arrays.copyOfRange(shuffled, 3, 7)).containsExactlyInAnyOrder(10, 20, 30, 40);
    }

    private static float[] view(boolean flagged, long seed) {
        return ExactPictureReader.planes(
                SmallModeration.picture(SIDE, SIDE, flagged, seed).rgb());
    }
}
