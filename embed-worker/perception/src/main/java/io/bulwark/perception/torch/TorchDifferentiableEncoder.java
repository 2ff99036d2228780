package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A program of libtorch as an encoder whose embeddings can be differentiated. */
public final class TorchDifferentiableEncoder implements DifferentiableEncoder {

    private final EncoderDescription description;
    private final EncoderProgram program;
    private final Optional<MetricHead> head;

    /** @param program loaded for gradients; closed with this */
    public TorchDifferentiableEncoder(EncoderDescription description, EncoderProgram program) {
        this(description, program, Optional.empty());
    }

    private TorchDifferentiableEncoder(
            EncoderDescription description, EncoderProgram program, Optional<MetricHead> head) {
        this.description = description;
        this.program = program;
        this.head = head;
    }

    @Override
    public DifferentiableEncoder with(MetricHead behind) {
        return new TorchDifferentiableEncoder(behind.behind(description), program, Optional.of(behind));
    }

    @Override
    public EncoderDescription description() {
        return description;
    }

    @Override
    public Answers answer(float[] pixels, int count, int height, int width) {
        try (NDManager batch = program.newManager()) {
            Answers answers =
                    Differentiation.answers(program, batch.create(pixels, new Shape(count, 3, height, width)));
            return head.isEmpty()
                    ? answers
                    : new Answers(count, head.get().apply(answers.embeddings(), count), answers.logits());
        } catch (RuntimeException e) {
            throw failed(count, e);
        }
    }

    @Override
    public void setWeights(float[] row) {
        program.weights().write(row);
    }

    @Override
    public float[] tokens(float[] pixels, int count) {
        PreprocessSpec spec = description.preprocess();
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, spec.height(), spec.width()));
            return Differentiation.floats(program.call("tokens", input).get(0));
        } catch (RuntimeException e) {
            throw failed(count, e);
        }
    }

    @Override
    public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope) {
        return answerGradient(
                pixels,
                count,
                height,
                width,
                answers -> new Answers(count, slope.apply(answers.embeddings()), new float[0]));
    }

    @Override
    public Gradient answerGradient(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope) {
        try (NDManager batch = program.newManager()) {
            NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
            input.setRequiresGradient(true);
            Differentiation pass = Differentiation.forward(program, input);
            MetricHeadBatch batched = new MetricHeadBatch(head, pass.answers().embeddings(), count);
            float[] embeddings = batched.outputs();
            Answers derivative =
                    slope.apply(new Answers(count, embeddings, pass.answers().logits()));
            pass.backward(new Answers(count, batched.pullBack(derivative.embeddings()), derivative.logits()));
            return new Gradient(embeddings, Differentiation.floats(input.getGradient()));
        } catch (RuntimeException e) {
            throw failed(count, e);
        }
    }

    private EncoderException failed(int count, RuntimeException cause) {
        return new EncoderException("encoder '%s' failed on a batch of %d".formatted(description.name(), count), cause);
    }

    @Override
    public void close() {
        program.close();
    }

    /** A batch of embeddings, what the head makes of them where there is one, and the way back. One thread. */
    static final class MetricHeadBatch {

        private final Optional<MetricHead> head;
        private final List<MetricHead.Pass> passes = new ArrayList<>();
        private final float[] outputs;

        /** @param embeddings {@code [count, D]}; not copied */
        MetricHeadBatch(Optional<MetricHead> head, float[] embeddings, int count) {
            this.head = head;
            if (head.isEmpty()) {
                this.outputs = embeddings;
                return;
            }
            this.outputs = new float[embeddings.length];
            int dimension = embeddings.length / count;
            for (int row = 0; row < count; row++) {
                MetricHead.Pass pass =
                        head.get().forward(Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension));
                passes.add(pass);
                System.arraycopy(pass.output(), 0, outputs, row * dimension, dimension);
            }
        }

        /** {@code [count, D]}: the embeddings themselves where there is no head. */
        float[] outputs() {
            return outputs;
        }

        /**
         * @param slope by the outputs, {@code [count, D]} or {@code [D]} for every row the same
         * @return by the embeddings
         */
        float[] pullBack(float[] slope) {
            if (head.isEmpty()) {
                return slope;
            }
            int dimension = outputs.length / passes.size();
            float[] byEmbeddings = new float[outputs.length];
            for (int row = 0; row < passes.size(); row++) {
                int from = row * dimension % slope.length;
                float[] one = Arrays.copyOfRange(slope, from, from + dimension);
                System.arraycopy(
                        head.get().pullBack(passes.get(row), one, null), 0, byEmbeddings, row * dimension, dimension);
            }
            return byEmbeddings;
        }
    }

    /** A program of libtorch as an encoder whose weights can be differentiated and replaced. */
    public static final class TorchTrainableEncoder implements TrainableEncoder {

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
            return gradient(pixels, count, height, width, slope, false);
        }

        @Override
        public Gradient gradientByPixelsToo(
                float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope) {
            return gradient(pixels, count, height, width, slope, true);
        }

        private Gradient gradient(
                float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope, boolean byPixels) {
            try (NDManager batch = program.newManager()) {
                NDArray input = batch.create(pixels, new Shape(count, 3, height, width));
                input.setRequiresGradient(byPixels);
                Differentiation pass = Differentiation.forward(program, input);
                Answers answers = pass.answers();
                pass.backward(slope.apply(answers));
                float[] byWeights = weights.takeGradients();
                float[] byInput = byPixels ? Differentiation.floats(input.getGradient()) : new float[0];
                return new Gradient(answers, byWeights, byInput);
            } catch (RuntimeException e) {
                throw new EncoderException(
                        "encoder '%s' failed on a batch of %d".formatted(description.name(), count), e);
            }
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
