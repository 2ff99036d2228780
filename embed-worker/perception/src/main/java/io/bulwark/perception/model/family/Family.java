package io.bulwark.perception.model.family;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.Program;
import io.bulwark.perception.torchscript.Program.PackedConvolution;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** An architecture of one configuration: what it is made of and how it runs. Immutable. */
public interface Family {

    /** The name in {@code model.json} and in descriptions, such as {@code mobilenet-v2}. */
    String name();

    /** Length of an embedding. */
    int dimension();

    /** The program; its entries are stated in {@code package-info}. */
    Program program();

    /** Shapes by name of all tensors that the weights must hold, and no others. */
    Map<String, List<Long>> tensors();

    /**
     * The program's tensors.
     *
     * @param weights checked against {@link #tensors()}
     * @param type of the encoder's body: F32, F16 or BF16; heads stay F32
     */
    List<LinkTensor> layOut(Weights weights, ElementType type);

    /**
     * What a tensor holds before training, as the original code draws it.
     *
     * @param tensor one of {@link #tensors()}
     * @throws UnsupportedOperationException if the family is only read and tuned, never initialised
     */
    default Initial initial(String tensor) {
        throw new UnsupportedOperationException("a " + name() + " has no initial weights");
    }

    /** Where each of {@link #tensors()} lies in the program's own: the way back from {@link #layOut}. */
    List<Piece> pieces();

    /** Whether a tensor belongs to a classifier behind the embedding, which stays as it is when the encoder is tuned. */
    default boolean isHead(String tensor) {
        return false;
    }

    /**
     * Whether a low-rank adapter stands on a tensor by default. Where DreamSim or R-CLIP adapt this family, these are
     * the tensors that they adapt.
     */
    default boolean isAdapted(String tensor) {
        return false;
    }

    /**
     * Numbers that the program reads from its attributes: {@link Long}, {@link Double} or {@link Boolean}. In the order of
     * their names, since fingerprints are made of their text: the order of a {@code Map.of} is another one in each JVM.
     */
    default SortedMap<String, Object> constants() {
        return Collections.emptySortedMap();
    }

    /** The constants of {@code (x - mean) / std} that vision programs begin with, and what the family adds. */
    static SortedMap<String, Object> standardisation(PreprocessSpec input, Map<String, Object> further) {
        SortedMap<String, Object> constants = new TreeMap<>(further);
        for (int channel = 0; channel < 3; channel++) {
            constants.put("mean_" + channel, (double) input.mean()[channel]);
            constants.put("std_" + channel, (double) input.std()[channel]);
        }
        return constants;
    }

    /** Convolutions that the program wants packed; none where gradients are wanted. */
    default List<PackedConvolution> packed(Weights weights) {
        return List.of();
    }

    /**
     * Attributes of the program that are lists of tensors, by name; empty lists are filled by the program. None where
     * gradients are wanted.
     *
     * @param weights as for {@link #layOut}
     * @param type as for {@link #layOut}
     */
    default Map<String, List<LinkTensor>> lists(Weights weights, ElementType type) {
        return Map.of();
    }

    /**
     * The same function, to the rounding of the type, by a program that is faster on a CPU and has no gradient; this family
     * itself where there is none. It reads the same tensors, and its embeddings may be compared with this one's.
     */
    default Family forInferenceOnCpu(CpuInference inference) {
        return this;
    }

    /**
     * The same function by a program whose gradients cost less; this family itself where there is none. It reads the same
     * tensors, and its embeddings may be compared with this one's.
     */
    default Family forGradients() {
        return this;
    }

    /**
     * The network as an ONNX model in fp32 that answers what the program's {@code forward} answers; none where it is not
     * written as such.
     *
     * @param weights as for {@link #layOut}
     */
    default Optional<byte[]> onnx(Weights weights) {
        return Optional.empty();
    }

    /** Whether several threads may run the program at once. */
    default boolean bearsThreads() {
        return true;
    }

    /** Multiplications that the program does in matrix products for one embedding; 0 where they are not counted. */
    default long multiplications() {
        return 0;
    }

    /**
     * How an encoder infers on a CPU: what decides which program is the fastest.
     *
     * @param type of the encoder's body: F32, F16 or BF16
     * @param threads of an operation, at least 1, or -1 where libtorch decides
     * @param packs whether oneDNN multiplies packed matrices of that type here, and well: on x86, bfloat16 with AMX or
     *     AVX512-BF16
     */
    record CpuInference(ElementType type, int threads, boolean packs) {}

    /**
     * Where a tensor of a checkpoint lies in the program that was linked from it.
     *
     * @param tensor its name in the checkpoint, without a tower's prefix
     * @param shape in the checkpoint
     * @param attribute the program's tensor that holds it, whole or among others, named as in {@code LinkTensor}
     * @param offset of its first element there, row-major
     */
    record Piece(String tensor, List<Long> shape, String attribute, long offset) {

        public Piece {
            shape = List.copyOf(shape);
        }

        /** A tensor that has an attribute to itself. */
        static Piece whole(String tensor, List<Long> shape, String attribute) {
            return new Piece(tensor, shape, attribute, 0);
        }

        static Piece whole(Stack.Part part) {
            return whole(part.names().get(0), part.shape(), part.attribute());
        }

        /** Number of elements. */
        public long elements() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** What a tensor holds before anything was learnt. */
    sealed interface Initial {

        /** Overwrites all values. */
        void fill(float[] values, SplittableRandom random);

        /** One number everywhere. */
        record Constant(float value) implements Initial {

            @Override
            public void fill(float[] values, SplittableRandom random) {
                Arrays.fill(values, value);
            }
        }

        /** Evenly from {@code -bound} to {@code bound}. */
        record Uniform(double bound) implements Initial {

            @Override
            public void fill(float[] values, SplittableRandom random) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (bound * (2 * random.nextDouble() - 1));
                }
            }
        }

        /** Normal with mean 0. timm's {@code trunc_normal_} cuts at two, a hundred deviations of 0.02: the same. */
        record Normal(double deviation) implements Initial {

            @Override
            public void fill(float[] values, SplittableRandom random) {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (deviation * random.nextGaussian());
                }
            }
        }

        /** A norm's scale where {@code weight}, else zero. */
        static Initial norm(boolean weight) {
            return new Constant(weight ? 1 : 0);
        }

        /** PyTorch's own choice for weight and bias of linear layers and convolutions: {@code U(±1/sqrt(fanIn))}. */
        static Initial layer(long fanIn) {
            return new Uniform(1 / Math.sqrt(fanIn));
        }

        /** Glorot and Bengio (AISTATS 2010): {@code U(±sqrt(6/(fanIn + fanOut)))}. */
        static Initial xavier(long fanIn, long fanOut) {
            return new Uniform(Math.sqrt(6.0 / (fanIn + fanOut)));
        }
    }
}
