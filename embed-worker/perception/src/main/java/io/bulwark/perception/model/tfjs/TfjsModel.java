package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.model.safetensors.Halves;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A TensorFlow.js layers model as its files state it.
 *
 * @param layers configuration by layer name
 * @param weights by their names in the manifest, such as {@code Conv1/kernel}
 * @param sources the files that were read, by path in the source, with their bytes
 * @param npm the npm package's {@code package.json}, an empty object where there is none
 * @see <a href="https://www.tensorflow.org/js/guide/save_load">TensorFlow.js: saving and loading models</a>
 */
record TfjsModel(Map<String, JsonNode> layers, Map<String, Weight> weights, Map<String, byte[]> sources, JsonNode npm) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One tensor.
     *
     * @param shape extents, row-major
     * @param raw stored numbers: bytes 0 to 255 where quantised, else the values themselves
     * @param scale a value is {@code min + scale * raw}
     * @param min see scale
     * @param quantised whether {@code raw} are bytes
     */
    record Weight(int[] shape, float[] raw, double scale, double min, boolean quantised) {

        double value(int index) {
            return min + scale * raw[index];
        }
    }

    /**
     * Reads a model.
     *
     * @param source a folder or .tgz that holds the model anywhere below
     * @param model the folder of the model inside, such as {@code mobilenet_v2}, where the source holds several; may be
     *     empty
     * @throws IllegalArgumentException if no or more than one model is there, or it is malformed
     * @throws IOException if files cannot be read
     */
    static TfjsModel read(Path source, String model) throws IOException {
        Map<String, byte[]> files = TfjsFiles.read(source, TfjsModel::isModelFile);
        List<String> topologies = new ArrayList<>();
        for (String path : files.keySet()) {
            if (isTopology(path) && (model.isEmpty() || folderOf(path).endsWith(model + "/"))) {
                topologies.add(path);
            }
        }
        if (topologies.size() != 1) {
            throw new IllegalArgumentException("%s: wanted is one model.json or model.min.js%s, found are %s"
                    .formatted(source, model.isEmpty() ? "" : " in a folder " + model, topologies));
        }
        String path = topologies.get(0);
        return read(path, files);
    }

    private static boolean isModelFile(String path) {
        return isTopology(path)
                || path.matches("(.*/)?group\\d+-shard\\d+of\\d+(\\.bin|\\.min\\.js)?")
                || path.matches("([^/]*/)?package\\.json");
    }

    private static boolean isTopology(String path) {
        return path.matches("(.*/)?model(\\.json|\\.min\\.js)");
    }

    private static String folderOf(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    private static TfjsModel read(String path, Map<String, byte[]> files) throws IOException {
        Map<String, byte[]> sources = new TreeMap<>();
        sources.put(path, files.get(path));
        JsonNode json = path.endsWith(".json")
                ? JSON.readTree(files.get(path))
                : JsLiteral.exported(path, new String(files.get(path), StandardCharsets.UTF_8));
        Map<String, JsonNode> layers = new LinkedHashMap<>();
        for (JsonNode layer : json.at("/modelTopology/model_config/config/layers")) {
            layers.put(layer.path("name").asText(), layer);
        }
        Map<String, Weight> weights = new LinkedHashMap<>();
        for (JsonNode group : json.path("weightsManifest")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (JsonNode shard : group.path("paths")) {
                bytes.writeBytes(shard(folderOf(path) + shard.asText(), files, sources));
            }
            readGroup(path, group, ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN), weights);
        }
        if (layers.isEmpty() || weights.isEmpty()) {
            throw new IllegalArgumentException(path + ": is not a TensorFlow.js layers model with weights");
        }
        JsonNode npm = JSON.createObjectNode();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().endsWith("package.json") && npm.isEmpty()) {
                npm = JSON.readTree(file.getValue());
            }
        }
        return new TfjsModel(layers, weights, sources, npm);
    }

    private static byte[] shard(String path, Map<String, byte[]> files, Map<String, byte[]> sources) {
        byte[] binary = files.get(path);
        if (binary != null) {
            sources.put(path, binary);
            return binary;
        }
        String module = path + ".min.js";
        byte[] script = files.get(module);
        if (script == null) {
            throw new IllegalArgumentException("neither " + path + " nor " + module + " is there");
        }
        sources.put(module, script);
        JsonNode text = JsLiteral.exported(module, new String(script, StandardCharsets.UTF_8));
        return Base64.getDecoder().decode(text.asText());
    }

    private static void readGroup(String path, JsonNode group, ByteBuffer bytes, Map<String, Weight> weights) {
        for (JsonNode spec : group.path("weights")) {
            String name = spec.path("name").asText();
            int[] shape = new int[spec.path("shape").size()];
            int elements = 1;
            for (int i = 0; i < shape.length; i++) {
                shape[i] = spec.path("shape").get(i).asInt();
                elements = Math.multiplyExact(elements, shape[i]);
            }
            JsonNode quantisation = spec.path("quantization");
            String stored = quantisation.path("dtype").asText(spec.path("dtype").asText());
            float[] raw = raw(path, name, stored, elements, bytes);
            boolean affine = quantisation.has("scale");
            weights.put(
                    name,
                    new Weight(
                            shape,
                            raw,
                            affine ? quantisation.get("scale").asDouble() : 1,
                            affine ? quantisation.path("min").asDouble() : 0,
                            stored.equals("uint8")));
        }
        if (bytes.hasRemaining()) {
            throw new IllegalArgumentException(
                    "%s: the shards hold %d bytes more than the manifest says".formatted(path, bytes.remaining()));
        }
    }

    private static float[] raw(String path, String name, String type, int elements, ByteBuffer bytes) {
        int width = switch (type) {
            case "uint8" -> 1;
            case "uint16", "float16" -> 2;
            case "float32" -> 4;
            default ->
                throw new IllegalArgumentException(
                        "%s: weight '%s' has type %s; known are uint8, uint16, float16, float32"
                                .formatted(path, name, type));
        };
        if (elements < 0 || (long) elements * width > bytes.remaining()) {
            throw new IllegalArgumentException("%s: weight '%s' needs %d bytes, the shards have %d left"
                    .formatted(path, name, (long) elements * width, bytes.remaining()));
        }
        float[] raw = new float[elements];
        for (int i = 0; i < elements; i++) {
            raw[i] = switch (type) {
                case "uint8" -> bytes.get() & 0xff;
                case "uint16" -> bytes.getShort() & 0xffff;
                case "float16" -> Halves.fromHalf(bytes.getShort());
                default -> bytes.getFloat();
            };
        }
        return raw;
    }
}
