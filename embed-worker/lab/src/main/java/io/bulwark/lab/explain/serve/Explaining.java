package io.bulwark.lab.explain.serve;

import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.pdq.PdqHasher;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.explain.ExplainedModeration;
import io.bulwark.lab.explain.Explainer;
import io.bulwark.lab.explain.ImportanceMap;
import io.bulwark.lab.explain.ImportanceMap.MapOptions;
import io.bulwark.lab.invert.Side.Pixels;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.hash.FileDigest;
import io.bulwark.perception.hash.HashList;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.PolicySettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.common.KafkaException;

/**
 * Makes explanations with the references and policies of a while ago at most. One thread, always the same; closed with
 * its moderations, but without the encoder.
 */
final class Explaining implements AutoCloseable {

    private final ExplainedModeration.ExplainedEncoder encoder;
    private final JudgedViews views;
    private final MapOptions maps;
    private final Supplier<Ground> grounds;
    private final Duration fresh;
    private final Output output;
    private final Map<PolicySettings, ExplainedModeration> moderations = new HashMap<>();
    private Ground ground;
    private long readAt;

    /**
     * What a decision stands on.
     *
     * @param references that vote
     * @param policies by tenant
     * @param restricted pictures that are not explained
     */
    record Ground(
            List<LabelledEmbedding> references,
            Function<String, PolicySettings> policies,
            RestrictedPictures restricted) {}

    /**
     * Reads the ground once.
     *
     * @param encoder not closed by this
     * @param grounds reads it; may throw what Kafka's clients throw, or a {@link CommandFailure}
     * @param fresh after which it is read again
     */
    Explaining(
            ExplainedModeration.ExplainedEncoder encoder,
            JudgedViews views,
            MapOptions maps,
            Supplier<Ground> grounds,
            Duration fresh,
            Output output) {
        this.encoder = encoder;
        this.views = views;
        this.maps = maps;
        this.grounds = grounds;
        this.fresh = fresh;
        this.output = output;
        this.ground = grounds.get();
        this.readAt = System.nanoTime();
    }

    /**
     * Explains; empty where the decoder does not read the picture, and of a restricted one, which is not told apart.
     *
     * @throws io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException if all references are flagged by the
     *     tenant's policy, or none is
     */
    Optional<Explanation> explain(byte[] picture, String tenant) {
        long begun = System.nanoTime();
        ExplainedModeration moderation = moderation(tenant);
        if (ground.restricted().have(picture)) {
            return Optional.empty();
        }
        return moderation.decide(picture).map(deciding -> explain(moderation, deciding, begun));
    }

    private ExplainedModeration moderation(String tenant) {
        if (System.nanoTime() - readAt > fresh.toNanos()) {
            readAgain();
        }
        return moderations.computeIfAbsent(
                ground.policies().apply(tenant),
                policy -> ExplainedModeration.of(encoder, ground.references(), policy, views));
    }

    private void readAgain() {
        try {
            ground = grounds.get();
            forget();
        } catch (CommandFailure | KafkaException silent) {
            output.note("references and policies stay as they were read before: " + silent.getMessage());
        }
        readAt = System.nanoTime();
    }

    private void forget() {
        moderations.values().forEach(ExplainedModeration::close);
        moderations.clear();
    }

    private Explanation explain(ExplainedModeration moderation, ExplainedModeration.Deciding deciding, long begun) {
        Explainer explainer = moderation.explainer();
        ImportanceMap gradient = maps.smoothedGradient(explainer, deciding.view());
        ImportanceMap occlusion = explainer.occlusion(deciding.view());
        PreprocessSpec spec = moderation.description().preprocess();
        BufferedImage view = Pixels.image(deciding.view(), 0, spec.height(), spec.width());
        return new Explanation(
                deciding.name(),
                deciding.judgement().outcome().name(),
                deciding.judgement().score(),
                explainer.margins(deciding.view(), 1)[0],
                deciding.nearest().stream()
                        .map(near -> new Explanation.Near(
                                near.referenceId(),
                                near.label(),
                                near.similarity(),
                                moderation.policy().flaggedLabels().contains(near.label())))
                        .toList(),
                png(view),
                png(ImportanceMap.Overlay.of(view, gradient)),
                png(ImportanceMap.Overlay.of(view, occlusion)),
                ImportanceMap.RankCorrelation.of(gradient.values(), occlusion.values()),
                (System.nanoTime() - begun) / 1e9,
                moderation.description().name(),
                moderation.bankVersion());
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        forget();
    }

    /**
     * Where a decision comes from, as it is sent: Jackson writes pictures in Base64.
     *
     * @param view that decided
     * @param decision about the copy: SAFE, NSFW or REVIEW
     * @param score of that view, in [0, 1]; 1 is flagged
     * @param margin how much nearer the view lies to flagged references than to others
     * @param nearest references that vote, nearest first
     * @param picture PNG of the view
     * @param gradient PNG of the map by smoothed gradient over the view
     * @param occlusion PNG of the map by occlusion over the view
     * @param agreement rank correlation of the two maps, in [-1, 1]
     * @param seconds that it took
     * @param encoder its name
     * @param bankVersion of the references
     */
    record Explanation(
            String view,
            String decision,
            double score,
            double margin,
            List<Near> nearest,
            byte[] picture,
            byte[] gradient,
            byte[] occlusion,
            double agreement,
            double seconds,
            String encoder,
            String bankVersion) {

        /**
         * A reference near the view.
         *
         * @param similarity cosine, in [-1, 1]
         * @param flagged whether its label is flagged
         */
        record Near(String referenceId, String label, double similarity, boolean flagged) {}
    }

    /** What lists of restricted labels have: such a picture is explained to no one. Immutable; any thread. */
    static final class RestrictedPictures {

        static final RestrictedPictures NONE = new RestrictedPictures(HashList.of(Set.of()));

        private final HashList list;

        private RestrictedPictures(HashList list) {
            this.list = list;
        }

        /** Those of a bank. */
        static RestrictedPictures of(BankTopic.Content content, String bank, Set<String> labels, Instant now) {
            return new RestrictedPictures(HashList.of(content.of(bank).stream()
                    .filter(stored -> labels.contains(stored.value().getLabel()))
                    .filter(stored -> HashEntry.is(stored.key()) && !stored.isDisabledAt(now))
                    .flatMap(stored -> HashEntry.of(stored).stream())
                    .toList()));
        }

        /** Whether a file, or the picture in it, is on one of the lists. */
        boolean have(byte[] file) {
            return list.find(Sha256.digest(file)).isPresent()
                    || Stream.of(FileDigest.Kind.values())
                            .anyMatch(
                                    kind -> list.find(FileDigest.of(kind, file)).isPresent())
                    || list.pictureCount() > 0 && looksLikeOne(file);
        }

        private boolean looksLikeOne(byte[] file) {
            return new StandardImageDecoder(DecodeLimits.standard())
                    .withDecoded(
                            file,
                            result -> result instanceof DecodeResult.Decoded decoded
                                    && decoded.frames().stream()
                                            .anyMatch(frame -> list.nearest(
                                                            PdqHasher.variants(frame), MatchRule.recommended())
                                                    .isPresent()));
        }
    }
}
