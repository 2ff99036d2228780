package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;

/**
 * One forward pass of a program whose answers are to be differentiated, and the backward pass after it.
 *
 * <p>libtorch keeps for each thread whether it records gradients; so does this class, where DJL's gradient collector
 * allows one in a whole JVM. Passes of different programs may run at once, each on its own thread.
 */
final class Differentiation {

    private static final String RAW = "raw";

    private final NDList outputs;
    private final Answers answers;

    private Differentiation(NDList outputs, int count) {
        this.outputs = outputs;
        this.answers = answersOf(outputs, count);
    }

    /** Runs the program's entry for gradients and records it. */
    static Differentiation forward(EncoderProgram program, NDArray input) {
        JniUtils.setGradMode(true);
        asWritten();
        return new Differentiation(
                program.call(RAW, input), Math.toIntExact(input.getShape().get(0)));
    }

    /** Runs the program's entry for gradients without recording it. */
    static Answers answers(EncoderProgram program, NDArray input) {
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        asWritten();
        try {
            return answersOf(
                    program.call(RAW, input), Math.toIntExact(input.getShape().get(0)));
        } finally {
            JniUtils.setGradMode(recording);
        }
    }

    /**
     * Has this thread run programs as they are written. The optimiser's differentiable graphs copy what is written in
     * place, and its first calls of a shape differ from later ones: training would not go on bit for bit after a stop.
     */
    private static void asWritten() {
        JniUtils.setGraphExecutorOptimize(false);
    }

    private static Answers answersOf(NDList outputs, int count) {
        float[] logits = outputs.size() > 1 ? floats(outputs.get(1)) : new float[0];
        return new Answers(count, floats(outputs.get(0)), logits);
    }

    /** Not {@code toFloatArray}, which copies element by element: a gradient has as many as a batch has pixels. */
    static float[] floats(NDArray array) {
        if (!array.getDevice().isGpu()) {
            return floatsOfHost(array);
        }
        // DJL hangs the copy on a new manager below the array's own. Below that of weights it would stay with them.
        NDArray copy = array.toDevice(Device.cpu(), false);
        try {
            return floatsOfHost(copy);
        } finally {
            copy.getManager().close();
        }
    }

    private static float[] floatsOfHost(NDArray array) {
        float[] values = new float[Math.toIntExact(array.size())];
        array.toByteBuffer().asFloatBuffer().get(values);
        return values;
    }

    Answers answers() {
        return answers;
    }

    /**
     * Leaves on every leaf the derivative of the sum over {@code answers * slope}. Once.
     *
     * @param slope of embeddings and logits, a row for each of the batch or one for all; empty logits count as zeros
     */
    void backward(Answers slope) {
        NDArray total = weighed(outputs.get(0), slope.embeddings());
        if (slope.logits().length > 0) {
            total = total.add(weighed(outputs.get(1), slope.logits()));
        }
        JniUtils.backward((PtNDArray) total, (PtNDArray) total.onesLike(), false, false);
    }

    private static NDArray weighed(NDArray output, float[] slope) {
        long width = output.getShape().get(1);
        NDArray weights = output.getManager().create(slope, new Shape(slope.length / width, width));
        return output.mul(weights).sum();
    }
}
