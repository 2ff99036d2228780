package io.bulwark.perception.attack;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.image.DecodeResult;
import io.bulwark.perception.image.DecodeResult.Decoded;
import io.bulwark.perception.image.ImageDecoder;
import io.bulwark.perception.model.Embeddings;
import io.bulwark.perception.model.Encoder;
import io.bulwark.perception.preprocess.Preprocessor;
import io.bulwark.perception.preprocess.View;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.VerdictPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole decision about a file, as a worker makes it: decoded, cut into views, embedded, looked up, judged by the worst
 * view. What success on the upload track is judged by, and all that an outsider sees. One thread, always the same.
 *
 * @param decoder reads files
 * @param preprocessor cuts views
 * @param encoder for inference; not closed by this
 * @param bank of the encoder; not closed by this
 * @param policy decides
 * @param tenant whose thresholds apply
 */
public record Moderator(
        ImageDecoder decoder,
        Preprocessor preprocessor,
        Encoder encoder,
        Bank bank,
        VerdictPolicy policy,
        String tenant) {

    public Moderator {
        if (!bank.modelFingerprint().equals(encoder.description().fingerprint())) {
            throw new IllegalArgumentException("the bank's references were made by the model %s, the encoder is %s"
                    .formatted(bank.modelFingerprint(), encoder.description().fingerprint()));
        }
    }

    /** Decides; empty where the decoder refuses the file. */
    public Optional<Judgement> decide(byte[] file) {
        DecodeResult result = decoder.decode(file);
        return result instanceof Decoded decoded ? Optional.of(decide(decoded)) : Optional.empty();
    }

    private Judgement decide(Decoded decoded) {
        List<View> views = preprocessor.views(decoded);
        int bytes = views.get(0).pixels().length;
        ByteBuffer pixels = ByteBuffer.allocateDirect(views.size() * bytes);
        views.forEach(view -> pixels.put(view.pixels()));
        Embeddings embeddings = encoder.embed(pixels.flip(), views.size());
        List<Opinion> opinions = new ArrayList<>();
        for (int view = 0; view < views.size(); view++) {
            opinions.add(new Opinion(
                    views.get(view).name(),
                    bank.nearest(embeddings.embedding(view), 1, policy.k()).get(0),
                    classes(embeddings.classProbabilities(view))));
        }
        return policy.decide(tenant, opinions);
    }

    private Map<String, Float> classes(float[] probabilities) {
        Map<String, Float> byClass = new LinkedHashMap<>();
        for (int i = 0; i < probabilities.length; i++) {
            byClass.put(encoder.description().headClasses().get(i), probabilities[i]);
        }
        return byClass;
    }
}
