package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.bulwark.perception.encoder.Answers;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderException;
import io.bulwark.perception.encoder.TensorPlace;
import io.bulwark.perception.encoder.TrainableEncoder;
import java.util.List;
import java.util.function.UnaryOperator;

/** A program of libtorch as an encoder whose weights can be differentiated and replaced. */
public final class TorchTrainableEncoder implements TrainableEncoder {

    private final EncoderDescription description;
    private final LoadedProgram program;
    private final ProgramWeights weights;
    private final List<TensorPlace> tensors;

    /**
     * @param program loaded for gradients; closed with this
     * @param tensors where each tensor of the checkpoint lies in the program's row of weights
     */
    public TorchTrainableEncoder(EncoderDescription description, LoadedProgram program, List<TensorPlace> tensors) {
        this.description = description;
        this.tensors = List.copyOf(tensors);
        this.program = program;
        this.weights = program.weights();
    }

    @Override
    public EncoderDescription description() {
        return description;
    }

    @Override
    public List<TensorPlace> tensors() {
        return tensors;
    }

    @Override
    public float[] weights() {
        return weights.read();
    }

    @Override
    public void setWeights(float[] row) {
        weights.write(row);
    }

    @Override
    public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope) {
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            Differentiation pass = Differentiation.forward(program, input);
            Answers answers = pass.answers();
            pass.backward(slope.apply(answers));
            return new Gradient(answers, weights.takeGradients());
        } catch (RuntimeException e) {
            throw new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), count), e);
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
