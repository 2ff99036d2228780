package io.bulwark.perception.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DenseHeadTest {

    private static final int SIZE = 64;

    @TempDir
    static Path cache;

    private static DenseHead head;
    private static Answers answers;

    @BeforeAll
    static void askTheProgramItself() {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1);
        ModelPackage model = ModelPackage.open(ModelPackage.CLASSIFIER);
        try (TrainableEncoder weights = model.openTrainable(options)) {
            head = DenseHead.of(weights);
        }
        Random random = new Random(3);
        float[] pixels = new float[2 * 3 * SIZE * SIZE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = random.nextFloat();
        }
        try (DifferentiableEncoder encoder = model.openDifferentiable(options)) {
            answers = encoder.answer(pixels, 2, SIZE, SIZE);
        }
    }

    private static float[] embedding(int row) {
        float[] embedding = new float[head.dimension()];
        System.arraycopy(answers.embeddings(), row * embedding.length, embedding, 0, embedding.length);
        return embedding;
    }

    @Test
    void itAnswersWhatTheProgramAnswers() {
        assertThat(head.classes()).isEqualTo(5);
        for (int row = 0; row < answers.count(); row++) {
            double[] logits = head.answer(embedding(row)).logits();
            for (int c = 0; c < head.classes(); c++) {
                assertThat(logits[c]).isCloseTo(answers.logits()[row * head.classes() + c], within(1e-3));
            }
        }
    }

    @Test
    void theTopClassIsThatOfTheGreatestLogit() {
        DenseHead.Answer answer = head.answer(embedding(0));
        double[] logits = answer.logits();

        for (double logit : logits) {
            assertThat(logits[answer.top()]).isGreaterThanOrEqualTo(logit);
        }
    }

    @Test
    void theSlopeIsThatOfTheLogits() {
        float[] embedding = embedding(1);
        double[] byLogit = {0.3, -1, 0.5, 2, -0.7};
        float[] slope = new float[embedding.length];

        head.answer(embedding).pullBack(byLogit, slope);

        double step = 1e-3;
        for (int i = 0; i < embedding.length; i += 97) {
            double differences =
                    (weighted(embedding, i, step, byLogit) - weighted(embedding, i, -step, byLogit)) / (2 * step);
            assertThat((double) slope[i]).isCloseTo(differences, within(1e-2 * (1 + Math.abs(differences))));
        }
    }

    private static double weighted(float[] embedding, int moved, double by, double[] weights) {
        float[] other = embedding.clone();
        other[moved] += (float) by;
        double[] logits = head.answer(other).logits();
        double sum = 0;
        for (int c = 0; c < logits.length; c++) {
            sum += weights[c] * logits[c];
        }
        return sum;
    }

    @Test
    void aModelWithoutAHeadIsNamed() {
        ModelPackage headless = ModelPackage.open("src/test/resources/golden/vit_a");

        try (TrainableEncoder weights =
                headless.openTrainable(EncoderOptions.defaults().withThreads(1).withCache(cache))) {
            assertThatThrownBy(() -> DenseHead.of(weights))
                    .isInstanceOf(ModelPackageException.class)
                    .hasMessageContaining(weights.description().name())
                    .hasMessageContaining("no classifier head");
        }
    }
}
