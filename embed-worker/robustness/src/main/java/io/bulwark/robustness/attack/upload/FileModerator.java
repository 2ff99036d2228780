package io.bulwark.robustness.attack.upload;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The whole decision about a file, as a worker makes it: decoded, cut into views, embedded, looked up, judged by the worst
 * view. What success on the upload track is judged by, and all that an outsider sees. One thread, always the same.
 *
 * @param decoder reads files
 * @param preprocessor cuts views
 * @param encoder for inference; not closed by this
 * @param bank of the encoder; not closed by this
 * @param policies decide
 * @param tenant whose policy applies
 */
public record FileModerator(
        ImageDecoder decoder, Preprocessor preprocessor, Encoder encoder, Bank bank, Policies policies, String tenant) {

    public FileModerator {
        if (!bank.modelFingerprint().equals(encoder.description().fingerprint())) {
            throw new IllegalArgumentException("the bank's references were made by the model %s, the encoder is %s"
                    .formatted(bank.modelFingerprint(), encoder.description().fingerprint()));
        }
    }

    /** Decides; empty where the decoder refuses the file. */
    public Optional<Judgement> decide(byte[] file) {
        DecodeResult result = decoder.decode(file);
        return result instanceof Decoded decoded ? Optional.of(decide(file, decoded)) : Optional.empty();
    }

    private Judgement decide(byte[] file, Decoded decoded) {
        List<View> views = preprocessor.views(decoded);
        int bytes = views.get(0).pixels().length;
        ByteBuffer pixels = ByteBuffer.allocateDirect(views.size() * bytes);
        views.forEach(view -> pixels.put(view.pixels()));
        Embeddings embeddings = encoder.embed(pixels.flip(), views.size());
        List<SeenView> seen = IntStream.range(0, views.size())
                .mapToObj(view -> new SeenView(
                        views.get(view).name(), embeddings.embedding(view), embeddings.classProbabilities(view)))
                .toList();
        return new Decider(encoder.description().headClasses())
                .decide(bank, policies, new SeenImage(tenant, ContentHashes.of(Sha256.digest(file)), seen))
                .judgement();
    }
}
