package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some steps on a small model: what the command writes and says, not what is learnt. */
class LoraCommandTest {

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private final CommandRuns runs = new CommandRuns();

    @BeforeAll
    static void modelAndPictures() throws IOException {
        SmallChoice.write(shared);
    }

    @Test
    void aTrainingReportsItsStepsAndEndsInAPackageThatKnowsWhereItComesFrom() throws IOException {
        assertThat(lora("--name", "small", "--store", "F32", "--json"))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);

        List<JsonNode> lines = runs.lines();
        assertThat(lines).hasSize(5);
        assertThat(lines.get(3).path("step").asInt()).isEqualTo(4);
        assertThat(lines.get(3).path("loss").asDouble()).isFinite().isNotNegative();
        assertThat(lines.get(3).path("agreement").asDouble()).isBetween(0.0, 1.0);
        ModelPackage parent = ModelPackage.open(SmallChoice.model(shared).toString());
        ModelPackage made = ModelPackage.open(folder.resolve("adapted").toString());
        assertThat(lines.get(4).path("fingerprint").asText())
                .isEqualTo(made.describe(Precision.FP32).fingerprint())
                .isNotEqualTo(parent.describe(Precision.FP32).fingerprint());
        assertThat(made.manifest().name()).isEqualTo("small");
        assertThat(made.manifest().provenance())
                .containsEntry("parent", parent.describe(Precision.FP32).fingerprint())
                .containsEntry("adapters", "LoRA of rank 16, alpha 0.5, on 1 matrices: the family's own choice")
                .containsEntry("triplets", "16 of distorted copies, seed 7")
                .containsEntry("steps taken", "4")
                .containsEntry("seed", "7");
    }

    @Test
    void whichMatricesAreAdaptedIsAsked() {
        assertThat(lora("--layers", "attn,mlp", "--rank", "2", "--alpha", "2"))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);

        ModelPackage made = ModelPackage.open(folder.resolve("adapted").toString());
        assertThat(made.manifest().provenance())
                .containsEntry("adapters", "LoRA of rank 2, alpha 2.0, on 4 matrices: attn, mlp");
    }

    @Test
    void whatComesOfItIsComparedAsAnyOtherModelIs() {
        assertThat(lora()).as(runs.err().toString()).isEqualTo(ExitCodes.OK);
        String one = SmallChoice.picture(shared, 1).toString();
        String two = SmallChoice.picture(shared, 2).toString();

        assertThat(runs.run(List.of(
                        "similarity",
                        one,
                        two,
                        "--model",
                        folder.resolve("adapted").toString())))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);
    }

    @Test
    void whatCannotBeIsNamed() {
        assertThat(lora("--layers", "qkv")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("[qkv]").contains("attn.in_proj_weight");
        assertThat(lora("--shard", "3")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("batch 4, shard 3");
        assertThat(lora("--rank", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("rank 0");
        assertThat(lora("--rate", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("rate 0.0").doesNotContain("\tat ");
        assertThat(folder.resolve("adapted")).doesNotExist();
    }

    @Test
    void aTrainingThatDivergesSaysAtWhichStepAndOnWhichTriplets() {
        assertThat(lora("--rate", "1e30")).isEqualTo(ExitCodes.FAILED);

        assertThat(runs.err().toString()).contains("step 2").contains(".png~").doesNotContain("\tat ");
        assertThat(folder.resolve("adapted")).doesNotExist();
    }

    private int lora(String... given) {
        return runs.run(
                List.of(
                        "train",
                        "lora",
                        "--model",
                        SmallChoice.model(shared).toString(),
                        "--pictures",
                        SmallChoice.pictures(shared).toString(),
                        "--out",
                        folder.resolve("adapted").toString()),
                List.of(
                        List.of("--steps", "4"),
                        List.of("--batch", "4"),
                        List.of("--shard", "2"),
                        List.of("--threads", "1"),
                        List.of("--seed", "7")),
                given);
    }
}
