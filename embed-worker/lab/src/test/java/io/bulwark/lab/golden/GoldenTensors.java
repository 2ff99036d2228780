package io.bulwark.lab.golden;

import io.bulwark.perception.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Set;

/** A case's tensors in the shapes that checks take. */
record GoldenTensors(SafetensorsFile file) implements AutoCloseable {

    Set<String> names() {
        return file.tensors().keySet();
    }

    int extent(String tensor, int axis) {
        return Math.toIntExact(file.tensor(tensor).shape().get(axis));
    }

    float[] floats(String tensor) {
        return file.floats(tensor);
    }

    /** A matrix by rows. */
    float[][] rows(String tensor) {
        float[] values = floats(tensor);
        float[][] rows = new float[extent(tensor, 0)][extent(tensor, 1)];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(values, row * rows[row].length, rows[row], 0, rows[row].length);
        }
        return rows;
    }

    /** An I64 matrix by rows. */
    long[][] longRows(String tensor) {
        LongBuffer values = file.bytes(tensor).asLongBuffer();
        long[][] rows = new long[extent(tensor, 0)][extent(tensor, 1)];
        for (long[] row : rows) {
            values.get(row);
        }
        return rows;
    }

    /** An I64 vector. */
    int[] integers(String tensor) {
        LongBuffer values = file.bytes(tensor).asLongBuffer();
        int[] integers = new int[values.remaining()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = Math.toIntExact(values.get(i));
        }
        return integers;
    }

    byte[] bytes(String tensor) {
        ByteBuffer buffer = file.bytes(tensor);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        file.close();
    }
}
