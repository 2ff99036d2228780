package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixupTest {

    private static final int SIZE = 32;
    private static final int PARENT_SIZE = 40;
    private static final int SHARD = 4;
    private static final int CLEAN = 2;
    private static final long SEED = 11;
    private static final ModelPackage PARENT = ModelPackage.open(SmallTraining.PARENT);
    private static final Noise PICTURES = new Noise(24, 44);

    @TempDir
    Path folder;

    /** @param everyday pictures of each shard of 4 */
    private static Recipe recipe(double mixup, int everyday, double epsilon, int steps) {
        return new Recipe(
                Adversary.of(ThreatModel.linf(epsilon), new Pgd(1, 5 / 255.0, 0, true, 0)),
                new Recipe.Batches(SIZE, PARENT_SIZE, 2 * SHARD, SHARD, CLEAN, everyday),
                new Recipe.Variation(true, 0, 0, mixup),
                new Recipe.Terms(0.5, 1),
                new Recipe.Descent(1e-4, 1e-4, 2, steps, 500, 0.9),
                Recipe.Patience.ENDLESS,
                SEED);
    }

    private static Trained train(Path folder, Recipe recipe, TrainingGoal.Maker goals, int threads, int stop)
            throws IOException {
        Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), threads, folder, 1, 1);
        try (Trainer trainer = new Trainer(PARENT, PARENT, recipe, goals, PICTURES, setup)) {
            return trainer.run(report -> {
                if (report.step() == stop) {
                    throw new IllegalStateException("stopped");
                }
            });
        }
    }

    @Test
    void aMixedPictureIsAShareOfItAndTheRestOfAnotherOfTheShard() {
        float[] pixels = new float[5 * 3 * 2 * 2];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble();
        }

        for (long seed = 0; seed < 200; seed++) {
            long draw = seed;
            Augmentation.Mixup pairs = Augmentation.Mixup.draw(0.3, 4, 5, i -> Seeds.random(draw, Seeds.MIXUP, 0, i));
            float[] mixed = pairs.of(pixels, 5);

            for (int i = 0; i < mixed.length; i++) {
                int picture = i / 12;
                if (picture == 4) {
                    assertThat(mixed[i]).as("not the first of a pair").isEqualTo(pixels[i]);
                    continue;
                }
                int other = pairs.others()[picture];
                double share = pairs.shares()[picture];
                assertThat(other).isBetween(0, 4).isNotEqualTo(picture);
                assertThat((double) mixed[i])
                        .isCloseTo(share * pixels[i] + (1 - share) * pixels[other * 12 + i % 12], within(1e-6))
                        .isBetween(0.0, 1.0);
            }
        }
    }

    @Test
    void everyOtherPictureOfTheShardIsDrawnAlike() {
        int[] drawn = new int[4];
        for (int step = 0; step < 3000; step++) {
            int at = step;
            drawn[
                    Augmentation.Mixup.draw(1, 2, 4, i -> Seeds.random(SEED, Seeds.MIXUP, at, i))
                            .others()[1]]++;
        }

        assertThat(drawn[1]).isZero();
        assertThat(List.of(drawn[0], drawn[2], drawn[3]))
                .allSatisfy(times -> assertThat(times).isBetween(900, 1100));
    }

    /** A Beta(a, a) has the variance 1 / (8 a + 4); 1 is uniform, 1/2 the arcsine law. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.5, 1, 4})
    void sharesAreOfTheBetaDistribution(double alpha) {
        double[] shares = shares(alpha, 40_000);

        assertThat(DoubleStream.of(shares).average().orElseThrow()).isCloseTo(0.5, within(0.01));
        assertThat(DoubleStream.of(shares)
                        .map(share -> (share - 0.5) * (share - 0.5))
                        .average()
                        .orElseThrow())
                .isCloseTo(1 / (8 * alpha + 4), within(0.003));
        for (double x : new double[] {0.01, 0.2, 0.7}) {
            double below = DoubleStream.of(shares).filter(share -> share <= x).count() / 40_000.0;
            assertThat(below).as("share of draws up to %s", x).isCloseTo(distribution(alpha, x), within(0.01));
        }
    }

    /** The distribution function by midpoints, in u = x^alpha near 0, where its density is steep. */
    private static double distribution(double alpha, double x) {
        return integral(alpha, x) / (2 * integral(alpha, 0.5));
    }

    private static double integral(double alpha, double to) {
        double end = Math.pow(Math.min(to, 0.5), alpha);
        int parts = 200_000;
        double sum = 0;
        for (int i = 0; i < parts; i++) {
            double x = Math.pow((i + 0.5) * end / parts, 1 / alpha);
            sum += Math.pow(1 - x, alpha - 1) * end / parts / alpha;
        }
        return to <= 0.5 ? sum : 2 * sum - integral(alpha, 1 - to);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.01, 1e6})
    void aShareIsWithinTheUnitIntervalWhateverTheDistribution(double alpha) {
        assertThat(DoubleStream.of(shares(alpha, 1000)).boxed()).allMatch(share -> share >= 0 && share <= 1);
    }

    private static double[] shares(double alpha, int count) {
        SplittableRandom random = new SplittableRandom(5);
        return DoubleStream.generate(() -> Augmentation.Mixup.share(alpha, random))
                .limit(count)
                .toArray();
    }

    @Test
    void theParentAnswersForTheMixedPictureAtItsOwnSizeAndTheEncoderLearnsIt() throws IOException {
        Recipe recipe = recipe(0.7, 1, 0, 1);
        List<Answers> parents = new ArrayList<>();
        List<Answers> learnt = new ArrayList<>();
        TrainingGoal.Maker watched = (parent, labels) -> {
            parents.add(parent);
            TrainingGoal fare = recipe.fare(parent, labels);
            return new TrainingGoal() {
                @Override
                public EmbeddingLoss inner() {
                    return fare.inner();
                }

                @Override
                public Lowered evaluate(Answers answers, int perturbed) {
                    learnt.add(answers);
                    return fare.evaluate(answers, perturbed);
                }
            };
        };

        train(folder, recipe, watched, 1, 0);

        try (DifferentiableEncoder encoder =
                PARENT.openDifferentiable(EncoderOptions.defaults().withThreads(1))) {
            for (int place = 0; place < 2; place++) {
                float[] wanted = encoder.embed(mixed(recipe, place, PARENT_SIZE), SHARD, PARENT_SIZE, PARENT_SIZE);
                assertThat(parents.get(place).embeddings())
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(wanted);
                float[] seen = encoder.embed(mixed(recipe, place, SIZE), SHARD, SIZE, SIZE);
                float[] rows = learnt.get(place).embeddings();
                int dimension = seen.length / SHARD;
                assertThat(Arrays.copyOf(rows, 3 * dimension))
                        .as("rows that may be perturbed, here by nothing")
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(Arrays.copyOf(seen, 3 * dimension));
                assertThat(Arrays.copyOfRange(rows, SHARD * dimension, rows.length))
                        .as("rows as they are")
                        .usingComparatorWithPrecision(1e-4f)
                        .containsExactly(Arrays.copyOf(seen, CLEAN * dimension));
            }
        }
    }

    /** The first step's shard, mixed in a loop; its last picture is learnt in an everyday version and stays. */
    private static float[] mixed(Recipe recipe, int place, int size) {
        Augmentation augmentation = new Augmentation(PICTURES, recipe.batches(), recipe.variation());
        Seeds.Shuffle shuffle = new Seeds.Shuffle(PICTURES.size(), SEED);
        int length = 3 * size * size;
        float[] whole = new float[SHARD * length];
        for (int i = 0; i < SHARD; i++) {
            int slot = place * SHARD + i;
            augmentation
                    .crop(shuffle.at(slot), Seeds.random(SEED, Seeds.CROP, 0, slot))
                    .write(size, whole, i);
        }
        float[] mixed = whole.clone();
        for (int i = 0; i < SHARD - 1; i++) {
            SplittableRandom random = Seeds.random(SEED, Seeds.MIXUP, 0, place * SHARD + i);
            int other = (i + random.nextInt(1, SHARD)) % SHARD;
            float share = (float) Augmentation.Mixup.share(recipe.variation().mixup(), random);
            for (int at = 0; at < length; at++) {
                mixed[i * length + at] = share * whole[i * length + at] + (1 - share) * whole[other * length + at];
            }
        }
        return mixed;
    }

    @Test
    void aTrainingThatStoppedGoesOnBitForBitAndThreadsDecideNothing() throws IOException {
        Recipe recipe = recipe(0.3, 0, 4 / 255.0, 4);
        Trained whole = train(folder.resolve("whole"), recipe, recipe::fare, 2, 0);
        assertThatIllegalStateException().isThrownBy(() -> train(folder.resolve("halves"), recipe, recipe::fare, 2, 3));

        Trained resumed = train(folder.resolve("halves"), recipe, recipe::fare, 2, 0);
        Trained alone = train(folder.resolve("alone"), recipe, recipe::fare, 1, 0);
        Recipe unmixed = recipe(0, 0, 4 / 255.0, 4);
        Trained others = train(folder.resolve("others"), unmixed, unmixed::fare, 2, 0);

        assertThat(resumed.weights()).isEqualTo(whole.weights());
        assertThat(alone.weights()).isEqualTo(whole.weights());
        assertThat(others.weights()).isNotEqualTo(whole.weights());
        assertThatThrownBy(() -> train(folder.resolve("whole"), unmixed, unmixed::fare, 2, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of another training")
                .hasMessageContaining("mixup=with pictures of the same shard by Beta(0.3, 0.3)");
    }

    @Test
    void aRecipeWithoutItIsAsItWas() {
        assertThat(recipe(0, 0, 0, 1).describe()).doesNotContainKeys("mixup", "variation");
        assertThat(recipe(0.3, 0, 0, 1).describe()).containsKey("mixup");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.3, Double.NaN, Double.POSITIVE_INFINITY})
    void whatIsNoParameterOfABetaDistributionIsRefused(double alpha) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recipe(alpha, 0, 0, 1))
                .withMessageContaining("mixup is " + alpha)
                .withMessageContaining("allowed are 0");
    }

    @Test
    void aShardOfOneHasNothingToMix() {
        Recipe fit = recipe(0.3, 0, 0, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Recipe(
                        fit.adversary(),
                        new Recipe.Batches(SIZE, SIZE, 2, 1, 0),
                        fit.variation(),
                        fit.terms(),
                        fit.descent(),
                        fit.patience(),
                        SEED))
                .withMessageContaining("the shard is 1, take 2 or more");
    }
}
