package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The plan of the images against the page that describes them. */
class PlannedImageTest {

    private static final Pattern NAMED = Pattern.compile("`bulwark/([a-z-]+)`");

    @Test
    void thePageNamesTheImagesThatAreBuiltAndNoOther() throws IOException {
        List<String> planned = new ArrayList<>(
                PlannedImage.all().stream().map(PlannedImage::name).toList());
        planned.add(PlannedImage.gpuWorker().name());

        assertThat(NAMED.matcher(Files.readString(Checkout.path("deploy/docs/images.md")))
                        .results()
                        .map(name -> "bulwark/" + name.group(1)))
                .containsOnlyElementsOf(planned)
                .containsAll(planned);
    }

    @Test
    void everyImageIsOfThisVersionAndOfOneUnprivilegedUser() {
        assertThat(PlannedImage.all()).hasSize(3).allSatisfy(image -> {
            assertThat(image.tag()).isEqualTo(Checkout.version());
            assertThat(image.user()).isEqualTo("10001:10001");
        });
        assertThat(PlannedImage.gpuWorker().user()).isEqualTo("10001:10001");
    }

    /** Both lie side by side in a repository, and in target/image. */
    @Test
    void theImagesForArm64AreTheSameUnderTagsAndFilesOfTheirOwn() {
        List<PlannedImage> plain = PlannedImage.all();
        List<PlannedImage> arm64 = PlannedImage.arm64();

        assertThat(arm64).hasSameSizeAs(plain);
        for (int i = 0; i < plain.size(); i++) {
            PlannedImage image = plain.get(i);
            assertThat(image.architecture()).isEqualTo("amd64");
            assertThat(arm64.get(i))
                    .isEqualTo(new PlannedImage(
                            image.name(),
                            image.tag() + "-arm64",
                            "arm64",
                            image.tar().replace(".tar", "-arm64.tar"),
                            image.user(),
                            image.entrypoint(),
                            image.environment(),
                            image.ports()));
        }
    }

    /** What a heap leaves of the memory limit is libtorch's and the weights', or RocksDB's. */
    @Test
    void theHeapOfAServiceIsAShareOfItsMemoryAndAnEmptyOneEndsIt() {
        for (String name : List.of("embed-worker", "moderation-stream")) {
            String options = PlannedImage.named(name).environment().get("JDK_JAVA_OPTIONS");
            assertThat(options)
                    .containsPattern("-XX:MaxRAMPercentage=(25|50)\\b")
                    .contains("-XX:+ExitOnOutOfMemoryError");
        }
    }

    @Test
    void thePageNamesTheHeapsThatThePlanGives() throws IOException {
        String line = Files.readString(Checkout.path("deploy/docs/images.md"))
                .lines()
                .filter(text -> text.startsWith("- The heap is at most "))
                .findFirst()
                .orElseThrow();

        assertThat(line)
                .contains(
                        heap("embed-worker") + " % (worker)",
                        heap("moderation-stream") + " % (moderation-stream, command line)");
        assertThat(heap("cli")).isEqualTo(heap("moderation-stream"));
    }

    /** The share of its memory that a program's heap may have, in percent. */
    private static String heap(String name) {
        PlannedImage image = PlannedImage.named(name);
        Matcher share = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)")
                .matcher(image.environment().getOrDefault("JDK_JAVA_OPTIONS", "") + image.entrypoint());
        assertThat(share.find()).as(name).isTrue();
        return share.group(1);
    }

    /** What `bench start` and `bench pipeline` measure is what runs in the container. */
    @Test
    void theWorkersHeapIsManagedAsOnTheLocalNode() {
        var checkout = new io.bulwark.cli.local.Checkout(Checkout.path("."));
        ServiceSpec local = ServiceSpec.worker(checkout, "localhost:9092", 8081, Checkout.path("."));

        PlannedImage image = PlannedImage.named("embed-worker");
        List<String> options = new ArrayList<>(image.entrypoint());
        options.addAll(List.of(image.environment().get("JDK_JAVA_OPTIONS").split(" ")));
        assertThat(options)
                .containsAll(local.options().stream()
                        .filter(option -> !option.startsWith("-Xmx"))
                        .toList());
    }

    /** In the entrypoint, because JDK_JAVA_OPTIONS may be replaced. */
    @Test
    void noProcessOfAnImageThatDecodesUploadsCanBeAttachedTo() {
        for (String name : List.of("embed-worker", "cli")) {
            assertThat(PlannedImage.named(name).entrypoint()).contains("-XX:+DisableAttachMechanism");
        }
        assertThat(PlannedImage.gpuWorker().entrypoint()).contains("-XX:+DisableAttachMechanism");
    }

    @Test
    void theGpuImageIsTheWorkersWithCudasLibraries() {
        PlannedImage cpu = PlannedImage.named("embed-worker");
        PlannedImage gpu = PlannedImage.gpuWorker();

        assertThat(gpu.entrypoint()).isEqualTo(cpu.entrypoint());
        assertThat(gpu.ports()).isEqualTo(cpu.ports());
        assertThat(cpu.environment()).containsEntry("PYTORCH_FLAVOR", "cpu");
        assertThat(gpu.environment())
                .containsEntry("PYTORCH_FLAVOR", "cu128")
                .containsEntry("PYTORCH_LIBRARY_PATH", cpu.environment().get("PYTORCH_LIBRARY_PATH"));
    }
}
