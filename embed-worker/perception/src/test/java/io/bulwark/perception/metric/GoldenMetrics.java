package io.bulwark.perception.metric;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;

/** Numbers that the originals gave: tensors of a case, and its JSON answers. */
record GoldenMetrics(SafetensorsFile tensors, JsonNode expected) {

    static GoldenMetrics of(String name) {
        Path folder = Path.of("src/test/resources/golden/metrics");
        try {
            return new GoldenMetrics(
                    SafetensorsFile.open(folder.resolve(name + ".safetensors")),
                    new ObjectMapper().readTree(folder.resolve(name + ".json").toFile()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    float[] floats(String tensor) {
        return tensors.floats(tensor);
    }

    float[][] rows(String tensor) {
        int dimension = Math.toIntExact(tensors.tensor(tensor).shape().get(1));
        float[] values = tensors.floats(tensor);
        float[][] rows = new float[values.length / dimension][dimension];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(values, row * dimension, rows[row], 0, dimension);
        }
        return rows;
    }

    int[] integers(String tensor) {
        LongBuffer values = tensors.bytes(tensor).asLongBuffer();
        int[] integers = new int[values.remaining()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) values.get(i);
        }
        return integers;
    }
}
