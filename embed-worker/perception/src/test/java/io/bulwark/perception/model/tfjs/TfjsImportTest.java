package io.bulwark.perception.model.tfjs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models of TensorFlow.js and what it answers itself; {@code tfjs/make-models.mjs} made the files. */
class TfjsImportTest {

    private static final Path FILES = Path.of("src/test/resources/io/bulwark/perception/model/tfjs");
    private static final List<String> CLASSES = List.of("cat", "dog", "neither");
    private static final int PICTURES = 3;
    private static final int SIDE = 23;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path model;
    private Path made;
    private EncoderOptions options;

    @BeforeEach
    void folders() throws IOException {
        model = Files.createDirectory(folder.resolve("published"));
        made = folder.resolve("small");
        options = EncoderOptions.defaults().withThreads(1).withCache(folder.resolve("cache"));
    }

    private void take(String name) throws IOException {
        try (Stream<Path> files = Files.list(FILES.resolve(name))) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
    }

    private ModelPackage imported() throws IOException {
        new TfjsImport(model, CLASSES).write(made);
        return ModelPackage.open(made.toString());
    }

    private static JsonNode answers(String name) throws IOException {
        return JSON.readTree(FILES.resolve("answers.json").toFile())
                .path("answers")
                .path(name);
    }

    private static ByteBuffer pixels() throws IOException {
        byte[] bytes = Files.readAllBytes(FILES.resolve("pixels.bin"));
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** As {@code [B, 3, H, W]} in [0, 1]. */
    private static float[] planes() throws IOException {
        ByteBuffer pixels = pixels();
        float[] planes = new float[pixels.remaining()];
        int area = SIDE * SIDE;
        for (int i = 0; i < planes.length; i++) {
            int picture = i / (3 * area);
            int channel = i / area % 3;
            planes[i] = (pixels.get((picture * area + i % area) * 3 + channel) & 0xff) / 255f;
        }
        return planes;
    }

    @ParameterizedTest
    @ValueSource(strings = {"quantised", "plain"})
    void aPackageAnswersAsTensorFlowJsDoes(String name) throws IOException {
        take(name);
        ModelPackage imported = imported();
        JsonNode wanted = answers(name);

        assertThat(imported.manifest().family()).isEqualTo("keras-layers");
        assertThat(imported.manifest().headClasses()).isEqualTo(CLASSES);
        try (Encoder encoder = imported.openEncoder(options);
                DifferentiableEncoder gradients = imported.openDifferentiable(options)) {
            Embeddings found = encoder.embed(pixels(), PICTURES);
            float[] raw = gradients.embed(planes(), PICTURES);
            int dimension = encoder.description().dimension();
            for (int i = 0; i < PICTURES; i++) {
                JsonNode embedding = wanted.path("embeddings").path(i);
                assertThat(dimension).isEqualTo(embedding.size());
                double squares = 0;
                for (int d = 0; d < dimension; d++) {
                    assertThat((double) raw[i * dimension + d])
                            .as("component %d of picture %d", d, i)
                            .isCloseTo(embedding.path(d).asDouble(), within(2e-5));
                    squares += raw[i * dimension + d] * raw[i * dimension + d];
                }
                for (int d = 0; d < dimension; d++) {
                    assertThat((double) found.embedding(i)[d])
                            .isCloseTo(raw[i * dimension + d] / Math.sqrt(squares), within(1e-5));
                }
                for (int c = 0; c < CLASSES.size(); c++) {
                    assertThat((double) found.classProbabilities(i)[c])
                            .isCloseTo(
                                    wanted.path("probabilities").path(i).path(c).asDouble(), within(1e-5));
                }
            }
        }
    }

    @Test
    void scriptsOfTheSameModelAreReadWithoutRunningThem() throws IOException {
        take("quantised");
        String plain = imported().describe(Precision.FP32).fingerprint();
        String json = Files.readString(model.resolve("model.json")).strip();
        String literal = json.replace("true", "!0")
                .replace("false", "!1")
                .replaceAll("\"([a-z_]+)\":", "$1:")
                .replaceAll("([:\\[,]-?)0\\.", "$1.");
        Files.writeString(
                model.resolve("model.min.js"),
                "!function(a){module.exports=a()}(function(){return{1:[function(a,n,i){n.exports=" + literal
                        + "},{}]},{},[1])(1)});");
        for (String shard : List.of("group1-shard1of2.bin", "group1-shard2of2.bin")) {
            String text = Base64.getEncoder().encodeToString(Files.readAllBytes(model.resolve(shard)));
            Files.writeString(
                    model.resolve(shard + ".min.js"),
                    "!function(V){}({1:[function(V,W,l){W.exports=\"" + text + "\"}]});");
            Files.delete(model.resolve(shard));
        }
        Files.delete(model.resolve("model.json"));

        ModelPackage imported = imported();

        assertThat(imported.describe(Precision.FP32).fingerprint()).isEqualTo(plain);
        assertThat(imported.manifest().provenance())
                .containsOnlyKeys(
                        "sha256 of model.min.js",
                        "sha256 of group1-shard1of2.bin.min.js",
                        "sha256 of group1-shard2of2.bin.min.js");
    }

    @Test
    void aTunedOneKeepsItsTopologyAndItsSize() throws IOException {
        take("quantised");
        ModelPackage parent = imported();
        TunedModel tuned;
        try (TrainableEncoder encoder = parent.openTrainable(options)) {
            tuned = new TunedModel(
                    "tuned", encoder.weights(), encoder.tensors(), ElementType.F32, Map.of("parent", "small"));
        }
        Path saved = folder.resolve("tuned");
        parent.save(tuned, saved);

        try (Encoder encoder = ModelPackage.open(saved.toString()).openEncoder(options);
                Encoder before = parent.openEncoder(options)) {
            assertThat(encoder.embed(pixels(), PICTURES).values())
                    .isEqualTo(before.embed(pixels(), PICTURES).values());
        }
        assertThatThrownBy(() -> parent.save(
                        new TunedModel(
                                "s", tuned.weights(), tuned.tensors(), ElementType.F32, Map.of(), OptionalInt.of(32)),
                        saved))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("sees 23x23 pixels and no other size");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "largest    | class_name | DepthwiseConv2D | layer 'largest' (DepthwiseConv2D) is of a kind",
                "uneven     | activation | swish           | layer 'uneven' (Conv2D) has the activation 'swish'",
                "uneven     | data_format| channels_first  | layer 'uneven' (Conv2D): 'data_format'",
                "uneven     | unheard_of | 7               | layer 'uneven' (Conv2D): 'unheard_of'",
                "last       | padding    | same            | layer 'mixed': it gets",
                "last       | padding    | causal          | pads 'causal'",
                "dense_2    | activation | relu            | no softmax",
                "one_bn     | axis       | 1               | goes along axis",
            })
    void whatThisVersionDoesNotReadIsRefusedByName(String layer, String option, String value, String said)
            throws IOException {
        take("quantised");
        edit(root -> {
            ObjectNode found = layer(root, layer);
            (option.equals("class_name") ? found : (ObjectNode) found.path("config")).put(option, value);
        });

        refused(said);
    }

    @Test
    void aNetworkThatIsNoneIsRefused() throws IOException {
        take("quantised");
        edit(root -> {
            ObjectNode pooling = (ObjectNode) layer(root, "largest").path("config");
            pooling.put("padding", "same")
                    .withArray("pool_size")
                    .removeAll()
                    .add(2)
                    .add(2);
        });
        refused("layer 'largest': it pads one side more than the other");
        edit(root -> {
            ObjectNode pooling = (ObjectNode) layer(root, "largest").path("config");
            pooling.put("padding", "valid")
                    .withArray("pool_size")
                    .removeAll()
                    .add(3)
                    .add(3);
            layer(root, "stem")
                    .withArray("inbound_nodes")
                    .addArray()
                    .addArray()
                    .add("wide")
                    .add(0)
                    .add(0);
        });
        refused("layer 'stem' is used 2 times");
        edit(root -> {
            layer(root, "stem").withArray("inbound_nodes").remove(1);
            source(root, "stem").set(0, JSON.getNodeFactory().textNode("wide_relu"));
        });
        refused("nothing leads from the input to");
        edit(root -> {
            source(root, "stem").set(0, JSON.getNodeFactory().textNode("input_1"));
            source(root, "mean").set(0, JSON.getNodeFactory().textNode("one"));
        });
        refused("layer 'one_bn' normalises what is not the answer of a convolution that it has to itself");
    }

    @Test
    void aNetworkOfTooManyLayersIsRefusedBeforeTheyAreFollowed() throws IOException {
        take("quantised");
        edit(root -> {
            ArrayNode layers = (ArrayNode) root.path("modelTopology")
                    .path("model_config")
                    .path("config")
                    .path("layers");
            for (int i = 0; i < 4000; i++) {
                layers.addObject().put("name", "layer" + i);
            }
        });

        refused("layers, at most 4000 are allowed");
    }

    @Test
    void aNetworkOfTooManyInputsIsRefusedBeforeTheyAreFollowed() throws IOException {
        take("quantised");
        edit(root -> {
            ArrayNode inputs =
                    (ArrayNode) layer(root, "mixed").path("inbound_nodes").path(0);
            JsonNode one = inputs.path(0);
            for (int i = 0; i < 16_000; i++) {
                inputs.add(one);
            }
        });

        refused("its layers have more than 16000 inputs together");
    }

    @Test
    void aNameThatIsNoneIsNotWrittenIntoAProgram() throws IOException {
        take("quantised");
        String file = Files.readString(model.resolve("model.json"));
        Files.writeString(model.resolve("model.json"), file.replace("\"down\"", "\"down)\\n    exit(\""));

        refused("a name that is not of letters, digits and underscores");
    }

    @Test
    void weightsThatDoNotFitAreRefusedBeforeMemoryIsTaken() throws IOException {
        take("quantised");
        JsonNode whole = JSON.readTree(model.resolve("model.json").toFile());
        edit(root -> weight(root, 0).withArray("shape").removeAll().add(1 << 30).add(1 << 30));
        refused("is of shape [1073741824,1073741824]");
        JSON.writeValue(model.resolve("model.json").toFile(), whole);
        edit(root -> weight(root, 0)
                .withArray("shape")
                .removeAll()
                .add(3)
                .add(3)
                .add(3)
                .add(9));
        refused("the shards have 2643 bytes, the weights need 2670");
        JSON.writeValue(model.resolve("model.json").toFile(), whole);
        edit(root -> weight(root, 0).put("name", "other/kernel"));
        refused("there is no weight 'stem/kernel'");
        JSON.writeValue(model.resolve("model.json").toFile(), whole);
        edit(root -> ((ObjectNode) weight(root, 0).path("quantization")).put("dtype", "int4"));
        refused("quantised to 'int4'");
        JSON.writeValue(model.resolve("model.json").toFile(), whole);
        edit(root ->
                manifest(root).withArray("paths").set(0, JSON.getNodeFactory().textNode("../model.json")));
        refused("which is no file beside it");
        JSON.writeValue(model.resolve("model.json").toFile(), whole);
        Files.write(model.resolve("group1-shard2of2.bin"), new byte[5000]);
        refused("group1-shard2of2.bin has 5000 bytes, at most 1321 are allowed there");
    }

    @Test
    void whatIsClaimedIsComparedWithTheShardsBeforeMemoryIsTaken() throws IOException {
        take("quantised");
        edit(root -> weight(root, 0).withArray("shape").removeAll().add(1 << 29));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        refused("the shards have 2643 bytes, the weights need 536873339");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100 << 20);
    }

    @Test
    void aGraphModelOrOneOfOtherClassesIsRefused() throws IOException {
        take("plain");
        assertThatThrownBy(() -> new TfjsImport(model, List.of("one", "two")).write(made))
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining("has 3 classes, 2 are named: [one, two]");
        edit(root -> ((ObjectNode) root).put("format", "graph-model"));
        refused("is a graph model");
        Files.delete(model.resolve("model.json"));
        refused("holds neither model.json nor model.min.js");
    }

    private void refused(String said) {
        assertThatThrownBy(this::imported)
                .isInstanceOf(ModelPackageException.class)
                .hasMessageContaining(said)
                .hasMessageContaining(model.toString());
        assertThat(made).doesNotExist();
    }

    private void edit(Consumer<JsonNode> change) throws IOException {
        JsonNode root = JSON.readTree(model.resolve("model.json").toFile());
        change.accept(root);
        JSON.writeValue(model.resolve("model.json").toFile(), root);
    }

    private static ObjectNode layer(JsonNode root, String name) {
        JsonNode topology = root.path("modelTopology");
        JsonNode layers = topology.path("model_config").path("config").path("layers");
        for (JsonNode layer : layers) {
            if (layer.path("name").asText().equals(name)) {
                return (ObjectNode) layer;
            }
        }
        throw new AssertionError("no layer " + name);
    }

    private static ArrayNode source(JsonNode root, String layer) {
        return (ArrayNode) layer(root, layer).path("inbound_nodes").path(0).path(0);
    }

    private static ObjectNode manifest(JsonNode root) {
        return (ObjectNode) root.path("weightsManifest").path(0);
    }

    private static ObjectNode weight(JsonNode root, int index) {
        return (ObjectNode) manifest(root).path("weights").path(index);
    }
}
