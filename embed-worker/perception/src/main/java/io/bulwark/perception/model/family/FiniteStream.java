package io.bulwark.perception.model.family;

import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.model.safetensors.Halves;
import io.bulwark.perception.model.safetensors.SafetensorsFile;
import io.bulwark.perception.model.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * Streams a tensor from its file into an archive, changing its type on the way, a chunk at a time: the heap does not grow
 * with the checkpoint. A weight that is no finite number ends it, in the file's type and in the archive's.
 */
final class FiniteStream {

    private static final int CHUNK = 1 << 18;

    private FiniteStream() {}

    static void write(SafetensorsFile file, String name, ElementType target, WritableByteChannel channel)
            throws IOException {
        TensorInfo info = file.tensor(name);
        ByteBuffer source = file.bytes(name);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        while (source.hasRemaining()) {
            chunk.clear();
            while (source.hasRemaining() && chunk.remaining() >= target.bytes()) {
                put(chunk, target, checked(file, info, next(source, info.type()), target));
            }
            chunk.flip();
            while (chunk.hasRemaining()) {
                channel.write(chunk);
            }
        }
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

    private static float checked(SafetensorsFile file, TensorInfo info, float value, ElementType target) {
        boolean lost = target == ElementType.F16 && Math.abs(value) >= 65520;
        if (!Float.isFinite(value) || lost) {
            throw new IllegalArgumentException("%s: tensor '%s' holds the weight %s, which is no finite number%s"
                    .formatted(file.name(), info.name(), value, lost ? " in fp16: take bf16 or fp32" : ""));
        }
        return value;
    }

    private static void put(ByteBuffer chunk, ElementType target, float value) {
        switch (target) {
            case F16 -> chunk.putShort(Halves.toHalf(value));
            case BF16 -> chunk.putShort(Halves.toBfloat(value));
            default -> chunk.putFloat(value);
        }
    }
}
