package io.bulwark.perception.safetensors;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Collects tensors and writes them as one safetensors file. The bytes depend on the content alone: widest elements
 * first, then by name, the header padded with spaces to 8 bytes, so that every tensor is aligned to its element. One
 * thread at a time.
 */
public final class SafetensorsWriter {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private record Entry(String name, ElementType type, List<Long> shape, long bytes, Supplier<ByteBuffer> content) {}

    /** Adds an entry of {@code __metadata__}. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param bytes from its position to its limit; little-endian, row-major; not copied before writing
     * @throws IllegalArgumentException if the name is taken, or the bytes are not what type and shape ask for
     */
    public SafetensorsWriter add(String name, ElementType type, List<Long> shape, ByteBuffer bytes) {
        check(name, type, shape, bytes);
        ByteBuffer kept = bytes.slice();
        return add(name, type, shape, () -> kept);
    }

    /**
     * Adds a tensor that is made only when it is written, and let go of then: a large file need not fit into memory.
     *
     * @param content asked once for each writing, in the order of the file; as {@code bytes} above
     * @throws IllegalArgumentException if the name is taken; when it is written, if the content is not what type and
     *     shape ask for
     */
    public SafetensorsWriter add(String name, ElementType type, List<Long> shape, Supplier<ByteBuffer> content) {
        Entry entry = new Entry(name, type, List.copyOf(shape), bytes(type, shape), content);
        if (entries.putIfAbsent(name, entry) != null) {
            throw new IllegalArgumentException("tensor '" + name + "' is there already");
        }
        return this;
    }

    private static long bytes(ElementType type, List<Long> shape) {
        return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
    }

    private static void check(String name, ElementType type, List<Long> shape, ByteBuffer bytes) {
        if (bytes(type, shape) != bytes.remaining()) {
            throw new IllegalArgumentException("tensor '%s' of type %s and shape %s needs %d bytes, got %d"
                    .formatted(name, type, shape, bytes(type, shape), bytes.remaining()));
        }
    }

    /**
     * Adds an F32 tensor.
     *
     * @param values row-major, copied
     */
    public SafetensorsWriter add(String name, List<Long> shape, float[] values) {
        return add(name, ElementType.F32, shape, encode(ElementType.F32, values, 0, values.length));
    }

    /**
     * Numbers as a file holds them, halves rounded to nearest.
     *
     * @param type F32, F16 or BF16
     * @param from index of the first
     * @throws IllegalArgumentException if it is another type
     */
    public static ByteBuffer encode(ElementType type, float[] values, int from, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < from + count; i++) {
            switch (type) {
                case F16 -> bytes.putShort(Halves.toHalf(values[i]));
                case BF16 -> bytes.putShort(Halves.toBfloat(values[i]));
                case F32 -> bytes.putFloat(values[i]);
                default -> throw new IllegalArgumentException("weights are stored as F32, F16 or BF16, not " + type);
            }
        }
        return bytes.flip();
    }

    /**
     * Writes the file beside its place and moves it there in one step: a reader sees the old file or the new one.
     *
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".draft");
        try {
            List<Entry> order = order();
            try (FileChannel channel =
                    FileChannel.open(draft, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                writeFully(channel, header(order));
                for (Entry entry : order) {
                    ByteBuffer content = entry.content().get().duplicate();
                    check(entry.name(), entry.type(), entry.shape(), content);
                    writeFully(channel, content);
                }
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private List<Entry> order() {
        List<Entry> order = new ArrayList<>(entries.values());
        order.sort(
                Comparator.comparingInt((Entry entry) -> -entry.type().bytes()).thenComparing(Entry::name));
        return order;
    }

    private ByteBuffer header(List<Entry> order) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject("__metadata__");
            metadata.forEach(node::put);
        }
        long at = 0;
        for (Entry entry : order) {
            ObjectNode node = header.putObject(entry.name());
            node.put("dtype", entry.type().name());
            entry.shape().forEach(node.putArray("shape")::add);
            node.putArray("data_offsets").add(at).add(at + entry.bytes());
            at += entry.bytes();
        }
        byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(padded).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
