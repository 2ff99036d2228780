package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.picture.Noise;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.TrainCommand.MaskingCheck;
import io.bulwark.lab.train.TrainingGoal.Adversary;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FreeGradientsTest {

    private static final int SIZE = 32;
    private static final int SHARD = 4;
    private static final int CLEAN = 1;
    private static final double EPSILON = 4 / 255.0;
    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);
    private static final ModelPackage PARENT = ModelPackage.open(SmallTraining.PARENT);
    private static final Noise PICTURES = new Noise(24, 40);

    @TempDir
    Path folder;

    private static Adversary adversary(int replays) {
        return new Adversary(ThreatModel.linf(EPSILON), new Pgd(1, EPSILON, 0, true, 5), 1, replays);
    }

    private static Recipe recipe(int replays, int steps) {
        Recipe small = SmallTraining.recipe(1e-4, 1);
        return new Recipe(
                adversary(replays),
                new Recipe.Batches(SIZE, SIZE, 2 * SHARD, SHARD, CLEAN),
                small.variation(),
                small.terms(),
                new Recipe.Descent(1e-4, 1e-4, 2, steps, 500, 0.9),
                small.patience(),
                small.seed());
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

    private static float[] random(int length, long seed) {
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            // Some pixels are black or white, where the ball reaches beyond the range.
            values[i] = Math.max(0, Math.min(1, 1.4f * random.nextFloat() - 0.2f));
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void aPerturbationNeverLeavesTheBallAndThePixels(Norm norm) {
        ThreatModel threat = new ThreatModel(norm, norm == Norm.LINF ? EPSILON : 0.5);
        float[] clean = random(3 * 48, 1);
        float[] at = clean;

        for (int step = 0; step < 50; step++) {
            float[] gradient = random(4 * 48, step);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] -= 0.5f;
            }
            float[] moved = FreeGradients.moved(threat, clean, at, gradient, 3);
            threat.verify(clean, moved, 3).require();
            assertThat(moved).isNotEqualTo(at);
            at = moved;
        }
    }

    @Test
    void aPassMovesThePerturbationByTheBoundAlongTheSignOfItsGradient() {
        Recipe recipe = recipe(3, 1);
        float[] clean = random(SHARD * 3 * SIZE * SIZE, 2);
        Adversary adversary = recipe.adversary();
        float[] start = adversary.inner().start(adversary.threat(), clean, SHARD);
        ShardResult.Shard.Parents parents = new ShardResult.Shard.Parents(clean, SIZE, SIZE);
        ShardResult.Shard shard =
                new ShardResult.Shard(parents, clean, SIZE, SIZE, new int[SHARD], new float[0], adversary, start);
        try (Replica replica = new Replica(PARENT, OPTIONS, recipe, recipe::fare);
                DifferentiableEncoder encoder = PARENT.openDifferentiable(OPTIONS)) {
            ShardResult first = replica.run(shard);
            ShardResult.Shard next = first.next().orElseThrow();
            ShardResult second = replica.run(next);

            Answers wanted = encoder.answer(clean, SHARD, SIZE, SIZE);
            TrainingGoal goal = recipe.fare(wanted, new int[SHARD]);
            float[] gradient = encoder.answerGradient(
                            start,
                            SHARD,
                            SIZE,
                            SIZE,
                            answers -> goal.evaluate(answers, SHARD).slope())
                    .inputGradient();
            float largest = 0;
            for (float slope : gradient) {
                largest = Math.max(largest, Math.abs(slope));
            }
            for (int i = 0; i < start.length; i++) {
                if (Math.abs(gradient[i]) > 1e-3 * largest) {
                    double moved = start[i] + EPSILON * Math.signum(gradient[i]);
                    double within = Math.max(clean[i] - EPSILON, Math.min(clean[i] + EPSILON, moved));
                    assertThat(next.start()[i]).isCloseTo((float) Math.max(0, Math.min(1, within)), offset(1e-6f));
                }
            }
            assertThat(second.loss())
                    .as("the same weights, perturbed by the slope")
                    .isGreaterThan(first.loss());
            assertThat(second.parent()).as("asked once for a batch").isSameAs(first.parent());
        }
    }

    @Test
    void anInnerAttackLeavesNothingForTheNextStep() {
        Recipe recipe = recipe(1, 1);
        float[] clean = random(SHARD * 3 * SIZE * SIZE, 2);
        ShardResult.Shard.Parents parents = new ShardResult.Shard.Parents(clean, SIZE, SIZE);
        try (Replica replica = new Replica(PARENT, OPTIONS, recipe, recipe::fare)) {
            assertThat(replica.run(new ShardResult.Shard(
                                    parents,
                                    clean,
                                    SIZE,
                                    SIZE,
                                    new int[SHARD],
                                    new float[0],
                                    recipe.adversary(),
                                    clean))
                            .next())
                    .isEmpty();
        }
    }

    @Test
    void eachBatchIsLearntSeveralStepsInARow() throws IOException {
        Recipe recipe = recipe(3, 5);
        List<Answers> parents = new ArrayList<>();

        train(
                folder,
                recipe,
                (parent, labels) -> {
                    parents.add(parent);
                    return recipe.fare(parent, labels);
                },
                1,
                0);

        assertThat(parents).as("two shards in each of five steps").hasSize(10);
        assertThat(IntStream.range(0, 10).mapToObj(i -> parents.indexOf(parents.get(i))))
                .as("the first pass that had the same answers of the parent")
                .containsExactly(0, 1, 0, 1, 0, 1, 6, 7, 6, 7);
    }

    @Test
    void aTrainingThatStoppedWithinABatchGoesOnBitForBitAndThreadsDecideNothing() throws IOException {
        Recipe recipe = recipe(2, 5);
        Trained whole = train(folder.resolve("whole"), recipe, recipe::fare, 2, 0);
        assertThatIllegalStateException().isThrownBy(() -> train(folder.resolve("halves"), recipe, recipe::fare, 2, 3));
        assertThat(Trained.at(folder.resolve("halves"), PARENT, OPTIONS).steps())
                .as("the end of the first batch")
                .isEqualTo(2);

        Trained resumed = train(folder.resolve("halves"), recipe, recipe::fare, 2, 0);
        Trained alone = train(folder.resolve("alone"), recipe, recipe::fare, 1, 0);

        assertThat(resumed.steps()).as("the last batch is cut short").isEqualTo(5);
        assertThat(resumed.weights()).isEqualTo(whole.weights());
        assertThat(alone.weights()).isEqualTo(whole.weights());
        Recipe other = recipe(3, 5);
        assertThatThrownBy(() -> train(folder.resolve("whole"), other, other::fare, 2, 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of another training")
                .hasMessageContaining("free gradients, each batch 2 steps in a row");
    }

    @Test
    void theLossUnderAttackFalls() throws IOException {
        Recipe recipe = recipe(4, 24);
        Trained trained = train(folder, recipe, recipe::fare, 2, 0);

        try (DifferentiableEncoder frozen = PARENT.openDifferentiable(OPTIONS);
                DifferentiableEncoder tuned = PARENT.openDifferentiable(OPTIONS)) {
            MaskingCheck before = MaskingCheck.of(frozen, tuned, recipe, recipe::fare, PICTURES, 24);
            tuned.setWeights(trained.weights());
            MaskingCheck after = MaskingCheck.of(frozen, tuned, recipe, recipe::fare, PICTURES, 24);

            assertThat(after.tenSteps()).isLessThan(0.6 * before.tenSteps());
        }
    }

    @Test
    void checkpointsAreWrittenBetweenBatchesAlone() {
        FreeGradients four = new FreeGradients(4);
        FreeGradients one = new FreeGradients(1);

        assertThat(IntStream.rangeClosed(1, 210).filter(step -> four.isCheckpoint(step, 50)))
                .containsExactly(52, 100, 152, 200);
        assertThat(IntStream.rangeClosed(1, 210).filter(step -> one.isCheckpoint(step, 50)))
                .containsExactly(50, 100, 150, 200);
        assertThat(IntStream.rangeClosed(1, 12).filter(step -> four.isCheckpoint(step, 1)))
                .containsExactly(4, 8, 12);
    }

    @Test
    void aBatchIsLearntAtLeastOnce() {
        assertThatThrownBy(() -> adversary(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("learnt 0 times in a row, allowed are 1 and more");
    }
}
