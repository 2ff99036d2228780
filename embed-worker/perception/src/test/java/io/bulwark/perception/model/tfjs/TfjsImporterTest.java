package io.bulwark.perception.model.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.PackageManifest;
import io.bulwark.perception.model.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfjsImporterTest {

    private static final String NPM = "{\"name\":\"some-model\",\"version\":\"1.2.3\",\"license\":\"MIT\"}";

    @TempDir
    Path folder;

    private PackageManifest imported(Path source, String model, Path out) throws IOException {
        return TfjsImporter.importModel(source, model, "small", TfjsImporter.NSFWJS_CLASSES, out);
    }

    private Path npmPackage() throws IOException {
        Path root = folder.resolve("package");
        new SmallKerasModel().writeModules(root.resolve("dist/models/mobilenet_v2"));
        Files.writeString(root.resolve("package.json"), NPM);
        return root;
    }

    @Test
    void anImportedPackageOpensAndSaysWhereItComesFrom() throws Exception {
        Path out = folder.resolve("out");
        imported(npmPackage(), "mobilenet_v2", out);
        ModelPackage opened = ModelPackage.open(out.toString());
        assertThat(opened.manifest().headClasses()).isEqualTo(TfjsImporter.NSFWJS_CLASSES);
        assertThat(opened.manifest().provenance())
                .containsEntry("package", "some-model")
                .containsEntry("version", "1.2.3")
                .containsEntry("licence", "MIT")
                .containsKey("sha256 of dist/models/mobilenet_v2/model.min.js")
                .containsKey("sha256 of dist/models/mobilenet_v2/group1-shard1of1.min.js");
        assertThat(opened.describe(Precision.FP32).dimension()).isEqualTo(1280);
    }

    @Test
    void batchNormalizationIsFoldedAsItsDefinitionSays() throws Exception {
        Path out = folder.resolve("out");
        SmallKerasModel keras = new SmallKerasModel();
        keras.writeModules(folder.resolve("model"));
        imported(folder.resolve("model"), "", out);
        try (SafetensorsFile file = SafetensorsFile.open(out.resolve(PackageManifest.WEIGHTS))) {
            for (int o = 0; o < 32; o++) {
                double variance = 0.5 + SmallKerasModel.SCALE * keras.stored("bn_Conv1/moving_variance", o);
                double gain = value(keras, "bn_Conv1/gamma", o) / Math.sqrt(variance + 0.001);
                double bias = value(keras, "bn_Conv1/beta", o) - gain * value(keras, "bn_Conv1/moving_mean", o);
                assertThat((double) file.floats("stem.bias")[o]).isCloseTo(bias, within(1e-6));
                // The first element of output channel o is the kernel's [0, 0, 0, o].
                double found = file.floats("stem.weight.min")[o]
                        + file.floats("stem.weight.scale")[o]
                                * (file.bytes("stem.weight").get(o * 27) & 0xff);
                assertThat(found).isCloseTo(gain * value(keras, "Conv1/kernel", o), within(1e-6));
            }
        }
    }

    private static double value(SmallKerasModel keras, String weight, int index) {
        return SmallKerasModel.MIN + SmallKerasModel.SCALE * keras.stored(weight, index);
    }

    @Test
    void modulesAnArchiveOfThemAndPlainFilesGiveTheSameWeights() throws Exception {
        Path npm = npmPackage();
        Path archive = folder.resolve("package.tgz");
        pack(npm, archive);
        new SmallKerasModel().writeFiles(folder.resolve("plain"));
        imported(npm, "", folder.resolve("a"));
        imported(archive, "mobilenet_v2", folder.resolve("b"));
        imported(folder.resolve("plain"), "", folder.resolve("c"));
        Path weights = folder.resolve("a").resolve(PackageManifest.WEIGHTS);
        assertThat(folder.resolve("b").resolve(PackageManifest.WEIGHTS)).hasSameBinaryContentAs(weights);
        assertThat(folder.resolve("c").resolve(PackageManifest.WEIGHTS)).hasSameBinaryContentAs(weights);
        assertThat(folder.resolve("b").resolve(PackageManifest.FILE))
                .hasSameBinaryContentAs(folder.resolve("a").resolve(PackageManifest.FILE));
    }

    private static void pack(Path root, Path archive) throws IOException {
        try (OutputStream file = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(file));
                var paths = Files.walk(root)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                TarArchiveEntry entry = new TarArchiveEntry("package/" + root.relativize(path));
                entry.setSize(Files.size(path));
                tar.putArchiveEntry(entry);
                Files.copy(path, tar);
                tar.closeArchiveEntry();
            }
        }
    }

    private void refuses(Consumer<SmallKerasModel> change, String... words) throws IOException {
        SmallKerasModel keras = new SmallKerasModel();
        change.accept(keras);
        Path model = folder.resolve("changed");
        keras.writeFiles(model);
        assertThatThrownBy(() -> imported(model, "", folder.resolve("out")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aNetworkOfAnotherStrideIsRefused() throws IOException {
        refuses(
                keras -> keras.config("block_5_depthwise")
                        .putArray("strides")
                        .add(2)
                        .add(2),
                "'block_5_depthwise' has strides [2,2] instead of [1,1]");
    }

    @Test
    void aNetworkOfAnotherPaddingIsRefused() throws IOException {
        refuses(
                keras -> {
                    var padding = keras.config("block_3_pad").putArray("padding");
                    padding.addArray().add(1).add(1);
                    padding.addArray().add(1).add(1);
                },
                "'block_3_pad' has padding [[1,1],[1,1]]");
    }

    @Test
    void aNetworkOfAnotherActivationIsRefused() throws IOException {
        refuses(keras -> keras.config("dense_3").put("activation", "sigmoid"), "'dense_3' has activation sigmoid");
    }

    @Test
    void aReluThatIsNotClampedAtSixIsRefused() throws IOException {
        refuses(
                keras -> keras.config("Conv1_relu").putNull("max_value"),
                "'Conv1_relu' has max_value null instead of 6");
    }

    @Test
    void aLayerOfAnotherNameOrKindIsRefused() throws IOException {
        refuses(keras -> keras.layer("block_7_project").put("name", "other"), "'block_7_project' is missing");
        refuses(
                keras -> keras.layer("block_7_project").put("class_name", "SeparableConv2D"),
                "'block_7_project' is SeparableConv2D instead of Conv2D");
    }

    @Test
    void anotherNumberOfClassesIsRefused() throws IOException {
        new SmallKerasModel().writeFiles(folder.resolve("model"));
        assertThatThrownBy(() -> TfjsImporter.importModel(
                        folder.resolve("model"), "", "x", List.of("yes", "no"), folder.resolve("out")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("answers for 5 classes, 2 are named");
    }

    @Test
    void shardsThatAreTooShortOrTooLongOrMissingAreRefused() throws Exception {
        Path model = folder.resolve("model");
        new SmallKerasModel().writeFiles(model);
        Path shard = model.resolve("group1-shard1of1.bin");
        byte[] whole = Files.readAllBytes(shard);
        Files.write(shard, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> imported(model, "", folder.resolve("out")))
                .hasMessageContaining("'dense_3/bias' needs 5 bytes, the shards have 4 left");
        Files.write(shard, Arrays.copyOf(whole, whole.length + 1));
        assertThatThrownBy(() -> imported(model, "", folder.resolve("out")))
                .hasMessageContaining("1 bytes more than the manifest says");
        Files.delete(shard);
        assertThatThrownBy(() -> imported(model, "", folder.resolve("out")))
                .hasMessageContaining("group1-shard1of1.bin");
    }

    @Test
    void severalModelsInOneSourceAskForAChoice() throws Exception {
        new SmallKerasModel().writeFiles(folder.resolve("source/one"));
        new SmallKerasModel().writeFiles(folder.resolve("source/two"));
        assertThatThrownBy(() -> imported(folder.resolve("source"), "", folder.resolve("out")))
                .hasMessageContainingAll("one/model.json", "two/model.json");
        assertThat(imported(folder.resolve("source"), "two", folder.resolve("out"))
                        .family())
                .isEqualTo("mobilenet-v2");
    }

    @Test
    void aSourceWithoutAModelIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> imported(folder.resolve("empty"), "", folder.resolve("out")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wanted is one model.json or model.min.js");
    }
}
