package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.train.Adapters.Lora;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.LoraCommand.LoraTraining;
import io.bulwark.lab.train.LoraCommand.LoraTraining.TripletPass;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.lab.train.TripletDescent.TripletRecipe;
import io.bulwark.lab.train.TripletDescent.TripletRecipe.Report;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoraTrainingTest {

    private static final EncoderOptions OPTIONS = EncoderOptions.defaults().withThreads(1);
    private static final double MARGIN = 0.05;
    private static final int RANK = 4;
    private static final int STEPS = 60;

    /** Three layers, width 64, patches of 8 pixels; its weights are random, and large enough to tell pictures apart. */
    private static final String PARENT = "../perception/src/test/resources/golden/vit_a";

    private static final int SIDE = 32;
    private static final TripletSet TRIPLETS = new Tints(256, SIDE, SIDE, 1);
    private static final TripletSet UNSEEN = new Tints(200, SIDE, SIDE, 2);
    private static final List<Report> REPORTS = new ArrayList<>();

    @TempDir
    static Path folder;

    private static ModelPackage parent;
    private static float[] before;
    private static Trained trained;

    @BeforeAll
    static void train() {
        parent = ModelPackage.open(PARENT);
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            before = encoder.weights();
        }
        trained = train(1, 2, 3e-3, REPORTS);
    }

    private static Trained train(long seed, int threads, double rate, List<Report> reports) {
        TripletRecipe recipe = new TripletRecipe(16, MARGIN, new Recipe.Descent(rate, 1e-4, 3, STEPS, 0, 0), seed);
        return new LoraTraining(new Lora(RANK, RANK, List.of()), 4, recipe)
                .run(parent, TRIPLETS, new LoraTraining.Setup(OPTIONS, threads, 15), reports::add);
    }

    @Test
    void aTrainingThatWasStoppedGoesOnToTheSameWeightsAndNoOtherGoesOnFromIt() {
        LoraTraining.Setup kept = new LoraTraining.Setup(OPTIONS, 1, 1, Optional.of(folder.resolve("kept")), 2);
        LoraTraining.Setup alone = new LoraTraining.Setup(OPTIONS, 1, 1);
        LoraTraining some = new LoraTraining(new Lora(RANK, RANK, List.of()), 4, shortRecipe(1));
        Trained whole = some.run(parent, TRIPLETS, alone, report -> {});
        List<Integer> steps = new ArrayList<>();

        assertThatThrownBy(() -> some.run(parent, TRIPLETS, kept, report -> {
                    steps.add(report.step());
                    if (report.step() == 3) {
                        throw new CancellationException("stopped");
                    }
                }))
                .isInstanceOf(CancellationException.class);
        Trained resumed = some.run(parent, TRIPLETS, kept, report -> steps.add(report.step()));

        assertThat(steps).containsExactly(1, 2, 3, 3, 4, 5);
        assertThat(resumed.weights()).isEqualTo(whole.weights());
        assertThatThrownBy(() -> new LoraTraining(new Lora(RANK, RANK, List.of()), 4, shortRecipe(2))
                        .run(parent, TRIPLETS, kept, report -> {}))
                .hasMessageContaining("is of another training");
    }

    private static TripletRecipe shortRecipe(long seed) {
        return new TripletRecipe(8, MARGIN, new Recipe.Descent(3e-3, 0, 1, 5, 0, 0), seed);
    }

    /** The encoder's answers to triplets that were not learnt. */
    private static TripletPass unseen(float[] weights) {
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS)) {
            encoder.setWeights(weights);
            List<Integer> all = IntStream.range(0, UNSEEN.size()).boxed().toList();
            return TripletPass.of(encoder, UNSEEN, all, MARGIN, 1);
        }
    }

    @Test
    void theLossFallsAndTripletsThatWereNotLearntAreAnsweredBetter() {
        TripletPass untrained = unseen(before);
        TripletPass adapted = unseen(trained.weights());

        assertThat(adapted.loss()).isLessThan(untrained.loss() / 10);
        assertThat(adapted.right()).isGreaterThan(untrained.right() + UNSEEN.size() / 2);
        assertThat(REPORTS).extracting(Report::step).containsExactly(15, 30, 45, 60);
        assertThat(REPORTS.get(3).loss()).isLessThan(REPORTS.get(0).loss());
        assertThat(REPORTS.get(3).agreement()).isGreaterThan(REPORTS.get(0).agreement());
    }

    @Test
    void whatIsNotAdaptedStaysBitForBitAndWhatIsChangesByNoMoreThanTheRank() {
        int adapted = 0;
        for (TensorPlace place : trained.tensors()) {
            float[] change = new float[place.length()];
            for (int i = 0; i < change.length; i++) {
                change[i] = trained.weights()[place.offset() + i] - before[place.offset() + i];
            }
            if (place.name().endsWith("attn.in_proj_weight")) {
                assertThat(rank(change, Math.toIntExact(place.shape().get(1))))
                        .as(place.name())
                        .isBetween(1, RANK);
                adapted++;
            } else {
                assertThat(change).as(place.name()).containsOnly(0);
            }
        }
        assertThat(adapted).isEqualTo(3);
    }

    /** Rank of a matrix up to rounding: how many pivots of Gauss's elimination are no noise beside the first. */
    private static int rank(float[] matrix, int columns) {
        double[] left = new double[matrix.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = matrix[i];
        }
        double first = 0;
        for (int rank = 0; ; rank++) {
            int pivot = 0;
            for (int i = 0; i < left.length; i++) {
                pivot = Math.abs(left[i]) > Math.abs(left[pivot]) ? i : pivot;
            }
            double value = left[pivot];
            first = rank == 0 ? Math.abs(value) : first;
            if (Math.abs(value) <= 1e-5 * first) {
                return rank;
            }
            double[] row = Arrays.copyOfRange(left, pivot / columns * columns, (pivot / columns + 1) * columns);
            for (int from = 0; from < left.length; from += columns) {
                double factor = left[from + pivot % columns] / value;
                for (int i = 0; i < columns; i++) {
                    left[from + i] -= factor * row[i];
                }
            }
        }
    }

    @Test
    void oneSeedIsOneModelOnHoweverManyThreads() {
        assertThat(train(1, 1, 3e-3, new ArrayList<>()).weights()).isEqualTo(trained.weights());
        assertThat(train(2, 2, 3e-3, new ArrayList<>()).weights()).isNotEqualTo(trained.weights());
    }

    @Test
    void whatComesOfItIsAPackageThatKnowsItsParentAndAdapters() throws IOException {
        parent.save(trained.model("adapted", ElementType.F32), folder.resolve("adapted"));

        ModelPackage adapted = ModelPackage.open(folder.resolve("adapted").toString());
        assertThat(adapted.manifest().name()).isEqualTo("adapted");
        assertThat(adapted.manifest().provenance())
                .containsAllEntriesOf(Map.of(
                        "parent", parent.describe(Precision.FP32).fingerprint(),
                        "adapters", "LoRA of rank 4, alpha 4.0, on 3 matrices: the family's own choice",
                        "loss", "hinge, margin 0.05 on the difference of cosine distances",
                        "seed", "1",
                        "steps taken", "60"))
                .containsKeys("batch", "descent");
        try (TrainableEncoder encoder = adapted.openTrainable(OPTIONS)) {
            assertThat(encoder.weights()).isEqualTo(trained.weights());
        }
    }

    @Test
    void theSlopeByTheFactorsIsThatOfTheHinge() {
        Random random = new Random(9);
        List<Integer> some = List.of(0, 1, 2);
        // In fp64 inside: differences of a fp32 program's answers are mostly rounding.
        try (TrainableEncoder encoder = parent.openTrainable(OPTIONS.withPrecision(Precision.FP64))) {
            Adapters adapters = Adapters.on(encoder.tensors(), new Lora(RANK, RANK, List.of("attn.", "mlp.")));
            float[] factors = adapters.fresh(5);
            for (int i = 0; i < factors.length; i++) {
                factors[i] += 0.1f * (float) random.nextGaussian();
            }
            TripletPass pass = at(encoder, adapters, factors, some);
            assertThat(pass.hinges()).as("a margin of 1 leaves no hinge flat").allMatch(hinge -> hinge.loss() > 0);
            float[] slope = adapters.pullBack(factors, pass.byWeights());

            double step = 1e-2;
            for (int i = 0; i < factors.length; i += 97) { // some of each factor, the smallest of which have 256
                float kept = factors[i];
                factors[i] = (float) (kept + step);
                double above = at(encoder, adapters, factors, some).loss();
                factors[i] = (float) (kept - step);
                double below = at(encoder, adapters, factors, some).loss();
                factors[i] = kept;
                assertThat((double) slope[i]).as("factor %d", i).isCloseTo((above - below) / (2 * step), within(2e-4));
            }
            assertThat(largest(slope)).as("beside the tolerance").isGreaterThan(2e-2);
        }
    }

    private static double largest(float[] row) {
        return IntStream.range(0, row.length)
                .mapToDouble(i -> Math.abs(row[i]))
                .max()
                .orElseThrow();
    }

    private static TripletPass at(TrainableEncoder encoder, Adapters adapters, float[] factors, List<Integer> some) {
        float[] merged = before.clone();
        adapters.merge(factors, before, merged);
        encoder.setWeights(merged);
        return TripletPass.of(encoder, TRIPLETS, some, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit_c", "dino_a", "convnext_a"})
    void everyPublishedFamilyTakesAdapters(String name) {
        takesAdapters(ModelPackage.open("../perception/src/test/resources/golden/" + name));
    }

    @Test
    void soDoesAMobileNet() {
        takesAdapters(ModelPackage.open(ModelPackage.DEFAULT));
    }

    private static void takesAdapters(ModelPackage model) {
        TripletRecipe recipe = new TripletRecipe(2, 1, new Recipe.Descent(1e-2, 0, 0, 2, 0, 0), 0);
        PreprocessSpec spec = model.manifest().preprocess();
        TripletSet triplets = new Tints(4, spec.height(), spec.width(), 1);

        Trained made = new LoraTraining(new Lora(2, 2, List.of()), 1, recipe)
                .run(model, triplets, new LoraTraining.Setup(OPTIONS, 1, 1), report -> {});

        try (TrainableEncoder encoder = model.openTrainable(OPTIONS)) {
            float[] own = encoder.weights();
            for (TensorPlace place : encoder.tensors()) {
                boolean moved = IntStream.range(place.offset(), place.offset() + place.length())
                        .anyMatch(i -> made.weights()[i] != own[i]);
                assertThat(moved).as(place.name()).isEqualTo(place.adapted());
            }
        }
    }

    @Test
    void aLossThatIsNoNumberStopsWithTheStepAndTheTriplets() {
        DivergedException stopped =
                catchThrowableOfType(DivergedException.class, () -> train(1, 2, 1e30, new ArrayList<>()));

        assertThat(stopped.step()).isGreaterThan(1);
        assertThat(stopped.files()).hasSize(16).allMatch(name -> name.startsWith("tint-"));
        assertThat(stopped).hasMessageContaining("step " + stopped.step()).hasMessageContaining("NaN");
    }

    @Test
    void aShardThatDoesNotDivideTheBatchIsRefused() {
        TripletRecipe recipe = new TripletRecipe(16, MARGIN, new Recipe.Descent(1, 0, 0, 1, 0, 0), 0);

        assertThatThrownBy(() -> new LoraTraining(new Lora(1, 1, List.of()), 5, recipe))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batch 16, shard 5");
    }
}
