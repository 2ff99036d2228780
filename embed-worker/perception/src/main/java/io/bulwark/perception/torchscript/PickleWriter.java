package io.bulwark.perception.torchscript;

import io.bulwark.perception.safetensors.ElementType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The few opcodes of pickle protocol 2 that a TorchScript module needs, written without a memo.
 *
 * @see <a href="https://github.com/python/cpython/blob/3.12/Lib/pickletools.py">pickletools, the opcodes' reference</a>
 */
final class PickleWriter {

    private static final int PROTO = 0x80;
    private static final int EMPTY_TUPLE = ')';
    private static final int NEWOBJ = 0x81;
    private static final int EMPTY_DICT = '}';
    private static final int MARK = '(';
    private static final int TUPLE = 't';
    private static final int SETITEMS = 'u';
    private static final int BUILD = 'b';
    private static final int STOP = '.';
    private static final int GLOBAL = 'c';
    private static final int REDUCE = 'R';
    private static final int BINPERSID = 'Q';
    private static final int BINUNICODE = 'X';
    private static final int BININT = 'J';
    private static final int LONG1 = 0x8a;
    private static final int BINFLOAT = 'G';
    private static final int NONE = 'N';
    private static final int EMPTY_LIST = ']';
    private static final int APPENDS = 'e';
    private static final int NEWTRUE = 0x88;
    private static final int NEWFALSE = 0x89;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleWriter() {
        out.write(PROTO);
        out.write(2);
    }

    private PickleWriter operation(int opcode) {
        out.write(opcode);
        return this;
    }

    PickleWriter global(String module, String name) {
        out.write(GLOBAL);
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    PickleWriter emptyTuple() {
        return operation(EMPTY_TUPLE);
    }

    PickleWriter emptyDict() {
        return operation(EMPTY_DICT);
    }

    /** Class and arguments are on the stack; the object replaces them. */
    PickleWriter newObject() {
        return operation(NEWOBJ);
    }

    /** Callable and arguments are on the stack; the result replaces them. */
    PickleWriter reduce() {
        return operation(REDUCE);
    }

    /** A tuple on the stack becomes the object that it identifies. */
    PickleWriter persistentId() {
        return operation(BINPERSID);
    }

    PickleWriter mark() {
        return operation(MARK);
    }

    PickleWriter tuple() {
        return operation(TUPLE);
    }

    PickleWriter setItems() {
        return operation(SETITEMS);
    }

    PickleWriter build() {
        return operation(BUILD);
    }

    PickleWriter text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.write(BINUNICODE);
        out.writeBytes(little(Integer.BYTES).putInt(utf8.length).array());
        out.writeBytes(utf8);
        return this;
    }

    PickleWriter integer(long value) {
        if (value == (int) value) {
            out.write(BININT);
            out.writeBytes(little(Integer.BYTES).putInt((int) value).array());
        } else {
            out.write(LONG1);
            out.write(Long.BYTES);
            out.writeBytes(little(Long.BYTES).putLong(value).array());
        }
        return this;
    }

    PickleWriter real(double value) {
        out.write(BINFLOAT);
        out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
        return this;
    }

    PickleWriter bool(boolean value) {
        out.write(value ? NEWTRUE : NEWFALSE);
        return this;
    }

    PickleWriter integers(List<Long> values) {
        mark();
        values.forEach(this::integer);
        return tuple();
    }

    PickleWriter none() {
        return operation(NONE);
    }

    /** A {@code List[int]}, which TorchScript restores through its own function. */
    PickleWriter integerList(List<Long> values) {
        global("torch.jit._pickle", "build_intlist").mark();
        out.write(EMPTY_LIST);
        mark();
        values.forEach(this::integer);
        out.write(APPENDS);
        return tuple().reduce();
    }

    /** A {@code List[Tensor]}; the tensors' storages have that key and the following ones. */
    PickleWriter tensorList(List<LinkTensor> tensors, int key) {
        global("torch.jit._pickle", "build_tensorlist").mark();
        out.write(EMPTY_LIST);
        mark();
        for (int i = 0; i < tensors.size(); i++) {
            tensor(tensors.get(i), key + i);
        }
        out.write(APPENDS);
        return tuple().reduce();
    }

    /** A tensor over the whole of the storage with that key. */
    PickleWriter tensor(LinkTensor tensor, int key) {
        global("torch._utils", "_rebuild_tensor_v2").mark();
        mark().text("storage").global("torch", storage(tensor.type()));
        text(Integer.toString(key))
                .text("cpu")
                .integer(tensor.elements())
                .tuple()
                .persistentId();
        integer(0).integers(tensor.shape()).integers(tensor.strides()).bool(false);
        global("collections", "OrderedDict").emptyTuple().reduce();
        return tuple().reduce();
    }

    private static String storage(ElementType type) {
        return switch (type) {
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            case F64 -> "DoubleStorage";
            default -> "FloatStorage";
        };
    }

    byte[] finish() {
        out.write(STOP);
        return out.toByteArray();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
