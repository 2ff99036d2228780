package io.bulwark.perception.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * A program in libtorch's memory with the entries that {@code model.family} states. One thread at a time; results hang on
 * the manager that the input was made on.
 */
sealed interface EncoderProgram extends AutoCloseable permits LoadedProgram, ExportedProgram {

    /** A manager for one call's arrays. */
    NDManager newManager();

    /**
     * Embeds for comparison.
     *
     * @param pixels {@code [B, H, W, 3]} unsigned bytes
     * @return unit embeddings {@code [B, D]}, and class probabilities {@code [B, C]} where there is a head
     */
    NDList forward(NDArray pixels);

    /**
     * Runs another entry; {@code raw} is there always.
     *
     * @param input for {@code raw} {@code [B, 3, H, W]} floats in [0, 1]
     * @return for {@code raw} embeddings that are not normalised, and logits where there is a head
     */
    NDList call(String entry, NDArray input);

    /**
     * Its weights, to be read and replaced.
     *
     * @throws UnsupportedOperationException if it is an exported program: nothing would keep the new weights
     */
    ProgramWeights weights();

    @Override
    void close();
}
