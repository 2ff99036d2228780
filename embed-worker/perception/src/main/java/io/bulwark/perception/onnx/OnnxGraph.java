package io.bulwark.perception.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network as an ONNX model of operator set 18: one input, one output, operators in the order in which they are computed.
 * Not safe for several threads.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">the messages and the numbers of their fields</a>
 */
public final class OnnxGraph {

    /** The name of what the network is given. */
    public static final String INPUT = "pixels";

    /** What {@code Cast} calls fp32, and what tensors of it are marked with. */
    public static final long FLOAT = 1;

    private static final long UINT8 = 2;
    private static final long INT64 = 7;
    private static final long IR_VERSION = 9;
    private static final long OPERATOR_SET = 18;
    private static final long INT_ATTRIBUTE = 2;
    private static final long INTS_ATTRIBUTE = 7;

    private final Message graph = new Message().text(2, "encoder");
    private int names;

    /**
     * Adds a constant in fp32.
     *
     * @param shape such that its product is the number of values; empty for a single number
     * @param values row-major
     * @return the name by which operators take it
     */
    public String constant(List<Long> shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(FLOAT, shape, bytes);
    }

    /** Adds whole numbers, such as axes. */
    public String integers(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return constant(INT64, List.of((long) values.length), bytes);
    }

    private String constant(long type, List<Long> shape, ByteBuffer values) {
        String name = next();
        Message tensor = new Message();
        shape.forEach(side -> tensor.number(1, side));
        graph.message(5, tensor.number(2, type).text(8, name).bytes(9, values.array()));
        return name;
    }

    /**
     * Adds an operator with one output.
     *
     * @param operator such as {@code Conv}
     * @param inputs names of constants and of earlier operators' outputs, or {@link #INPUT}
     * @param attributes a {@link Long} or a list of them, by name
     * @return the name of its output
     */
    public String operator(String operator, List<String> inputs, Map<String, Object> attributes) {
        String output = next();
        Message node = new Message();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(4, operator);
        new TreeMap<>(attributes).forEach((name, value) -> node.message(5, attribute(name, value)));
        graph.message(1, node);
        return output;
    }

    /** As {@link #operator(String, List, Map)}, without attributes. */
    public String operator(String operator, String... inputs) {
        return operator(operator, List.of(inputs), Map.of());
    }

    private static Message attribute(String name, Object value) {
        Message attribute = new Message().text(1, name);
        if (value instanceof Long number) {
            return attribute.number(3, number).number(20, INT_ATTRIBUTE);
        }
        ((List<?>) value).forEach(number -> attribute.number(8, (Long) number));
        return attribute.number(20, INTS_ATTRIBUTE);
    }

    private String next() {
        return "v" + names++;
    }

    /**
     * The model, from unsigned bytes {@code [B, height, width, 3]} to fp32 {@code [B, dimension]}. Called once, when all
     * operators are there.
     *
     * @param output the name of its last operator's output
     */
    public byte[] model(int height, int width, String output, int dimension) {
        graph.message(11, value(INPUT, UINT8, height, width, 3)).message(12, value(output, FLOAT, dimension));
        return new Message()
                .number(1, IR_VERSION)
                .text(2, "bulwark")
                .message(7, graph)
                .message(8, new Message().number(2, OPERATOR_SET))
                .written();
    }

    private static Message value(String name, long type, long... sides) {
        Message shape = new Message().message(1, new Message().text(2, "batch"));
        for (long side : sides) {
            shape.message(1, new Message().number(1, side));
        }
        Message tensor = new Message().number(1, type).message(2, shape);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A message of Protocol Buffers, field by field. */
    private static final class Message {

        private static final int VARINT = 0;
        private static final int LENGTH_DELIMITED = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.written());
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | LENGTH_DELIMITED);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }

        byte[] written() {
            return out.toByteArray();
        }
    }
}
