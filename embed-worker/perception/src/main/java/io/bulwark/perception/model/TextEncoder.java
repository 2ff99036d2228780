package io.bulwark.perception.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.bulwark.perception.model.family.OpenClipText;
import java.util.Arrays;

/** CLIP's text encoder: token ids in, embeddings in the space of the images' out. One thread at a time. */
public final class TextEncoder implements AutoCloseable {

    private final EncoderDescription description;
    private final OpenClipText family;
    private final double logitScale;
    private final LoadedProgram program;

    TextEncoder(EncoderDescription description, OpenClipText family, double logitScale, LoadedProgram program) {
        this.description = description;
        this.family = family;
        this.logitScale = logitScale;
        this.program = program;
    }

    /** Length of an embedding. */
    public int dimension() {
        return family.dimension();
    }

    /** Tokens that each text must have. */
    public int contextLength() {
        return family.contextLength();
    }

    /** What open_clip multiplies the cosine of a picture and a text with before a softmax over texts. */
    public double logitScale() {
        return logitScale;
    }

    /**
     * Unit embeddings.
     *
     * @param tokens {@code [B][contextLength]} ids; the highest one of a row stands at its end
     * @return {@code [B, D]} row-major
     */
    public float[] embed(long[][] tokens) {
        return run(tokens, true);
    }

    /** As {@link #embed}, not normalised. */
    public float[] embedRaw(long[][] tokens) {
        return run(tokens, false);
    }

    private float[] run(long[][] tokens, boolean unit) {
        check(tokens);
        try (NDManager batch = program.newManager()) {
            long[] ids = Arrays.stream(tokens).flatMapToLong(Arrays::stream).toArray();
            var input = batch.create(ids, new Shape(tokens.length, family.contextLength()));
            return (unit ? program.forward(input) : program.call("raw", input))
                    .get(0)
                    .toFloatArray();
        } catch (RuntimeException e) {
            throw new EncoderException(
                    "text encoder '%s' failed on a batch of %d".formatted(description.name(), tokens.length), e);
        }
    }

    private void check(long[][] tokens) {
        for (long[] row : tokens) {
            if (row.length != family.contextLength()
                    || Arrays.stream(row).anyMatch(id -> id < 0 || id >= family.vocabulary())) {
                throw new IllegalArgumentException(
                        "wanted: texts of %d token ids from 0 to %d; found: %d ids from %d to %d"
                                .formatted(
                                        family.contextLength(),
                                        family.vocabulary() - 1,
                                        row.length,
                                        Arrays.stream(row).min().orElse(0),
                                        Arrays.stream(row).max().orElse(0)));
            }
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
