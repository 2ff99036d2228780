package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.Halves;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Takes a tensor's bytes from its file and hands them on in another type, a piece at a time: neither heap nor resident
 * memory grows with the checkpoint. A weight that is no finite number ends it, in the file's type and in the archive's.
 */
final class FiniteStream implements WritableByteChannel {

    private final String file;
    private final TensorInfo info;
    private final ElementType target;
    private final WritableByteChannel out;
    private ByteBuffer piece = ByteBuffer.allocate(0);

    private FiniteStream(String file, TensorInfo info, ElementType target, WritableByteChannel out) {
        this.file = file;
        this.info = info;
        this.target = target;
        this.out = out;
    }

    static void write(SafetensorsFile file, String name, ElementType target, WritableByteChannel channel)
            throws IOException {
        TensorInfo info = file.tensor(name);
        file.copyTo(name, new FiniteStream(file.name(), info, target, channel));
    }

    /** Takes whole elements of the file's type. */
    @Override
    public int write(ByteBuffer source) throws IOException {
        int taken = source.remaining();
        source.order(ByteOrder.LITTLE_ENDIAN);
        int size = taken / info.type().bytes() * target.bytes();
        if (piece.capacity() < size) {
            piece = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        piece.clear();
        while (source.hasRemaining()) {
            put(piece, target, checked(next(source, info.type())));
        }
        piece.flip();
        while (piece.hasRemaining()) {
            out.write(piece);
        }
        return taken;
    }

    @Override
    public boolean isOpen() {
        return out.isOpen();
    }

    @Override
    public void close() {
        // The archive goes on with the next tensor.
    }

    private static float next(ByteBuffer source, ElementType type) {
        return switch (type) {
            case F16 -> Halves.fromHalf(source.getShort());
            case BF16 -> Halves.fromBfloat(source.getShort());
            case F32 -> source.getFloat();
            case F64 -> (float) source.getDouble();
            default ->
                throw new IllegalArgumentException(
                        "weights of type " + type + " are not taken by this family; known are F16, BF16, F32 and F64");
        };
    }

    private float checked(float value) {
        boolean lost = target == ElementType.F16 && Math.abs(value) >= 65520;
        if (!Float.isFinite(value) || lost) {
            throw new IllegalArgumentException("%s: tensor '%s' holds the weight %s, which is no finite number%s"
                    .formatted(file, info.name(), value, lost ? " in fp16: take bf16 or fp32" : ""));
        }
        return value;
    }

    private static void put(ByteBuffer chunk, ElementType target, float value) {
        switch (target) {
            case F16 -> chunk.putShort(Halves.toHalf(value));
            case BF16 -> chunk.putShort(Halves.toBfloat(value));
            case F64 -> chunk.putDouble(value);
            default -> chunk.putFloat(value);
        }
    }
}
