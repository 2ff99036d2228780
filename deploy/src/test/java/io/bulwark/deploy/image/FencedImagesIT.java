package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.isolation.IsolationSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The images at work, each in a fence as tight as the manifests': see {@link FencedNode}. */
@TestInstance(Lifecycle.PER_CLASS)
@Tag("proof")
class FencedImagesIT {

    private static final List<String> FENCE =
            List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc");
    private static final int LIMIT_MINUTES = 12;

    @TempDir
    static Path folder;

    private JsonNode seen;

    @BeforeAll
    void runTheImages() throws IOException, InterruptedException {
        Map<String, Object> runs = new LinkedHashMap<>();
        for (PlannedImage plan : PlannedImage.all()) {
            BuiltImage image = BuiltImage.of(plan);
            assumeFence();
            String name = plan.tar().replace(".tar", "");
            image.unpack(Files.createDirectories(folder.resolve(name)));
            runs.put(
                    name,
                    Map.of(
                            "user", image.user(),
                            "entrypoint", image.entrypoint(),
                            "environment", image.environment()));
        }
        ObjectMapper json = new ObjectMapper();
        json.writeValue(folder.resolve("images.json").toFile(), runs);
        Path log = folder.resolve("node.log");
        Process node = unshared(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dbulwark.home=" + System.getProperty("bulwark.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FencedNode.class.getName(),
                        folder.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = node.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES);
        node.destroyForcibly();
        String said = Files.readString(log);
        assertThat(ended && node.exitValue() == 0).as(said).isTrue();
        seen = json.readTree(said.substring(said.strip().lastIndexOf('\n') + 1));
    }

    @Test
    void theWorkerDecidesOverAPictureThatTheCommandLineUploaded() throws IOException {
        JsonNode verdict = new ObjectMapper().readTree(seen.path("verdict").asText());
        assertThat(verdict.path("decision").asText()).isEqualTo("NSFW");
        assertThat(verdict.path("nearestLabel").asText()).isEqualTo("gambling");
        assertThat(verdict.path("nearestSimilarity").asDouble()).isGreaterThan(0.999);
    }

    @Test
    void theFenceHoldsNothingButLoopbackAndAReadOnlyRoot() {
        assertThat(texts("interfaces")).containsExactly("lo");
        assertThat(seen.path("beyond").asText()).isEqualTo("Network is unreachable");
        assertThat(seen.path("writesItsRoot").asText()).contains("Read-only file system");
    }

    @Test
    void theProgramsRunAsTheImagesUserWithoutGroupsAndCapabilities() {
        List<String> unprivileged = List.of(
                "Uid: 10001 10001 10001 10001",
                "Gid: 10001 10001 10001 10001",
                "Groups: 10001",
                "CapEff: 0000000000000000");
        assertThat(texts("workerIds")).containsExactlyElementsOf(unprivileged);
        assertThat(texts("streamIds")).containsExactlyElementsOf(unprivileged);
    }

    @Test
    void theWorkersDecodersAreIsolated() {
        assumeTrue(
                IsolationSupport.look().isComplete(),
                () -> IsolationSupport.look().detail());
        assertThat(texts("decoders")).singleElement().asString().contains("BULWARK-0042", "Landlock", "seccomp");
    }

    /** Native libraries and the default model's archive came with the image. */
    @Test
    void nothingIsUnpackedOrLinkedAtAStart() {
        assertThat(List.of("workerWrote", "cliWrote", "streamWrote"))
                .allSatisfy(program -> assertThat(texts(program))
                        .as(program)
                        .noneMatch(file -> file.matches(".*\\.(so|pt|tmp|lck)(\\..*)?")));
    }

    @Test
    void aWorkerDrainsOnSigtermAndExitsWithSuccess() {
        assertThat(seen.path("workerStatus").asInt()).isIn(0, 143);
    }

    @Test
    void theStateOfModerationStreamLiesOnItsVolume() {
        assertThat(seen.path("streamState").asInt()).isPositive();
    }

    private List<String> texts(String name) {
        return StreamSupport.stream(seen.path(name).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static ProcessBuilder unshared(List<String> command) {
        List<String> line = new ArrayList<>(FENCE);
        line.addAll(command);
        return new ProcessBuilder(line);
    }

    /** Namespaces need root and a kernel that lets it make them; a container engine's default does not. */
    private static void assumeFence() throws InterruptedException {
        boolean possible;
        try {
            possible = unshared(List.of("sh", "-c", "ip link set lo up && mount -t tmpfs tmpfs /mnt"))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            possible = false;
        }
        assumeTrue(possible, "the images cannot be fenced here: that needs root, unshare and ip");
    }
}
