package io.bulwark.perception.model.tfjs;

import io.bulwark.perception.safetensors.Halves;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A weight as it is stored.
 *
 * @param name {@code layer/role}
 * @param shape as Keras has it
 * @param stored its form
 * @param min what 0 stands for, where it is quantised
 * @param scale of a level, where it is quantised
 * @param bytes little-endian, row-major
 */
record TfjsTensor(String name, List<Integer> shape, Stored stored, double min, double scale, byte[] bytes) {

    /** How numbers are stored. */
    enum Stored {
        FLOAT32(4),
        FLOAT16(2),
        UINT8(1),
        UINT16(2);

        private final int bytes;

        Stored(int bytes) {
            this.bytes = bytes;
        }

        int bytes() {
            return bytes;
        }
    }

    /** All values; quantised ones to the nearest float, as TensorFlow.js has them. */
    float[] floats() {
        float[] values = new float[bytes.length / stored.bytes()];
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (stored) {
                case FLOAT32 -> buffer.getFloat();
                case FLOAT16 -> Halves.fromHalf(buffer.getShort());
                case UINT8 -> (float) ((buffer.get() & 0xff) * scale + min);
                case UINT16 -> (float) ((buffer.getShort() & 0xffff) * scale + min);
            };
        }
        return values;
    }
}
