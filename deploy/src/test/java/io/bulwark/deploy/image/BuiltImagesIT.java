package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in the images, without running them. */
@Tag("proof")
class BuiltImagesIT {

    private static final int OTHERS_MAY_WRITE = 0002;
    private static final int GROUP_MAY_WRITE = 0020;
    private static final int SET_IDS = 06000;

    static Stream<PlannedImage> images() {
        return PlannedImage.all().stream();
    }

    static Stream<PlannedImage> imagesWithAModel() {
        return images().filter(image -> image.environment().containsKey("PYTORCH_LIBRARY_PATH"));
    }

    @ParameterizedTest
    @MethodSource("images")
    void anImageIsRunAsItIsPlanned(PlannedImage plan) {
        BuiltImage image = BuiltImage.of(plan);
        assertThat(image.user()).isEqualTo(plan.user());
        assertThat(image.entrypoint()).isEqualTo(plan.entrypoint());
        assertThat(image.environment()).containsAllEntriesOf(plan.environment());
        assertThat(image.config().at("/config/ExposedPorts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(
                        plan.ports().stream().map(port -> port + "/tcp").toList());
        assertThat(image.config()
                        .at("/config/Labels/org.opencontainers.image.version")
                        .asText())
                .isEqualTo(plan.tag());
    }

    @ParameterizedTest
    @MethodSource("images")
    void rootOwnsEverythingAndOnlyTheStatesFolderIsWritableByOthers(PlannedImage plan) {
        Map<String, TarArchiveEntry> entries = BuiltImage.of(plan).entries();
        assertThat(entries.keySet())
                .contains(
                        "/opt/bulwark/LICENSE",
                        "/opt/bulwark/NOTICE",
                        "/opt/bulwark/licences.md",
                        "/opt/bulwark/sbom.json");
        assertThat(entries.entrySet()).allSatisfy(entry -> {
            assertThat(entry.getValue().getLongUserId()).isZero();
            assertThat(entry.getValue().getMode() & SET_IDS).isZero();
            if (!entry.getKey().equals("/var/lib/bulwark")) {
                assertThat(entry.getValue().getMode() & (OTHERS_MAY_WRITE | GROUP_MAY_WRITE))
                        .isZero();
            }
        });
        assertThat(entries.keySet())
                .allMatch(path -> path.matches("/opt(/bulwark(/.*)?)?|/var(/lib(/bulwark)?)?"), "lies in our folders");
    }

    /** A file that is named by a word of the command or a variable is there. */
    @ParameterizedTest
    @MethodSource("images")
    void whatTheEntrypointAndTheEnvironmentNameIsThere(PlannedImage plan) {
        Set<String> paths = BuiltImage.of(plan).entries().keySet();
        Stream<String> words = Stream.concat(
                plan.entrypoint().stream().flatMap(word -> Stream.of(word.split("[=:]"))),
                plan.environment().values().stream());
        assertThat(words.filter(word -> word.startsWith("/opt/bulwark")).map(word -> word.replaceAll("/\\*$", "")))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(paths).contains(path));
    }

    @ParameterizedTest
    @MethodSource("imagesWithAModel")
    void libtorchTheDefaultModelAndItsTwinLieUnpacked(PlannedImage plan) throws IOException {
        BuiltImage image = BuiltImage.of(plan);
        Set<String> paths = image.entries().keySet();
        assertThat(paths)
                .contains(
                        "/opt/bulwark/native/pytorch/libtorch.so",
                        "/opt/bulwark/native/pytorch/libtorch_cpu.so",
                        "/opt/bulwark/native/pytorch/libdjl_torch.so");
        assertThat(paths.stream().filter(path -> path.matches("/opt/bulwark/share/bulwark/[0-9a-f]+\\.pt")))
                .as("each of the two for one thread an operation, and for several")
                .hasSize(4);
        List<String> hollow =
                paths.stream().filter(path -> path.contains("pytorch-native-")).toList();
        assertThat(hollow).hasSize(1);
        assertThat(names(image.read(hollow.get(0))))
                .contains("native/lib/pytorch.properties")
                .noneMatch(name -> name.contains(".so"));
    }

    /** The file names every jar that runs, so a vulnerability scanner finds them all. */
    @ParameterizedTest
    @MethodSource("images")
    void theBillOfMaterialsNamesEveryJar(PlannedImage plan) throws IOException {
        BuiltImage image = BuiltImage.of(plan);
        var bill = new ObjectMapper().readTree(image.read("/opt/bulwark/sbom.json"));
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        Set<String> known = new TreeSet<>();
        bill.path("components").forEach(component -> {
            String version = component.path("name").asText() + "-"
                    + component.path("version").asText();
            known.add(version);
            known.add(component.path("group").asText() + "." + version);
        });
        assertThat(image.entries().keySet().stream()
                        .filter(path -> path.matches(".*/lib/(main/|boot/)?[^/]+\\.jar"))
                        .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - ".jar".length())))
                .hasSizeGreaterThan(40)
                .allMatch(
                        jar -> known.stream().anyMatch(name -> jar.equals(name) || jar.startsWith(name + "-")),
                        "is a component of the bill of materials");
    }

    private static List<String> names(byte[] jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
