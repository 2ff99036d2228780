package io.bulwark.robustness.attack.upload;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.Testimony;
import io.bulwark.perception.verdict.Thresholds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
 * @param flagged what is flagged, near which nothing is SAFE; empty for a worker without the index
 */
public record FileModerator(
        ImageDecoder decoder,
        Preprocessor preprocessor,
        Encoder encoder,
        Bank bank,
        Policies policies,
        String tenant,
        Optional<Flagged> flagged) {

    /**
     * The flagged index of a worker.
     *
     * @param index not closed by this
     * @param key by which scores of what is held back are drawn
     */
    public record Flagged(FlaggedIndex index, NearFlagged rule, SamplingKey key) {}

    /** A worker without a flagged index. */
    public FileModerator(
            ImageDecoder decoder,
            Preprocessor preprocessor,
            Encoder encoder,
            Bank bank,
            Policies policies,
            String tenant) {
        this(decoder, preprocessor, encoder, bank, policies, tenant, Optional.empty());
    }

    /** The same worker with a flagged index. */
    public FileModerator with(Flagged index) {
        return new FileModerator(decoder, preprocessor, encoder, bank, policies, tenant, Optional.of(index));
    }

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

    /**
     * How the encoder sees a file: one a view.
     *
     * @throws IllegalArgumentException if the decoder refuses it
     */
    public List<SeenView> see(byte[] file) {
        if (decoder.decode(file) instanceof Decoded decoded) {
            return see(decoded);
        }
        throw new IllegalArgumentException("the file is refused: it is no picture");
    }

    private List<SeenView> see(Decoded decoded) {
        List<View> views = preprocessor.views(decoded);
        int bytes = views.get(0).pixels().length;
        ByteBuffer pixels = ByteBuffer.allocateDirect(views.size() * bytes);
        views.forEach(view -> pixels.put(view.pixels()));
        Embeddings embeddings = encoder.embed(pixels.flip(), views.size());
        return IntStream.range(0, views.size())
                .mapToObj(view -> new SeenView(
                        views.get(view).name(), embeddings.embedding(view), embeddings.classProbabilities(view)))
                .toList();
    }

    private Judgement decide(byte[] file, Decoded decoded) {
        List<SeenView> seen = see(decoded);
        Sha256 sha256 = Sha256.digest(file);
        SeenImage image = new SeenImage(tenant, ContentHashes.of(sha256), seen);
        Testimony said = new Decider(encoder.description().headClasses()).decide(bank, policies, image);
        return flagged.flatMap(index -> held(index, image, sha256, said))
                .orElse(said)
                .judgement();
    }

    private Optional<Testimony> held(Flagged index, SeenImage image, Sha256 sha256, Testimony said) {
        double draw = index.key()
                .draws(sha256.hex().getBytes(StandardCharsets.US_ASCII))
                .next();
        Thresholds thresholds = policies.of(tenant).inForce().settings().thresholds();
        return index.rule()
                .hold(index.index(), List.of(new NearFlagged.Decided(image, sha256.hex(), said, thresholds, draw)))
                .get(0)
                .map(NearFlagged.Held::testimony);
    }
}
