package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Pair;
import ai.djl.util.PairList;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parameters of a loaded program, seen as one row of numbers: read, replaced, and asked for their gradients.
 * {@link ProgramParameter} says where a parameter lies in the row. One thread at a time, the one that runs the program.
 */
public final class ProgramWeights {

    private final List<ProgramParameter> parameters = new ArrayList<>();
    private final List<PtNDArray> arrays = new ArrayList<>();
    private final int length;

    /** @param all the program's parameters in the order of its archive */
    ProgramWeights(PairList<String, Parameter> all) {
        int at = 0;
        for (Pair<String, Parameter> named : all) {
            PtNDArray array = (PtNDArray) named.getValue().getArray();
            List<Long> shape =
                    Arrays.stream(array.getShape().getShape()).boxed().toList();
            ProgramParameter parameter = new ProgramParameter(named.getKey(), shape, at);
            parameters.add(parameter);
            arrays.add(array);
            at += parameter.length();
        }
        this.length = at;
    }

    public List<ProgramParameter> parameters() {
        return List.copyOf(parameters);
    }

    /** All parameters, each row-major. */
    float[] read() {
        float[] row = new float[length];
        for (int i = 0; i < arrays.size(); i++) {
            copy(arrays.get(i), parameters.get(i), row);
        }
        return row;
    }

    /** Replaces all parameters; the program keeps none of the array. */
    void write(float[] row) {
        if (row.length != length) {
            throw new IllegalArgumentException(
                    "the program has %d weights, given are %d".formatted(length, row.length));
        }
        boolean gradients = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            for (int i = 0; i < arrays.size(); i++) {
                ProgramParameter parameter = parameters.get(i);
                PtNDArray array = arrays.get(i);
                try (NDArray value = array.getManager()
                        .create(
                                FloatBuffer.wrap(row, parameter.offset(), parameter.length()),
                                array.getShape(),
                                DataType.FLOAT32)) {
                    // Not set(): that would replace the storage, and with it the layout that the family chose.
                    array.subi(array).addi(value);
                }
            }
        } finally {
            JniUtils.setGradMode(gradients);
        }
    }

    /** Takes the gradients that the last backward pass left, and sets them to zero; one that got none is zero. */
    float[] takeGradients() {
        float[] row = new float[length];
        for (int i = 0; i < arrays.size(); i++) {
            if (arrays.get(i).hasGradient()) {
                try (NDArray gradient = arrays.get(i).getGradient()) {
                    copy(gradient, parameters.get(i), row);
                }
                JniUtils.zeroGrad(arrays.get(i));
            }
        }
        return row;
    }

    private static void copy(NDArray array, ProgramParameter parameter, float[] row) {
        if (array.getDataType() == DataType.FLOAT32) {
            System.arraycopy(Differentiation.floats(array), 0, row, parameter.offset(), parameter.length());
            return;
        }
        try (NDArray rounded = array.toType(DataType.FLOAT32, true)) {
            copy(rounded, parameter, row);
        }
    }

    /**
     * A parameter's place in the row of all weights of a program.
     *
     * @param name in the program, such as {@code block_0_project_weight}
     * @param shape as the program sees it
     * @param offset of its first element in the row
     */
    public record ProgramParameter(String name, List<Long> shape, int offset) {

        public ProgramParameter {
            shape = List.copyOf(shape);
        }

        /** Number of elements. */
        int length() {
            return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
        }
    }
}
