package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.train.HeadCommand.HeadTraining;
import io.bulwark.lab.train.HeadCommand.HeadTraining.HeadedTriplet;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.lab.train.TripletDescent.TripletRecipe;
import io.bulwark.lab.train.TripletDescent.TripletRecipe.Report;
import io.bulwark.lab.train.TripletSet.EmbeddedTriplet;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.metric.Cosine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeadTrainingTest {

    private static final int DIMENSION = 8;
    private static final double MARGIN = 0.05;
    private static final double STEP = 1e-3;

    private final Random random = new Random(6);

    private float[] row(double scale) {
        float[] row = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            row[d] = (float) (scale * random.nextGaussian());
        }
        return row;
    }

    private static float[] sum(float[] a, float[] b) {
        float[] sum = a.clone();
        for (int d = 0; d < sum.length; d++) {
            sum[d] += b[d];
        }
        return sum;
    }

    /** People look at the first two dimensions alone; the encoder's cosine is drowned by the others. */
    private EmbeddedTriplet[] samples(int count) {
        EmbeddedTriplet[] samples = new EmbeddedTriplet[count];
        for (int i = 0; i < count; i++) {
            float[] reference = row(1);
            float[] chosen = row(1);
            float[] other = row(1);
            for (int d = 0; d < 2; d++) {
                chosen[d] = reference[d] + (float) random.nextGaussian() * 0.1f;
                other[d] = -reference[d];
            }
            samples[i] = new EmbeddedTriplet(reference, chosen, other);
        }
        return samples;
    }

    private static TripletRecipe recipe(double rate, long seed) {
        return new TripletRecipe(16, MARGIN, new Recipe.Descent(rate, 1e-4, 10, 300, 0, 0), seed);
    }

    private static HeadTraining training(long seed) {
        return new HeadTraining(24, recipe(3e-3, seed));
    }

    private static double agreement(MetricHead head, EmbeddedTriplet[] samples) {
        int right = 0;
        for (EmbeddedTriplet sample : samples) {
            float[] reference = head.apply(sample.reference(), 1);
            right += Cosine.similarity(reference, head.apply(sample.chosen(), 1))
                            > Cosine.similarity(reference, head.apply(sample.other(), 1))
                    ? 1
                    : 0;
        }
        return (double) right / samples.length;
    }

    @Test
    void agreementRisesOnTripletsThatItNeverSaw() {
        EmbeddedTriplet[] unseen = samples(300);
        List<Report> reports = new ArrayList<>();

        MetricHead head = training(1).run(samples(400), 50, reports::add);

        double before = agreement(MetricHead.fresh(DIMENSION, 4, 0), unseen);
        assertThat(agreement(head, unseen)).isGreaterThan(before + 0.1).isGreaterThan(0.9);
        assertThat(reports).extracting(Report::step).containsExactly(50, 100, 150, 200, 250, 300);
        assertThat(reports.get(5).loss()).isLessThan(reports.get(0).loss());
        assertThat(reports.get(5).agreement()).isGreaterThan(reports.get(0).agreement());
    }

    @Test
    void oneSeedIsOneHead() {
        EmbeddedTriplet[] samples = samples(50);

        MetricHead one = training(2).run(samples, 300, report -> {});

        assertThat(training(2).run(samples, 300, report -> {}).weights()).isEqualTo(one.weights());
        assertThat(training(3).run(samples, 300, report -> {}).weights()).isNotEqualTo(one.weights());
    }

    @Test
    void theSlopeOfAHingeIsThatOfItsLoss() {
        MetricHead head = MetricHead.fresh(DIMENSION, 5, 4);
        for (int i = 0; i < head.weights().length; i++) {
            head.weights()[i] += (float) random.nextGaussian() * 0.3f;
        }
        float[] reference = row(1);
        EmbeddedTriplet wrong = new EmbeddedTriplet(reference, row(1), sum(reference, row(0.1)));
        float[] gradient = new float[head.weights().length];

        HeadedTriplet.of(head, wrong, MARGIN).addGradient(head, gradient, 0.5f);

        for (int i = 0; i < gradient.length; i++) {
            float kept = head.weights()[i];
            head.weights()[i] = (float) (kept + STEP);
            double above = HeadedTriplet.of(head, wrong, MARGIN).hinge().loss();
            head.weights()[i] = (float) (kept - STEP);
            double below = HeadedTriplet.of(head, wrong, MARGIN).hinge().loss();
            head.weights()[i] = kept;
            assertThat((double) gradient[i]).isCloseTo(0.5 * (above - below) / (2 * STEP), within(2e-3));
        }
    }

    @Test
    void aTripletThatIsRightByTheMarginMovesNothing() {
        MetricHead head = MetricHead.fresh(DIMENSION, 5, 4);
        float[] reference = row(1);
        float[] opposite = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            opposite[d] = -reference[d];
        }
        float[] gradient = new float[head.weights().length];
        HeadedTriplet triplet = HeadedTriplet.of(head, new EmbeddedTriplet(reference, reference, opposite), MARGIN);

        triplet.addGradient(head, gradient, 1);

        assertThat(triplet.hinge().isRight()).isTrue();
        assertThat(triplet.hinge().loss()).isZero();
        assertThat(gradient).containsOnly(0);
    }

    @Test
    void anEmbeddingThatIsNoNumberStopsBeforeTheHeadTakesIt() {
        EmbeddedTriplet[] samples = samples(50);
        samples[17].chosen()[3] = Float.NaN;

        DivergedException stopped =
                catchThrowableOfType(DivergedException.class, () -> training(1).run(samples, 300, report -> {}));

        assertThat(stopped.step()).as("within the first epoch").isBetween(1, 4);
        assertThat(stopped.files()).hasSize(16).contains("triplet 17");
        assertThat(stopped).hasMessageContaining("loss NaN");
    }

    @Test
    void anImpossibleRecipeIsRefused() {
        assertThatThrownBy(() -> new HeadTraining(0, recipe(1, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hidden 0");
        assertThatThrownBy(() -> new TripletRecipe(0, MARGIN, recipe(1, 0).descent(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch 0");
        assertThatThrownBy(() -> new TripletRecipe(1, -1, recipe(1, 0).descent(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("margin -1.0");
    }
}
