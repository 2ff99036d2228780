package io.bulwark.perception.torch;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.TextEncoder;
import java.util.Arrays;

/** A program of libtorch as CLIP's text encoder. */
public final class TorchTextEncoder implements TextEncoder {

    private final String name;
    private final Texts texts;
    private final LoadedProgram program;

    /**
     * What texts a text encoder takes, and what it makes of them.
     *
     * @param dimension length of an embedding
     * @param contextLength tokens of a text
     * @param vocabulary token ids there are
     * @param logitScale that cosines are multiplied with
     */
    public record Texts(int dimension, int contextLength, int vocabulary, double logitScale) {}

    /**
     * @param name for messages
     * @param program closed with this
     */
    public TorchTextEncoder(String name, Texts texts, LoadedProgram program) {
        this.name = name;
        this.texts = texts;
        this.program = program;
    }

    @Override
    public int dimension() {
        return texts.dimension();
    }

    @Override
    public int contextLength() {
        return texts.contextLength();
    }

    @Override
    public double logitScale() {
        return texts.logitScale();
    }

    @Override
    public float[] embed(long[][] tokens) {
        return run(tokens, true);
    }

    @Override
    public float[] embedRaw(long[][] tokens) {
        return run(tokens, false);
    }

    private float[] run(long[][] tokens, boolean unit) {
        check(tokens);
        try (NDManager batch = program.newManager()) {
            long[] ids = Arrays.stream(tokens).flatMapToLong(Arrays::stream).toArray();
            var input = batch.create(ids, new Shape(tokens.length, texts.contextLength()));
            return (unit ? program.forward(input) : program.call("raw", input))
                    .get(0)
                    .toFloatArray();
        } catch (RuntimeException e) {
            throw new EncoderException("text encoder '%s' failed on a batch of %d".formatted(name, tokens.length), e);
        }
    }

    private void check(long[][] tokens) {
        for (long[] row : tokens) {
            if (row.length != texts.contextLength()
                    || Arrays.stream(row).anyMatch(id -> id < 0 || id >= texts.vocabulary())) {
                throw new IllegalArgumentException(
                        "wanted: texts of %d token ids from 0 to %d; found: %d ids from %d to %d"
                                .formatted(
                                        texts.contextLength(),
                                        texts.vocabulary() - 1,
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
