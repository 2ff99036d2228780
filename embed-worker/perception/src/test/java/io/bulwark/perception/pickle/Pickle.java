package io.bulwark.perception.pickle;

import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles opcode by opcode, also ones that no library writes, and the zip around them. */
public final class Pickle {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, byte[]> storages = new LinkedHashMap<>();

    Pickle() {
        op(0x80, 2);
    }

    Pickle op(int... bytes) {
        for (int value : bytes) {
            out.write(value);
        }
        return this;
    }

    Pickle global(String module, String name) {
        op('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Pickle text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        op('X');
        out.writeBytes(little(4).putInt(utf8.length).array());
        out.writeBytes(utf8);
        return this;
    }

    Pickle number(long value) {
        op(0x8a, 8);
        out.writeBytes(little(8).putLong(value).array());
        return this;
    }

    Pickle numbers(long... values) {
        op('(');
        for (long value : values) {
            number(value);
        }
        return op('t');
    }

    Pickle storage(String type, String key, long elements) {
        return op('(').text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .number(elements)
                .op('t', 'Q');
    }

    /** The tensor on the top of the stack. */
    Pickle tensor(String type, String key, long elements, long offset, long[] shape, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        storage(type, key, elements).number(offset).numbers(shape).numbers(strides);
        return op(0x89).global("collections", "OrderedDict").op(')', 'R', 't', 'R');
    }

    /** A dictionary of one tensor, finished. */
    Pickle only(String name, String type, long elements, long offset, long[] shape, long... strides) {
        return op('}').text(name)
                .tensor(type, "0", elements, offset, shape, strides)
                .op('s', '.');
    }

    Pickle with(String key, byte[] bytes) {
        storages.put(key, bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** What {@code torch.save} writes of a dictionary of F32 tensors, those of another file under other names. */
    public static Path stateDict(Path file, SafetensorsFile tensors, UnaryOperator<String> renamed) throws IOException {
        Pickle pickle = new Pickle().op('}');
        for (SafetensorsFile.TensorInfo tensor : tensors.tensors().values()) {
            if (renamed.apply(tensor.name()).isEmpty()) {
                continue;
            }
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            long[] strides = new long[shape.length];
            long stride = 1;
            for (int i = shape.length - 1; i >= 0; i--) {
                strides[i] = stride;
                stride *= shape[i];
            }
            ByteBuffer bytes = little(Math.toIntExact(4 * tensor.elements()));
            bytes.asFloatBuffer().put(tensors.floats(tensor.name()));
            String key = String.valueOf(pickle.storages.size());
            pickle.text(renamed.apply(tensor.name()))
                    .tensor("FloatStorage", key, tensor.elements(), 0, shape, strides)
                    .op('s')
                    .with(key, bytes.array());
        }
        return pickle.op('.').write(file);
    }

    Path write(Path file) throws IOException {
        return write(file, false, bytes(), storages);
    }

    Path deflated(Path file) throws IOException {
        return write(file, true, bytes(), storages);
    }

    static Path write(Path file, boolean deflated, byte[] pickle, Map<String, byte[]> storages) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            entry(zip, deflated, "archive/data.pkl", pickle);
            entry(zip, deflated, "archive/byteorder", "little".getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> storage : storages.entrySet()) {
                entry(zip, deflated, "archive/data/" + storage.getKey(), storage.getValue());
            }
        }
        return file;
    }

    private static void entry(ZipOutputStream zip, boolean deflated, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        if (!deflated) {
            CRC32 crc = new CRC32();
            crc.update(bytes);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(bytes.length);
            entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
