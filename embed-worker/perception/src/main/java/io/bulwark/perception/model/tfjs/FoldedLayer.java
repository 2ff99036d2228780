package io.bulwark.perception.model.tfjs;

import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.safetensors.SafetensorsWriter;
import io.bulwark.perception.model.tfjs.TfjsModel.Weight;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A convolution or dense layer on its way into a package: output channels first, BatchNorm folded in.
 *
 * <p>With {@code g = gamma / sqrt(variance + epsilon)} for each output channel, {@code BN(conv(x, w)) = conv(x, g w) +
 * (beta - g mean)} (Ioffe and Szegedy, 2015). A quantised kernel keeps its bytes, {@code g} goes to scale and minimum.
 *
 * @param kernel as TensorFlow.js stores it
 * @param gain {@code g} for each output channel
 * @param bias for each output channel
 * @param layout how the kernel lies
 */
record FoldedLayer(Weight kernel, double[] gain, double[] bias, Layout layout) {

    /** Orders of a kernel's extents. */
    enum Layout {
        /** {@code [height, width, in, out]} to {@code [out, in, height, width]}. */
        CONVOLUTION,
        /** {@code [height, width, channels, 1]} to {@code [channels, 1, height, width]}. */
        DEPTHWISE,
        /** {@code [in, out]} to {@code [out, in]}. */
        DENSE
    }

    void writeTo(SafetensorsWriter writer, String name) {
        int out = gain.length;
        List<Long> shape = shape();
        int columns = kernel.raw().length / out;
        float[] values = new float[kernel.raw().length];
        byte[] bytes = new byte[values.length];
        for (int o = 0; o < out; o++) {
            for (int c = 0; c < columns; c++) {
                int from = source(o, c, out, columns);
                bytes[o * columns + c] = (byte) kernel.raw()[from];
                values[o * columns + c] = (float) (gain[o] * kernel.value(from));
            }
        }
        if (kernel.quantised()) {
            writer.add(name + ".weight", ElementType.U8, shape, ByteBuffer.wrap(bytes));
            writer.add(name + ".weight.scale", List.of((long) out), times(kernel.scale()));
            writer.add(name + ".weight.min", List.of((long) out), times(kernel.min()));
        } else {
            writer.add(name + ".weight", shape, values);
        }
        float[] biases = new float[out];
        for (int o = 0; o < out; o++) {
            biases[o] = (float) bias[o];
        }
        writer.add(name + ".bias", List.of((long) out), biases);
    }

    private List<Long> shape() {
        int[] s = kernel.shape();
        return switch (layout) {
            case CONVOLUTION -> List.of((long) s[3], (long) s[2], (long) s[0], (long) s[1]);
            case DEPTHWISE -> List.of((long) s[2], 1L, (long) s[0], (long) s[1]);
            case DENSE -> List.of((long) s[1], (long) s[0]);
        };
    }

    /** Where in the stored kernel the element of output channel {@code o} and column {@code c} lies. */
    private int source(int o, int c, int out, int columns) {
        if (layout != Layout.CONVOLUTION) {
            // Both store the output channel last.
            return c * out + o;
        }
        int area = kernel.shape()[0] * kernel.shape()[1];
        int in = columns / area;
        return (c % area * in + c / area) * out + o;
    }

    private float[] times(double factor) {
        float[] products = new float[gain.length];
        for (int o = 0; o < products.length; o++) {
            products[o] = (float) (gain[o] * factor);
        }
        return products;
    }
}
