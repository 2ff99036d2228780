package io.bulwark.perception.torchscript;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One tensor of a program.
 *
 * @param name as in the weights; dots become underscores in the program
 * @param type F64, F32, F16 or BF16
 * @param shape as the program sees it
 * @param strides in elements, one for each extent
 * @param data the elements in the order of the strides
 */
public record LinkTensor(String name, ElementType type, List<Long> shape, List<Long> strides, Data data) {

    private static final Set<ElementType> PROGRAM_TYPES =
            EnumSet.of(ElementType.F16, ElementType.BF16, ElementType.F32, ElementType.F64);

    /** Where the elements come from. */
    @FunctionalInterface
    public interface Data {

        /** Writes all elements, little-endian. */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    public LinkTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (!PROGRAM_TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' has type " + type + "; programs take " + PROGRAM_TYPES);
        }
        if (shape.size() != strides.size()) {
            throw new IllegalArgumentException("tensor '" + name + "' has shape " + shape + " but strides " + strides);
        }
    }

    /** A row-major tensor. */
    public static LinkTensor rowMajor(String name, ElementType type, List<Long> shape, Data data) {
        return new LinkTensor(name, type, shape, rowMajorStrides(shape), data);
    }

    /** A row-major tensor of values that are stored as {@code type}; they are not copied. */
    public static LinkTensor of(String name, ElementType type, List<Long> shape, float[] values) {
        return rowMajor(name, type, shape, floats(values, type));
    }

    /**
     * A convolution kernel {@code [O, I, H, W]} laid out channels-last.
     *
     * @param values row-major {@code [O, I, H, W]}
     */
    public static LinkTensor channelsLast(String name, ElementType type, List<Long> shape, float[] values) {
        int out = Math.toIntExact(shape.get(0));
        int in = Math.toIntExact(shape.get(1));
        int area = Math.toIntExact(shape.get(2) * shape.get(3));
        float[] last = new float[values.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int p = 0; p < area; p++) {
                    last[(o * area + p) * in + i] = values[(o * in + i) * area + p];
                }
            }
        }
        long width = shape.get(3);
        List<Long> strides = List.of((long) in * area, 1L, width * in, (long) in);
        return new LinkTensor(name, type, shape, strides, floats(last, type));
    }

    /** The same tensor under another name. */
    public LinkTensor named(String other) {
        return new LinkTensor(other, type, shape, strides, data);
    }

    /** Number of elements. */
    long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Bytes that the elements take. */
    long bytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }

    /** The attribute's name in the program. */
    String attribute() {
        return name.replace('.', '_');
    }

    private static Data floats(float[] values, ElementType type) {
        return channel -> {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (float value : values) {
                switch (type) {
                    case F16 -> bytes.putShort(Halves.toHalf(value));
                    case BF16 -> bytes.putShort(Halves.toBfloat(value));
                    case F64 -> bytes.putDouble(value);
                    default -> bytes.putFloat(value);
                }
            }
            bytes.flip();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        };
    }

    private static List<Long> rowMajorStrides(List<Long> shape) {
        List<Long> strides = new ArrayList<>(shape);
        long stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            strides.set(i, stride);
            stride *= Math.max(1, shape.get(i));
        }
        return strides;
    }
}
