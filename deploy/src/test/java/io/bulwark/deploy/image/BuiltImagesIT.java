package io.bulwark.deploy.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.deploy.Checkout;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lies in the images, without running them. */
@Tag("proof")
class BuiltImagesIT {

    private static final int OTHERS_MAY_WRITE = 0002;
    private static final int GROUP_MAY_WRITE = 0020;
    private static final int SET_IDS = 06000;

    /** Where an ELF header has its e_machine, which begins at byte 18 and has two bytes. */
    private static final int ELF_MACHINE = 18;

    /** EM_X86_64 and EM_AARCH64. */
    private static final Map<String, Integer> MACHINES = Map.of("amd64", 62, "arm64", 183);

    static Stream<PlannedImage> images() {
        return Stream.of(PlannedImage.all(), PlannedImage.arm64()).flatMap(List::stream);
    }

    static Stream<PlannedImage> imagesWithAModel() {
        return images().filter(image -> image.environment().containsKey("PYTORCH_LIBRARY_PATH"));
    }

    @ParameterizedTest
    @MethodSource("images")
    void anImageIsRunAsItIsPlanned(PlannedImage plan) {
        BuiltImage image = BuiltImage.of(plan);
        assertThat(image.config().path("os").asText()).isEqualTo("linux");
        assertThat(image.config().path("architecture").asText()).isEqualTo(plan.architecture());
        assertThat(image.user()).isEqualTo(plan.user());
        assertThat(image.entrypoint()).isEqualTo(plan.entrypoint());
        assertThat(image.environment()).containsAllEntriesOf(plan.environment());
        assertThat(image.config().at("/config/ExposedPorts").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrderElementsOf(
                        plan.ports().stream().map(port -> port + "/tcp").toList());
        JsonNode labels = image.config().at("/config/Labels");
        assertThat(labels.path("org.opencontainers.image.version").asText()).isEqualTo(Checkout.version());
        assertThat(List.of("title", "url", "source", "documentation", "vendor", "licenses"))
                .allSatisfy(label -> assertThat(
                                labels.path("org.opencontainers.image." + label).asText())
                        .as(label)
                        .isNotBlank());
    }

    @ParameterizedTest
    @MethodSource("images")
    void rootOwnsEverythingAndOnlyTheStatesFolderIsWritableByOthers(PlannedImage plan) {
        Map<String, BuiltImage.Kept> files = BuiltImage.of(plan).files();
        assertThat(files.keySet())
                .contains(
                        "/opt/bulwark/LICENSE",
                        "/opt/bulwark/NOTICE",
                        "/opt/bulwark/licences.md",
                        "/opt/bulwark/sbom.json");
        assertThat(files).allSatisfy((path, file) -> {
            assertThat(file.entry().getLongUserId()).isZero();
            assertThat(file.entry().getMode() & SET_IDS).isZero();
            if (!path.equals("/var/lib/bulwark")) {
                assertThat(file.entry().getMode() & (OTHERS_MAY_WRITE | GROUP_MAY_WRITE))
                        .isZero();
            }
        });
        assertThat(files.keySet())
                .allMatch(path -> path.matches("/opt(/bulwark(/.*)?)?|/var(/lib(/bulwark)?)?"), "lies in our folders");
    }

    /** A file that is named by a word of the command or a variable is there. */
    @ParameterizedTest
    @MethodSource("images")
    void whatTheEntrypointAndTheEnvironmentNameIsThere(PlannedImage plan) {
        Set<String> paths = BuiltImage.of(plan).files().keySet();
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
        Set<String> paths = image.files().keySet();
        assertThat(paths)
                .contains(
                        "/opt/bulwark/native/pytorch/libtorch.so",
                        "/opt/bulwark/native/pytorch/libtorch_cpu.so",
                        "/opt/bulwark/native/pytorch/libdjl_torch.so",
                        "/opt/bulwark/native/libonnxruntime.so",
                        "/opt/bulwark/native/libonnxruntime4j_jni.so");
        assertThat(paths.stream().filter(path -> path.matches("/opt/bulwark/share/bulwark/[0-9a-f]+\\.pt")))
                .as("each of the two for one thread an operation, and for several")
                .hasSize(4);
        String platform = "-(linux|macosx|osx)-[^/]+";
        for (String library : List.of(
                "pytorch-native-[a-z0-9]+-[0-9.-]+" + platform,
                "javacpp-[0-9.-]+" + platform,
                "leptonica-[0-9.-]+" + platform,
                "onnxruntime-[0-9.]+")) {
            List<String> hollow = paths.stream()
                    .filter(path -> path.matches(".*[./]" + library + "\\.jar"))
                    .toList();
            assertThat(hollow).as(library).hasSize(1);
            List<String> names = names(image.read(hollow.get(0)));
            assertThat(names).isNotEmpty().noneMatch(name -> name.contains(".so"));
            if (library.startsWith("pytorch")) {
                assertThat(names).contains("native/lib/pytorch.properties");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("images")
    void nativeLibrariesAreForTheImagesMachine(PlannedImage plan) {
        Map<String, BuiltImage.Kept> libraries =
                new TreeMap<>(BuiltImage.of(plan).files());
        libraries
                .entrySet()
                .removeIf(file -> !file.getKey().startsWith("/opt/bulwark/native/")
                        || file.getValue().entry().isDirectory());
        assertThat(libraries).hasSizeGreaterThan(3).allSatisfy((path, library) -> {
            byte[] header = library.bytes();
            assertThat(header).as(path).startsWith(0x7f, 'E', 'L', 'F');
            assertThat(Byte.toUnsignedInt(header[ELF_MACHINE])).as(path).isEqualTo(MACHINES.get(plan.architecture()));
        });
    }

    /** The programs were built for another machine, whose jars their list names. */
    @ParameterizedTest
    @MethodSource("imagesWithAModel")
    void theBillOfMaterialsNamesTheNativeLibrariesThatAreThere(PlannedImage plan) throws IOException {
        boolean arm64 = plan.architecture().equals("arm64");
        var bill = new ObjectMapper().readTree(BuiltImage.of(plan).read("/opt/bulwark/sbom.json"));
        Set<String> purls = new TreeSet<>();
        bill.path("components").forEach(component -> {
            String purl = component.path("purl").asText();
            if (purl.matches("pkg:maven/(ai\\.djl\\.pytorch|org\\.bytedeco)/.*classifier=.*")) {
                purls.add(purl);
                assertThat(component.has("hashes")).isEqualTo(!arm64);
            }
        });
        assertThat(purls)
                .hasSize(3)
                .allMatch(purl -> purl.matches(arm64 ? ".*=linux-(aarch64|arm64)&.*" : ".*=linux-x86_64&.*"));
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
        assertThat(image.files().keySet().stream()
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
