package io.bulwark.perception.pickle;

import io.bulwark.perception.pickle.TorchFile.TorchTensor;
import io.bulwark.perception.safetensors.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What PyTorch's functions make of their arguments, and what its persistent ids name. Everything is thrown as {@link
 * IllegalArgumentException} or {@link ArithmeticException}; the reader says at which byte.
 *
 * @param storageBytes sizes of the storages that are in the file, by key
 * @param announced whether the pickle comes before the storages: its announced sizes are filled in
 */
record Rebuilding(Map<String, Long> storageBytes, boolean announced) {

    private static final String STORAGE = "storage";

    /** Of a pickle beside storages whose sizes are known. */
    Rebuilding(Map<String, Long> storageBytes) {
        this(storageBytes, false);
    }

    /** {@code ("storage", class, key, device, elements)}; before PyTorch 1.6 with {@code None} for a view behind it. */
    Storage storage(List<Object> id) {
        boolean view = announced && id.size() == 6 && id.get(5) == PickleReader.Sign.NONE;
        if (id.size() != 5 && !view
                || !STORAGE.equals(id.get(0))
                || !(id.get(1) instanceof Known known)
                || known.what() != Known.What.STORAGE
                || !(id.get(2) instanceof String key)
                || !(id.get(3) instanceof String)) {
            throw new IllegalArgumentException(
                    "a persistent id is not (\"storage\", class, key, device, number of elements)");
        }
        long elements = natural(id.get(4));
        ElementType type = known.type();
        if (announced) {
            storageBytes.putIfAbsent(key, Math.multiplyExact(elements, type.bytes()));
        }
        Long stored = storageBytes.get(key);
        if (stored == null) {
            throw new IllegalArgumentException("storage '%s' is not in the file".formatted(key));
        }
        if (Math.multiplyExact(elements, type.bytes()) != stored) {
            throw new IllegalArgumentException("storage '%s' should have %d elements of type %s, it has %d bytes"
                    .formatted(key, elements, type, stored));
        }
        return new Storage(key, type, elements);
    }

    /** {@code _rebuild_tensor_v2(storage, offset, size, strides, requires_grad, hooks[, metadata])}. */
    TorchTensor tensor(List<Object> arguments) {
        if (arguments.size() < 6 || arguments.size() > 7 || !(arguments.get(0) instanceof Storage storage)) {
            throw new IllegalArgumentException("a tensor is not made of a storage, an offset, a size and strides");
        }
        TorchTensor tensor = new TorchTensor(
                storage.key(),
                storage.type(),
                natural(arguments.get(1)),
                naturals(arguments.get(2)),
                naturals(arguments.get(3)));
        if (tensor.shape().size() != tensor.strides().size() || tensor.shape().size() > TorchTensor.MAX_DIMENSIONS) {
            throw new IllegalArgumentException(
                    "a tensor has %d extents and %d strides; allowed are %d, of both the same"
                            .formatted(tensor.shape().size(), tensor.strides().size(), TorchTensor.MAX_DIMENSIONS));
        }
        long elements = tensor.elements();
        long end = Math.addExact(tensor.offset(), tensor.span());
        if (end > storage.elements() || elements > storage.elements()) {
            throw new IllegalArgumentException(
                    "a tensor of shape %s and strides %s from element %d on has %d elements of"
                                    .formatted(tensor.shape(), tensor.strides(), tensor.offset(), elements)
                            + " storage '%s', which has %d".formatted(storage.key(), storage.elements()));
        }
        return tensor;
    }

    /** {@code _rebuild_parameter(tensor, requires_grad, hooks)}. */
    TorchTensor parameter(List<Object> arguments) {
        if (arguments.size() == 3 && arguments.get(0) instanceof TorchTensor tensor) {
            return tensor;
        }
        throw new IllegalArgumentException("a parameter is not made of a tensor");
    }

    /** {@code torch.Size((1, 2))}. */
    Container size(List<Object> arguments) {
        if (arguments.size() == 1 && arguments.get(0) instanceof Container tuple && tuple.is(Container.Kind.TUPLE)) {
            return tuple;
        }
        throw new IllegalArgumentException("a torch.Size is not made of a tuple");
    }

    /** {@code OrderedDict()}; entries follow. */
    Container dictionary(List<Object> arguments) {
        if (arguments.isEmpty()) {
            return Container.dictionary();
        }
        throw new IllegalArgumentException("an OrderedDict is made of arguments, which PyTorch does not write");
    }

    private static List<Long> naturals(Object value) {
        if (!(value instanceof Container tuple) || !tuple.is(Container.Kind.TUPLE)) {
            throw new IllegalArgumentException("a tensor's size or strides are no tuple");
        }
        List<Long> naturals = new ArrayList<>();
        tuple.items().forEach(item -> naturals.add(natural(item)));
        return naturals;
    }

    private static long natural(Object value) {
        if (value instanceof Long number && number >= 0) {
            return number;
        }
        throw new IllegalArgumentException(
                "a size, stride, offset or number of elements is no number from 0 to 2^63 - 1");
    }

    /**
     * A name of Python's that tensors need.
     *
     * @param what it stands for
     * @param type that a storage has; null of the others
     */
    record Known(What what, ElementType type) {

        /** What is done for a name. */
        enum What {
            TENSOR,
            PARAMETER,
            SIZE,
            ORDERED_DICTIONARY,
            STORAGE
        }

        private static final Map<String, What> FUNCTIONS = Map.of(
                "torch._utils._rebuild_tensor_v2", What.TENSOR,
                "torch._utils._rebuild_parameter", What.PARAMETER,
                "torch.Size", What.SIZE,
                "collections.OrderedDict", What.ORDERED_DICTIONARY);

        /** @throws IllegalArgumentException if the name is any other; the message gives it */
        static Known of(String module, String name) {
            What what = FUNCTIONS.get(module + "." + name);
            if (what != null) {
                return new Known(what, null);
            }
            if (module.equals("torch") && Storage.type(name).isPresent()) {
                return new Known(What.STORAGE, Storage.type(name).get());
            }
            throw new IllegalArgumentException(
                    "it names '%s.%s'; of Python's names only the ones that tensors need are read, and none is run"
                            .formatted(module, name));
        }
    }

    /**
     * What a persistent id of PyTorch names.
     *
     * @param key its name in the zip's folder {@code data}
     * @param type of its elements
     * @param elements their number
     */
    record Storage(String key, ElementType type, long elements) {

        private static final Map<String, ElementType> TYPES = Map.of(
                "FloatStorage", ElementType.F32,
                "HalfStorage", ElementType.F16,
                "BFloat16Storage", ElementType.BF16,
                "DoubleStorage", ElementType.F64,
                "LongStorage", ElementType.I64,
                "IntStorage", ElementType.I32,
                "CharStorage", ElementType.I8,
                "ByteStorage", ElementType.U8,
                "BoolStorage", ElementType.BOOL);

        /** The type that a class of the module {@code torch} stores, if it is a storage. */
        static Optional<ElementType> type(String name) {
            return Optional.ofNullable(TYPES.get(name));
        }
    }
}
