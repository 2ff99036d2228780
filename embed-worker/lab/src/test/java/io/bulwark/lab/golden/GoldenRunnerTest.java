package io.bulwark.lab.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult;
import io.bulwark.lab.golden.GoldenCheck.GoldenResult.Status;
import io.bulwark.lab.golden.GoldenManifest.GoldenCase;
import io.bulwark.perception.encoder.EncoderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class GoldenRunnerTest {

    private static final Path GOLDEN = Path.of("target/test-classes/golden");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void everyCaseHolds() throws IOException {
        List<GoldenResult> heard = new ArrayList<>();

        List<GoldenResult> results = runner(GOLDEN, Optional.of(GOLDEN.resolve("tokenizer/tokenizer.json")))
                .run(heard::add);

        assertThat(heard).isEqualTo(results);
        assertThat(results)
                .filteredOn(result -> result.status() != Status.PASSED)
                .isEmpty();
        assertThat(results).hasSize(32);
    }

    @Test
    @EnabledIfSystemProperty(named = "bulwark.golden", matches = ".+")
    void everyCaseOfAnotherSetHolds() throws IOException {
        Path set = Path.of(System.getProperty("bulwark.golden"));
        Optional<Path> vocabulary = Optional.ofNullable(System.getProperty("bulwark.golden.vocabulary"))
                .map(Path::of);

        List<GoldenResult> results = runner(set, vocabulary).run(System.out::println);

        assertThat(results)
                .isNotEmpty()
                .filteredOn(result -> result.status() == Status.FAILED)
                .isEmpty();
    }

    @Test
    void theTokenizerIsSkippedWhereTheVocabularyIsNotThere() throws IOException {
        copy("tokenizer/tokens.json");
        Path set = manifestOf("tokenizer");

        assertThat(runner(set, Optional.empty()).run(result -> {}))
                .singleElement()
                .satisfies(result -> assertThat(result.status()).isEqualTo(Status.SKIPPED))
                .satisfies(result -> assertThat(result.detail()).contains("--vocabulary"));
    }

    @Test
    void aDamagedFileFailsItsCaseAndTheOthersStillRun() throws IOException {
        copy("metrics/twoafc.safetensors");
        copy("metrics/twoafc.json");
        copy("metrics/retrieval.safetensors");
        copy("metrics/retrieval.json");
        Files.writeString(folder.resolve("metrics/twoafc.json"), "{}");

        List<GoldenResult> results = runner(manifestOf("metrics/twoafc", "metrics/retrieval"), Optional.empty())
                .run(result -> {});

        assertThat(results).extracting(GoldenResult::status).containsExactly(Status.FAILED, Status.PASSED);
        assertThat(results.get(0).detail()).contains("metrics/twoafc.json").contains("damaged");
    }

    @Test
    void aNumberBeyondItsToleranceFailsWithItsSizeAndWhatWasAllowed() throws IOException {
        copy("vit_b/open_clip_config.json");
        copy("vit_b/open_clip_model.safetensors");
        copy("vit_b/vision.safetensors");
        Path set = manifestOf(node -> ((ObjectNode) node.path("tolerance")).put("grad_abs", 1e-12), "vit_b/vision");

        GoldenResult result = runner(set, Optional.empty()).run(ignored -> {}).get(0);

        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.detail()).contains("gradient").contains("allowed 1.0e-12");
        assertThat(result.maxError()).isBetween(1e-12, 1e-4);
        assertThat(result.toString()).contains("vit_b/vision").contains("FAIL");
    }

    @Test
    void aMissingFileFailsItsCase() throws IOException {
        copy("metrics/twoafc.safetensors");

        assertThat(runner(manifestOf("metrics/twoafc"), Optional.empty()).run(result -> {}))
                .singleElement()
                .satisfies(result -> assertThat(result.status()).isEqualTo(Status.FAILED))
                .satisfies(result -> assertThat(result.detail()).contains("twoafc.json"));
    }

    @Test
    void anUnknownKindIsSkippedByName() throws IOException {
        Path set = manifestOf(node -> node.put("kind", "telepathy"), "metrics/twoafc");

        assertThat(runner(set, Optional.empty()).run(result -> {}))
                .singleElement()
                .satisfies(result -> assertThat(result.status()).isEqualTo(Status.SKIPPED))
                .satisfies(result -> assertThat(result.detail()).contains("telepathy"));
    }

    @Test
    void filesOutsideTheSetAreNotRead() throws IOException {
        Path set = manifestOf(
                node -> ((ObjectNode) node.path("files")).put("data", "../metrics/twoafc.safetensors"),
                "metrics/twoafc");

        assertThat(runner(set, Optional.empty()).run(result -> {}).get(0).detail())
                .contains("not in the manifest's file_index");
    }

    @Test
    void aFolderWithoutAManifestIsNamed() {
        assertThatThrownBy(() -> GoldenManifest.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("manifest.json");
    }

    @Test
    void aManifestWithoutCasesIsRefused() throws IOException {
        Files.writeString(folder.resolve("manifest.json"), "{\"file_index\": {}}");

        assertThatThrownBy(() -> GoldenManifest.read(folder)).hasMessageContaining("lacks 'cases'");
    }

    @Test
    void notANumberIsWithinNoTolerance() {
        Findings findings = new Findings();
        findings.close("embedding", new float[] {1, Float.NaN, 1}, new float[] {1, 1, 1}, 1);

        assertThat(findings.result(anyCase()).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void aCaseThatComparedNothingHasNotPassed() {
        assertThat(new Findings().result(anyCase()).status()).isEqualTo(Status.FAILED);
    }

    private static GoldenCase anyCase() {
        ObjectNode empty = JSON.createObjectNode();
        return new GoldenCase("a", "b", empty, empty, empty);
    }

    private GoldenRunner runner(Path set, Optional<Path> vocabulary) throws IOException {
        EncoderOptions options = EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache"));
        return new GoldenRunner(GoldenManifest.read(set), options, vocabulary);
    }

    private void copy(String name) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.copy(GOLDEN.resolve(name), folder.resolve(name));
    }

    private Path manifestOf(String... ids) throws IOException {
        return manifestOf(node -> {}, ids);
    }

    private Path manifestOf(Consumer<ObjectNode> change, String... ids) throws IOException {
        ObjectNode manifest =
                (ObjectNode) JSON.readTree(GOLDEN.resolve("manifest.json").toFile());
        ArrayNode cases = JSON.createArrayNode();
        for (String id : ids) {
            manifest.path("cases").forEach(node -> {
                if (node.path("id").asText().equals(id)) {
                    change.accept((ObjectNode) node);
                    cases.add(node);
                }
            });
        }
        manifest.set("cases", cases);
        Files.writeString(folder.resolve("manifest.json"), manifest.toString());
        return folder;
    }
}
