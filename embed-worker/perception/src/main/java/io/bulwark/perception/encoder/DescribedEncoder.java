package io.bulwark.perception.encoder;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An encoder under another description.
 *
 * @param encoder what embeds
 * @param description which fingerprint its embeddings go by
 */
record DescribedEncoder(Encoder encoder, EncoderDescription description) implements Encoder {

    @Override
    public Embeddings embed(ByteBuffer views, int count) {
        return encoder.embed(views, count);
    }

    @Override
    public Optional<Encoder> another() {
        return encoder.another().map(other -> new DescribedEncoder(other, description));
    }

    @Override
    public void close() {
        encoder.close();
    }
}
