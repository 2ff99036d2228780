package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.Container.Kind;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.ElementType.Halves;
import io.bulwark.perception.safetensors.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of {@code torch.save}: the tensors of its state dict. That is the pickled dictionary itself, or, as Lightning
 * writes it, the dictionary under {@code state_dict}; the rest (optimisers, numbers, settings) is read past. Nothing of it
 * is run.
 *
 * <p>Immutable; one thread reads at a time. Not valid after {@link #close()}.
 */
public final class TorchFile implements TensorFile {

    private static final String STATE_DICT = "state_dict";

    private static final int PICKLE = 0x80;

    private final StorageSource source;
    private final Map<String, TorchTensor> tensors;

    private TorchFile(StorageSource source, Map<String, TorchTensor> tensors) {
        this.source = source;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Opens a file and reads its pickle; elements are read when they are asked for.
     *
     * @throws PickleException if it is no such file, malformed, beyond a bound of this package, or names what is not known
     * @throws IOException if it cannot be read
     */
    public static TorchFile open(Path file) throws IOException {
        if (isPickle(file)) {
            TorchSequence sequence = TorchSequence.open(file);
            try {
                return new TorchFile(sequence, stateDict(sequence.name(), sequence.object()));
            } catch (RuntimeException e) {
                sequence.close();
                throw e;
            }
        }
        TorchZip zip = TorchZip.open(file);
        try {
            Object root = PickleReader.read(new PickleInput(zip.name(), zip.pickle()), new Rebuilding(zip.storages()));
            return new TorchFile(zip, stateDict(zip.name(), root));
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** As PyTorch wrote before 1.6; else it is a zip. */
    private static boolean isPickle(Path file) throws IOException {
        byte[] head;
        try (InputStream stream = Files.newInputStream(file)) {
            head = stream.readNBytes(2);
        }
        if (head.length == 2 && (head[0] & 0xff) == PICKLE) {
            return true;
        }
        if (head.length < 2 || head[0] != 'P' || head[1] != 'K') {
            throw new PickleException(file + ": is no file of torch.save, which is a zip or a pickle");
        }
        return false;
    }

    private static Map<String, TorchTensor> stateDict(String name, Object root) {
        Map<String, TorchTensor> tensors = new LinkedHashMap<>();
        if (root instanceof Container outer && outer.is(Kind.DICTIONARY)) {
            boolean inner = outer.entries().get(STATE_DICT) instanceof Container nested && nested.is(Kind.DICTIONARY);
            Container dictionary = inner ? (Container) outer.entries().get(STATE_DICT) : outer;
            dictionary.entries().forEach((key, value) -> {
                if (key instanceof String tensor && value instanceof TorchTensor found) {
                    tensors.put(tensor, found);
                }
            });
        }
        if (tensors.isEmpty()) {
            throw new PickleException(
                    name + ": it holds no dictionary of tensors, neither itself nor under 'state_dict'");
        }
        return tensors;
    }

    /** What messages call it. */
    @Override
    public String name() {
        return source.name();
    }

    /** All tensors by name, in the file's order. */
    @Override
    public Map<String, TorchTensor> tensors() {
        return tensors;
    }

    /**
     * A tensor by its name.
     *
     * @throws PickleException if there is none of that name
     */
    @Override
    public TorchTensor tensor(String tensor) {
        TorchTensor found = tensors.get(tensor);
        if (found == null) {
            throw new PickleException("%s: no tensor '%s' among %d".formatted(name(), tensor, tensors.size()));
        }
        return found;
    }

    /**
     * A copy of a tensor's bytes, little-endian and row-major whatever its strides are.
     *
     * @throws PickleException if there is none of that name, or it has 2 GiB or more
     * @throws IOException if it cannot be read
     */
    @Override
    public ByteBuffer bytes(String tensor) throws IOException {
        TorchTensor found = tensor(tensor);
        int size = found.type().bytes();
        if (found.span() > Integer.MAX_VALUE / size - 8) {
            throw new PickleException("%s: tensor '%s' spans %d elements of %d bytes, one buffer holds 2 GiB at most"
                    .formatted(name(), tensor, found.span(), size));
        }
        ByteBuffer stored = source.read(found.storage(), found.offset() * size, (int) found.span() * size);
        return found.isRowMajor() ? stored : Strided.rowMajor(found, stored);
    }

    /**
     * A copy of a floating-point tensor, row-major, widened or narrowed to binary32.
     *
     * @throws PickleException if there is none of that name, it has another type, or 2 GiB or more
     * @throws IOException if it cannot be read
     */
    @Override
    public float[] floats(String tensor) throws IOException {
        ElementType type = tensor(tensor).type();
        if (!type.readsAsFloat()) {
            throw new PickleException("%s: tensor '%s' has type %s, wanted is one of F16, BF16, F32, F64"
                    .formatted(name(), tensor, type));
        }
        ByteBuffer bytes = bytes(tensor);
        float[] values = new float[bytes.remaining() / type.bytes()];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (type) {
                case F32 -> bytes.getFloat(4 * i);
                case F16 -> Halves.fromHalf(bytes.getShort(2 * i));
                case BF16 -> Halves.fromBfloat(bytes.getShort(2 * i));
                default -> (float) bytes.getDouble(8 * i);
            };
        }
        return values;
    }

    @Override
    public void close() {
        source.close();
    }

    /** Puts the elements of a tensor that is not stored row by row in that order. */
    static final class Strided {

        private Strided() {}

        /**
         * Copies.
         *
         * @param stored the storage from the tensor's first element to its last
         * @return row-major, little-endian
         */
        static ByteBuffer rowMajor(TorchTensor tensor, ByteBuffer stored) {
            int size = tensor.type().bytes();
            int dimensions = tensor.shape().size();
            int elements = Math.toIntExact(tensor.elements());
            ByteBuffer ordered =
                    ByteBuffer.allocate(Math.multiplyExact(elements, size)).order(ByteOrder.LITTLE_ENDIAN);
            long[] index = new long[dimensions];
            long at = 0;
            for (int element = 0; element < elements; element++) {
                ordered.put(element * size, stored, (int) at * size, size);
                for (int d = dimensions - 1; d >= 0; d--) {
                    at += tensor.strides().get(d);
                    if (++index[d] < tensor.shape().get(d)) {
                        break;
                    }
                    at -= tensor.strides().get(d) * index[d];
                    index[d] = 0;
                }
            }
            return ordered;
        }
    }

    /**
     * A tensor's place in a storage of the file. It lies within the storage and has no more elements than it.
     *
     * @param storage name of the storage in the zip's folder {@code data}
     * @param type of its elements
     * @param offset of the first element, in elements
     * @param shape extents, none negative; empty for a scalar
     * @param strides in elements, one for each extent, none negative
     */
    public record TorchTensor(String storage, ElementType type, long offset, List<Long> shape, List<Long> strides)
            implements Tensor {

        static final int MAX_DIMENSIONS = 32;

        public TorchTensor {
            shape = List.copyOf(shape);
            strides = List.copyOf(strides);
        }

        /**
         * Number of elements.
         *
         * @throws ArithmeticException beyond 2^63 - 1; never of one that was read
         */
        public long elements() {
            return shape.contains(0L) ? 0 : shape.stream().reduce(1L, Math::multiplyExact);
        }

        /** Elements of the storage from the first to the last that the tensor has. */
        long span() {
            if (elements() == 0) {
                return 0;
            }
            long span = 1;
            for (int i = 0; i < shape.size(); i++) {
                span = Math.addExact(span, Math.multiplyExact(shape.get(i) - 1, strides.get(i)));
            }
            return span;
        }

        boolean isRowMajor() {
            long expected = 1;
            for (int i = shape.size() - 1; i >= 0; i--) {
                if (shape.get(i) != 1 && strides.get(i) != expected) {
                    return false;
                }
                expected *= shape.get(i);
            }
            return true;
        }
    }

    /** A file of {@code torch.save} as its tensors need it: the storages that its pickle names. One thread. */
    sealed interface StorageSource extends AutoCloseable permits TorchZip, TorchSequence {

        /** What messages call it. */
        String name();

        /**
         * Reads a part of a storage that is within its size; little-endian.
         *
         * @param from first byte
         * @param length in bytes
         */
        ByteBuffer read(String storage, long from, int length) throws IOException;

        @Override
        void close();
    }

    /** A PyTorch file that is not read; the message names the file, what was found and, in a pickle, at which byte. */
    public static final class PickleException extends RuntimeException {

        PickleException(String message) {
            super(message);
        }

        PickleException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
