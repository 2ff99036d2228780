package io.bulwark.perception.encoder;

/** CLIP's text encoder: token ids in, embeddings in the space of the images' out. One thread at a time. */
public interface TextEncoder extends AutoCloseable {

    /** Length of an embedding. */
    int dimension();

    /** Tokens that each text must have. */
    int contextLength();

    /** What open_clip multiplies the cosine of a picture and a text with before a softmax over texts. */
    double logitScale();

    /**
     * Unit embeddings.
     *
     * @param tokens {@code [B][contextLength]} ids; the highest one of a row stands at its end
     * @return {@code [B, D]} row-major
     */
    float[] embed(long[][] tokens);

    /** As {@link #embed}, not normalised. */
    float[] embedRaw(long[][] tokens);

    @Override
    void close();
}
