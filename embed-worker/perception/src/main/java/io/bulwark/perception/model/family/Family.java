package io.bulwark.perception.model.family;

import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torchscript.LinkTensor;
import io.bulwark.perception.torchscript.PackedConvolution;
import io.bulwark.perception.torchscript.Program;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

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

    /** Whether several threads may run the program at once. */
    default boolean bearsThreads() {
        return true;
    }

    /** Multiplications that the program does in matrix products for one embedding; 0 where they are not counted. */
    default long multiplications() {
        return 0;
    }
}
