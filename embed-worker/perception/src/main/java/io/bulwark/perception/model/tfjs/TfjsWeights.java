package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.tfjs.TfjsWeights.TfjsTensor.Stored;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The weights that a model's {@code weightsManifest} names, each taken once. One thread.
 *
 * @see <a href="https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts">WeightsManifestConfig</a>
 */
final class TfjsWeights {

    private static final long LARGEST = 1L << 30;

    private final String where;
    private final Map<String, TfjsTensor> tensors = new TreeMap<>();

    private long ofAllGroups;

    private TfjsWeights(String where) {
        this.where = where;
    }

    /** @throws ModelPackageException if the manifest and the shards do not fit */
    static TfjsWeights read(TfjsFiles files, JsonNode manifest) throws IOException {
        TfjsWeights weights = new TfjsWeights(files.name());
        for (JsonNode group : manifest) {
            weights.read(files, group.path("paths"), group.path("weights"));
        }
        return weights;
    }

    /** A weight's place in its group. */
    private record Entry(JsonNode spec, List<Integer> shape, Stored stored, int bytes) {}

    private void read(TfjsFiles files, JsonNode paths, JsonNode specs) throws IOException {
        List<Entry> entries = new ArrayList<>();
        long all = 0;
        for (JsonNode spec : specs) {
            Entry entry = entry(spec);
            entries.add(entry);
            all += entry.bytes();
            ofAllGroups += entry.bytes();
            if (ofAllGroups > LARGEST) {
                throw fault("the weights need more than %d bytes".formatted(LARGEST));
            }
        }
        long there = 0;
        for (JsonNode path : paths) {
            there += files.shardSize(path.asText());
        }
        if (there < all) {
            throw doNotFit(there, all);
        }
        byte[] bytes = new byte[(int) all];
        int filled = 0;
        for (JsonNode path : paths) {
            byte[] shard = files.shard(path.asText(), all - filled);
            System.arraycopy(shard, 0, bytes, filled, shard.length);
            filled += shard.length;
        }
        if (filled != all) {
            throw doNotFit(filled, all);
        }
        int from = 0;
        for (Entry entry : entries) {
            JsonNode spec = entry.spec();
            JsonNode quantization = spec.path("quantization");
            TfjsTensor tensor = new TfjsTensor(
                    spec.path("name").asText(),
                    entry.shape(),
                    entry.stored(),
                    quantization.path("min").asDouble(),
                    quantization.path("scale").asDouble(),
                    Arrays.copyOfRange(bytes, from, from + entry.bytes()));
            if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
                throw fault("two weights are named '%s'".formatted(tensor.name()));
            }
            from += entry.bytes();
        }
    }

    private ModelPackageException doNotFit(long there, long needed) {
        return fault("the shards have %d bytes, the weights need %d".formatted(there, needed));
    }

    private Entry entry(JsonNode spec) {
        String name = spec.path("name").asText();
        if (!spec.path("dtype").asText().equals("float32")) {
            throw fault("weight '%s' is of type %s; this version reads float32".formatted(name, spec.path("dtype")));
        }
        JsonNode quantization = spec.path("quantization");
        String type = quantization.isMissingNode() || quantization.isNull()
                ? "float32"
                : quantization.path("dtype").asText();
        Stored stored = Arrays.stream(Stored.values())
                .filter(one -> one.name().equals(type.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () -> fault("weight '%s' is quantised to '%s'; this version reads uint8, uint16 and float16"
                                .formatted(name, type)));
        List<Integer> shape = new ArrayList<>();
        long elements = 1;
        for (JsonNode extent : spec.path("shape")) {
            if (!extent.canConvertToInt() || extent.asInt() < 1 || elements > LARGEST / extent.asInt()) {
                throw fault("weight '%s' is of shape %s".formatted(name, spec.path("shape")));
            }
            shape.add(extent.asInt());
            elements *= extent.asInt();
        }
        if (elements * stored.bytes() > LARGEST) {
            throw fault("weight '%s' has %d numbers".formatted(name, elements));
        }
        return new Entry(spec, shape, stored, (int) elements * stored.bytes());
    }

    /**
     * Takes a weight.
     *
     * @throws ModelPackageException if there is none of that name, or it is of another shape
     */
    TfjsTensor take(String layer, String role, List<Integer> shape) {
        String name = layer + "/" + role;
        TfjsTensor tensor = Optional.ofNullable(tensors.remove(name))
                .orElseThrow(() -> fault("there is no weight '%s'".formatted(name)));
        if (!tensor.shape().equals(shape)) {
            throw fault("weight '%s' is %s instead of %s".formatted(name, tensor.shape(), shape));
        }
        return tensor;
    }

    /** @throws ModelPackageException if something was not taken */
    void requireAllTaken() {
        if (!tensors.isEmpty()) {
            throw fault("no layer has the weights %s".formatted(new TreeSet<>(tensors.keySet())));
        }
    }

    private ModelPackageException fault(String what) {
        return new ModelPackageException(where + ": " + what);
    }

    /**
     * A weight as it is stored.
     *
     * @param name {@code layer/role}
     * @param shape as Keras has it
     * @param stored its form
     * @param min what 0 stands for, where it is quantised
     * @param scale of a level, where it is quantised
     * @param bytes little-endian, row-major
     */
    record TfjsTensor(String name, List<Integer> shape, Stored stored, double min, double scale, byte[] bytes) {

        /** How numbers are stored. */
        enum Stored {
            FLOAT32(4),
            FLOAT16(2),
            UINT8(1),
            UINT16(2);

            private final int bytes;

            Stored(int bytes) {
                this.bytes = bytes;
            }

            int bytes() {
                return bytes;
            }
        }

        /** All values; quantised ones to the nearest float, as TensorFlow.js has them. */
        float[] floats() {
            float[] values = new float[bytes.length / stored.bytes()];
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < values.length; i++) {
                values[i] = switch (stored) {
                    case FLOAT32 -> buffer.getFloat();
                    case FLOAT16 -> Halves.fromHalf(buffer.getShort());
                    case UINT8 -> (float) ((buffer.get() & 0xff) * scale + min);
                    case UINT16 -> (float) ((buffer.getShort() & 0xffff) * scale + min);
                };
            }
            return values;
        }
    }
}
