package io.bulwark.lab.model;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.perception.encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Picture files to embeddings, preprocessed exactly as the model's authors do: the numbers are those of the original
 * code, not of a worker's views. One thread.
 */
final class ExactEmbedder implements AutoCloseable {

    /** Pictures embedded at once. */
    static final int BATCH = 8;

    private final StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Preprocessor preprocessor;
    private final Encoder encoder;

    ExactEmbedder(ModelPackage model, EncoderOptions options) {
        this.encoder = model.openEncoder(options);
        this.preprocessor = Preprocessor.exact(encoder.description().preprocess());
    }

    EncoderDescription description() {
        return encoder.description();
    }

    /**
     * Unit embeddings, one a file.
     *
     * @throws CommandFailure if a file cannot be read or is refused; the message names it
     */
    List<float[]> embed(List<Path> files) {
        List<byte[]> views = files.stream().map(this::pixels).toList();
        ByteBuffer batch = ByteBuffer.allocateDirect(
                views.stream().mapToInt(view -> view.length).sum());
        views.forEach(batch::put);
        Embeddings embeddings = encoder.embed(batch.flip(), files.size());
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            rows.add(embeddings.embedding(i));
        }
        return rows;
    }

    private byte[] pixels(Path file) {
        DecodeResult result;
        try {
            result = decoder.decode(Files.readAllBytes(file));
        } catch (IOException e) {
            throw CommandFailure.failed("the image " + file + " cannot be read: " + e, e);
        }
        if (result instanceof DecodeResult.Refused refused) {
            throw CommandFailure.failed(
                    "the image %s is refused, %s: %s".formatted(file, refused.refusal(), refused.detail()));
        }
        return preprocessor.views((Decoded) result).get(0).pixels();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
