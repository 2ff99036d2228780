package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.lab.train.StepAverages.StepReport;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.ElementType;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {

    @TempDir
    static Path whole;

    private static final List<StepReport> REPORTS = new ArrayList<>();
    private static Trained trained;

    @TempDir
    Path folder;

    @BeforeAll
    static void trainWithoutInterruption() throws IOException {
        trained = SmallTraining.run(whole, SmallTraining.recipe(1e-4, 1), REPORTS::add);
    }

    @Test
    void aTrainingThatWasKilledGoesOnBitForBit() throws IOException, InterruptedException {
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallTraining.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines = killed.inputReader()) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("step 3")) {
                line = lines.readLine();
            }
        }
        killed.destroyForcibly().waitFor();
        assertThat(killed.exitValue()).as("killed by SIGKILL, not ended").isEqualTo(128 + 9);
        List<StepReport> after = new ArrayList<>();

        Trained resumed = SmallTraining.run(folder, SmallTraining.recipe(1e-4, 1), after::add);

        assertThat(after).as("steps after the kill").hasSizeBetween(1, 2);
        assertThat(resumed.weights()).isEqualTo(trained.weights());
    }

    @Test
    void theClassifierBehindTheEmbeddingStaysAsItIs() {
        try (TrainableEncoder parent =
                ModelPackage.open(SmallTraining.PARENT).openTrainable(EncoderOptions.defaults())) {
            float[] before = parent.weights();
            for (TensorPlace place : parent.tensors()) {
                boolean moved = false;
                for (int i = place.offset(); i < place.offset() + place.length(); i++) {
                    moved |= before[i] != trained.weights()[i];
                }
                assertThat(moved).as(place.name()).isEqualTo(!place.head());
            }
        }
    }

    @Test
    void aReportSaysHowFarTheEncoderIsFromItsParent() {
        assertThat(REPORTS).hasSize(SmallTraining.STEPS);
        StepReport first = REPORTS.get(0);
        assertThat(first.cleanCosine()).as("of the parent to itself").isGreaterThan(0.99999);
        assertThat(first.headAgreement()).isEqualTo(1);
        assertThat(first.robustCosine()).isLessThan(first.cleanCosine());
        assertThat(first.toString()).startsWith("step 1/4 loss ").contains("robust-cosine", "images/s");
    }

    @Test
    void aLossThatIsNoNumberStopsWithTheStepTheFilesAndTheLastGoodCheckpoint() {
        Recipe wild = SmallTraining.recipe(1e30, 0);

        DivergedException stopped =
                catchThrowableOfType(DivergedException.class, () -> SmallTraining.run(folder, wild, report -> {}));

        assertThat(stopped.step()).isEqualTo(2);
        assertThat(stopped.files()).hasSize(8).allMatch(name -> name.startsWith("noise-"));
        assertThat(stopped.checkpoint()).contains(folder.resolve(Checkpoint.LAST));
        assertThat(stopped).hasMessageContaining("step 2").hasMessageContaining(Checkpoint.LAST);
    }

    @Test
    void aCheckpointOfAnotherRecipeIsNotGoneOnFrom() {
        assertThatThrownBy(() -> SmallTraining.run(whole, SmallTraining.recipe(2e-4, 1), report -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("of another training")
                .hasMessageContaining("rate 2.0E-4");
    }

    @Test
    void whatComesOfItIsAPackageThatKnowsItsParentPicturesAndRecipe() throws IOException {
        ModelPackage parent = ModelPackage.open(SmallTraining.PARENT);

        parent.save(trained.model("tuned", ElementType.F16), folder);

        ModelPackage tuned = ModelPackage.open(folder.toString());
        assertThat(tuned.manifest().name()).isEqualTo("tuned");
        assertThat(tuned.manifest().headClasses()).isEqualTo(parent.manifest().headClasses());
        assertThat(tuned.manifest().provenance())
                .containsEntry(
                        "parent", parent.describe(EncoderOptions.Precision.FP32).fingerprint())
                .containsEntry("threat", "linf 4/255")
                .containsEntry("steps taken", "4")
                .containsKeys("pictures", "descent", "seed");
        try (TrainableEncoder encoder = tuned.openTrainable(EncoderOptions.defaults())) {
            assertThat(encoder.weights()).hasSameSizeAs(trained.weights());
        }
    }

    @Test
    void aTrainingUnderWayCanBeMadeAPackageOf() throws IOException {
        Trained last = Trained.at(whole, ModelPackage.open(SmallTraining.PARENT), EncoderOptions.defaults());

        assertThat(last.steps()).isEqualTo(SmallTraining.STEPS);
        assertThat(last.weights()).isEqualTo(trained.weights());
    }
}
