package io.bulwark.perception.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.hub.ModelHub.DownloadProgress;
import io.bulwark.perception.hub.ModelHub.HubException;
import io.bulwark.perception.hub.ModelHub.HubSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHubTest {

    private static final HubLocation MODEL = HubLocation.parse("hf://owner/name");
    private static final int LARGE = 400_000;

    @TempDir
    Path cache;

    @AutoClose
    private FakeHub remote;

    @BeforeEach
    void publish() throws IOException {
        remote = new FakeHub();
        byte[] weights = new byte[LARGE];
        new Random(3).nextBytes(weights);
        remote.files.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
        remote.files.put("model.safetensors", weights);
        remote.files.put("pytorch_model.bin", new byte[] {1});
        remote.files.put("train.py", new byte[] {2});
    }

    @Test
    void fetchesWhatAnEncoderIsReadFromAndNothingElse() throws IOException {
        Path folder = hub().fetch(MODEL, ignored());

        assertThat(folder).endsWith(Path.of("owner", "name", FakeHub.COMMIT));
        assertThat(names(folder)).containsExactly("config.json", "model.safetensors");
        assertThat(Files.readAllBytes(folder.resolve("model.safetensors")))
                .isEqualTo(remote.files.get("model.safetensors"));
    }

    @Test
    void theTopologyOfAnImportedNetworkComesAlong() throws IOException {
        remote.files.remove("config.json");
        remote.files.put("model.json", "{}".getBytes(StandardCharsets.UTF_8));
        remote.files.put("keras.json", "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(names(hub().fetch(MODEL, ignored())))
                .containsExactly("keras.json", "model.json", "model.safetensors");
    }

    @Test
    void aSnapshotThatIsThereIsNotFetchedAgain() {
        hub().fetch(MODEL, ignored());
        remote.requests.clear();

        hub().fetch(MODEL, ignored());

        assertThat(remote.requests).containsExactly("api main");
    }

    @Test
    void aCommitThatIsThereNeedsNoNetwork() {
        Path folder = hub().fetch(MODEL, ignored());
        remote.close();

        assertThat(hub().fetch(HubLocation.parse("hf://owner/name@" + FakeHub.COMMIT), ignored()))
                .isEqualTo(folder);
    }

    @Test
    void aBranchThatWasFetchedBeforeIsUsedWhereTheHubDoesNotAnswer() {
        Path folder = hub().fetch(MODEL, ignored());
        remote.close();

        assertThat(hub().fetch(MODEL, ignored())).isEqualTo(folder);
    }

    @Test
    void aHubThatDoesNotAnswerIsNamedWhereNothingIsInTheCache() {
        remote.close();

        assertThatThrownBy(() -> hub().fetch(MODEL, ignored()))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("hf://owner/name@main")
                .hasMessageContaining(remote.endpoint().toString())
                .hasMessageContaining("does not answer");
    }

    @Test
    void aDownloadThatBreaksOffGoesOnWhereItStopped() throws IOException {
        remote.files.remove("config.json");
        remote.breakOffAfter = 150_000;

        Path folder = hub().fetch(MODEL, ignored());

        assertThat(remote.requests)
                .filteredOn(request -> request.startsWith("content"))
                .hasSize(2)
                .last()
                .asString()
                .matches("content model\\.safetensors bytes=[1-9]\\d*-");
        assertThat(Files.readAllBytes(folder.resolve("model.safetensors")))
                .isEqualTo(remote.files.get("model.safetensors"));
    }

    @Test
    void whatAnEarlierProcessLeftIsContinued() throws IOException {
        Path folder = cache.resolve("owner/name").resolve(FakeHub.COMMIT);
        Files.createDirectories(folder);
        Files.write(
                folder.resolve("model.safetensors.part"),
                Arrays.copyOf(remote.files.get("model.safetensors"), 100_000));

        hub().fetch(MODEL, ignored());

        assertThat(remote.requests).contains("content model.safetensors bytes=100000-");
        assertThat(names(folder)).containsExactly("config.json", "model.safetensors");
    }

    @Test
    void aHostThatKnowsNoRangesSendsTheWholeFileAgain() throws IOException {
        remote.files.remove("config.json");
        remote.breakOffAfter = 150_000;
        remote.ignoresRanges = true;

        Path folder = hub().fetch(MODEL, ignored());

        assertThat(Files.readAllBytes(folder.resolve("model.safetensors")))
                .isEqualTo(remote.files.get("model.safetensors"));
    }

    @Test
    void aRemnantOfOtherBytesIsFoundByItsChecksumAndRemoved() throws IOException {
        Path folder = cache.resolve("owner/name").resolve(FakeHub.COMMIT);
        Files.createDirectories(folder);
        Files.write(folder.resolve("model.safetensors.part"), new byte[100_000]);

        assertThatThrownBy(() -> hub().fetch(MODEL, ignored()))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("SHA_256");
        assertThat(names(folder)).containsExactly("config.json");

        hub().fetch(MODEL, ignored());

        assertThat(names(folder)).containsExactly("config.json", "model.safetensors");
    }

    @Test
    void progressEndsAtTheSizeOfEachFile() {
        List<String> heard = new ArrayList<>();

        hub().fetch(MODEL, (file, done, size) -> heard.add(file + " " + done + "/" + size));

        assertThat(heard).contains("config.json 2/2", "model.safetensors " + LARGE + "/" + LARGE);
    }

    @Test
    void theTokenGoesToTheHubAndNotToTheHostThatServesTheContent() {
        remote.gated = true;

        new ModelHub(new HubSettings(remote.endpoint(), Optional.of("secret"), cache)).fetch(MODEL, ignored());

        assertThat(remote.requests)
                .contains("api main with token", "resolve config.json with token", "content config.json");
    }

    @Test
    void aGatedModelWithoutATokenSaysWhichVariableToSet() {
        remote.gated = true;

        assertThatThrownBy(() -> hub().fetch(MODEL, ignored()))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("401")
                .hasMessageContaining("HF_TOKEN");
    }

    @Test
    void aRevisionThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> hub().fetch(HubLocation.parse("hf://owner/name@v9"), ignored()))
                .hasMessageContaining("hf://owner/name@v9")
                .hasMessageContaining("404");
    }

    @Test
    void aModelWithPickledWeightsAloneIsRefused() {
        remote.files.remove("model.safetensors");

        assertThatThrownBy(() -> hub().fetch(MODEL, ignored()))
                .hasMessageContaining("no weights as safetensors")
                .hasMessageContaining("pytorch_model.bin");
    }

    @Test
    void ofARepositoryOfOpenClipTheFilesForOtherLibrariesAreLeft() throws IOException {
        remote.files.put("open_clip_config.json", "{}".getBytes(StandardCharsets.UTF_8));
        remote.files.put("open_clip_model.safetensors", new byte[] {1, 2, 3});

        assertThat(names(hub().fetch(MODEL, ignored())))
                .containsExactly("open_clip_config.json", "open_clip_model.safetensors");
    }

    @Test
    void twoThatFetchAtOnceDownloadOnce() {
        CompletableFuture<Path> one = CompletableFuture.supplyAsync(() -> hub().fetch(MODEL, ignored()));
        CompletableFuture<Path> other = CompletableFuture.supplyAsync(() -> hub().fetch(MODEL, ignored()));

        assertThat(one.join()).isEqualTo(other.join());
        assertThat(remote.requests)
                .filteredOn("content model.safetensors"::equals)
                .hasSize(1);
    }

    @Test
    void locationsAreParsedAndOthersRefused() {
        assertThat(HubLocation.parse("hf://a-b/c.d@refs/pr/1")).isEqualTo(new HubLocation("a-b", "c.d", "refs/pr/1"));
        assertThat(MODEL.revision()).isEqualTo("main");
        for (String wrong : List.of("hf://a", "hf://a/b/c", "hf://../b", "hf://a/..", "hf://a/b@../c", "s3://a/b")) {
            assertThatThrownBy(() -> HubLocation.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void settingsComeFromTheEnvironmentAndNeverPrintTheToken() {
        HubSettings settings =
                HubSettings.from(Map.of("HF_ENDPOINT", "http://mirror:8080/", "HF_TOKEN", "secret"), cache);

        assertThat(settings.endpoint()).hasToString("http://mirror:8080");
        assertThat(settings.token()).contains("secret");
        assertThat(settings.toString()).doesNotContain("secret");
        assertThat(HubSettings.from(Map.of(), cache).endpoint()).hasToString("https://huggingface.co");
        assertThatThrownBy(() -> HubSettings.from(Map.of("HF_ENDPOINT", "ftp://mirror"), cache))
                .hasMessageContaining("HF_ENDPOINT");
    }

    private ModelHub hub() {
        return new ModelHub(new HubSettings(remote.endpoint(), Optional.empty(), cache));
    }

    private static DownloadProgress ignored() {
        return (file, done, size) -> {};
    }

    private static List<String> names(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }
}
