package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.image.PlannedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Pods against the images that they run: names, users, ports, and what may be written. */
class PodImagesTest {

    private static final List<PlannedImage> PLANNED = Stream.concat(
                    PlannedImage.all().stream(), Stream.of(PlannedImage.gpuWorker()))
            .toList();

    @ForEveryOverlay
    void aPodOfOursRunsAnImageThatIsBuilt(Overlay overlay) {
        assertThat(overlay.workloads()
                        .map(workload -> workload.container().path("image").asText()))
                .filteredOn(image -> image.startsWith("bulwark/"))
                .hasSize(programs(overlay))
                .allMatch(image ->
                        PLANNED.stream().anyMatch(plan -> plan.reference().equals(image)));
    }

    @ForEveryOverlay
    void itRunsAsTheImagesUserAndListensWhereTheImageDoes(Overlay overlay) {
        assertThat(ours(overlay)).hasSize(programs(overlay)).allSatisfy((workload, image) -> {
            JsonNode context = workload.podSpec().path("securityContext");
            assertThat(context.path("runAsUser").asText() + ":"
                            + context.path("runAsGroup").asText())
                    .isEqualTo(image.user());
            List<Integer> ports = Manifest.each(workload.container().path("ports"))
                    .map(port -> port.path("containerPort").asInt())
                    .toList();
            // The command line's image has a port for each of its servers, and a pod runs one of them.
            assertThat(image.ports()).containsAll(ports).hasSize(isCli(image) ? 2 : ports.size());
            assertThat(ports).isNotEmpty();
        });
    }

    /** The image keeps its home, caches and temporary files under /tmp. */
    @ForEveryOverlay
    void tmpCanBeWrittenAndIsWhereTheImageHasItsHome(Overlay overlay) {
        assertThat(ours(overlay)).allSatisfy((workload, image) -> {
            assertThat(image.entrypoint()).contains("-Duser.home=/tmp");
            assertThat(Manifest.each(workload.container().path("volumeMounts"))
                            .filter(mount -> !mount.path("readOnly").asBoolean())
                            .map(mount -> mount.path("mountPath").asText()))
                    .contains("/tmp")
                    .isSubsetOf("/tmp", "/var/lib/bulwark");
        });
    }

    /**
     * Nothing in a manifest replaces the image's command, its way to libtorch or its model; the command line gets
     * arguments.
     */
    @ForEveryOverlay
    void theImagesOwnCommandAndVariablesStand(Overlay overlay) {
        assertThat(ours(overlay)).allSatisfy((workload, image) -> {
            assertThat(workload.container().has("command")).isFalse();
            List<String> words = Manifest.each(workload.container().path("args"))
                    .map(JsonNode::asText)
                    .filter(word -> !word.startsWith("--"))
                    .toList();
            assertThat(words)
                    .isEqualTo(
                            isCli(image)
                                    ? List.of(workload.name().equals("bulwark-explain") ? "explain-server" : "red-team")
                                    : List.of());
            assertThat(Manifest.each(workload.container().path("env"))
                            .map(variable -> variable.path("name").asText()))
                    .doesNotContainAnyElementsOf(image.environment().keySet());
        });
    }

    private static boolean isCli(PlannedImage image) {
        return image.name().equals("bulwark/cli");
    }

    private static int programs(Overlay overlay) {
        return overlay.find("Deployment", "bulwark-explain").isPresent() ? 6 : 5;
    }

    private static Map<Manifest, PlannedImage> ours(Overlay overlay) {
        Map<Manifest, PlannedImage> ours = new LinkedHashMap<>();
        overlay.workloads().forEach(workload -> planned(workload).ifPresent(image -> ours.put(workload, image)));
        return ours;
    }

    private static Optional<PlannedImage> planned(Manifest workload) {
        String image = workload.container().path("image").asText();
        return PLANNED.stream().filter(plan -> plan.reference().equals(image)).findFirst();
    }
}
