package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.bulwark.cli.everyday.EverydayVariants.Kind;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.StepAverages.StepReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EverydayTrainingTest {

    @TempDir
    Path folder;

    /** @param everyday pictures of each shard of 4 */
    private static Recipe recipe(int everyday, int steps) {
        Recipe small = SmallTraining.recipe(1e-4, 1);
        Recipe.Batches batches = small.batches();
        Recipe.Descent descent = small.descent();
        return new Recipe(
                small.adversary(),
                new Recipe.Batches(batches.size(), batches.parentSize(), batches.batch(), batches.shard(), 1, everyday),
                small.variation(),
                small.terms(),
                new Recipe.Descent(descent.rate(), descent.weightDecay(), 2, steps, descent.clip(), descent.average()),
                small.patience(),
                small.seed());
    }

    @Test
    void aTrainingThatStoppedGoesOnBitForBit() throws IOException {
        Recipe recipe = recipe(2, 4);
        Trained whole = SmallTraining.run(folder.resolve("whole"), recipe, report -> {});
        assertThatIllegalStateException()
                .isThrownBy(() -> SmallTraining.run(folder.resolve("halves"), recipe, report -> {
                    if (report.step() == 3) {
                        throw new IllegalStateException("stopped");
                    }
                }));
        List<StepReport> after = new ArrayList<>();

        Trained resumed = SmallTraining.run(folder.resolve("halves"), recipe, after::add);

        assertThat(after).as("step 3 was taken and not yet written").hasSize(2);
        assertThat(resumed.weights()).isEqualTo(whole.weights());
    }

    @Test
    void everydayVersionsComeNearerToWhatTheParentSaysOfTheOriginal() throws IOException {
        List<StepReport> reports = new ArrayList<>();

        SmallTraining.run(folder, recipe(4, 36), reports::add);

        assertThat(mean(reports.subList(26, 36))).isGreaterThan(mean(reports.subList(0, 10)) + 0.02);
        assertThat(reports).allMatch(report -> Double.isNaN(report.robustCosine()), "nothing is perturbed");
        assertThat(reports.get(0).toString()).contains("everyday-cosine").doesNotContain("robust-cosine");
    }

    @Test
    void oneShareIsPerturbedAndTheOtherEveryday() throws IOException {
        List<StepReport> mixed = new ArrayList<>();
        List<StepReport> perturbed = new ArrayList<>();

        SmallTraining.run(folder.resolve("mixed"), recipe(2, 1), mixed::add);
        SmallTraining.run(folder.resolve("perturbed"), recipe(0, 1), perturbed::add);

        assertThat(mixed.get(0).robustCosine()).isBetween(0.0, 1.0);
        assertThat(mixed.get(0).everydayCosine()).isBetween(0.0, 1.0);
        assertThat(mixed.get(0).cleanCosine()).isGreaterThan(0.99999);
        assertThat(perturbed.get(0).everydayCosine()).isNaN();
    }

    @Test
    void theRecipeNamesThemAndOneWithoutThemIsAsItWas() {
        assertThat(recipe(2, 4).describe().get("everyday"))
                .startsWith("2 of each shard")
                .contains(Kind.QUARTER_TURN.toString());
        assertThat(recipe(0, 4).describe()).doesNotContainKey("everyday");
    }

    @Test
    void aShardHoldsThem() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> recipe(5, 4))
                .withMessageContaining("5 everyday pictures in a shard of 4");
    }

    private static double mean(List<StepReport> reports) {
        return reports.stream()
                .mapToDouble(StepReport::everydayCosine)
                .average()
                .orElseThrow();
    }
}
