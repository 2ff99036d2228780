package io.bulwark.lab.explain;

import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A moderation as a worker runs it, with a bank made of a folder and a policy calibrated on it, whose decisions can be
 * explained. One thread, always the same; holds native memory.
 */
public final class ExplainedModeration implements AutoCloseable {

    private final StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Preprocessor preprocessor;
    private final ExplainedEncoder encoder;
    private final boolean ownsEncoder;
    private final MatrixBank bank;
    private final VotingPolicy policy;
    private final ReferenceGroups groups;
    private final Explainer explainer;

    private ExplainedModeration(
            ExplainedEncoder encoder,
            boolean ownsEncoder,
            List<LabelledEmbedding> references,
            PolicySettings settings,
            JudgedViews views) {
        this.encoder = encoder;
        this.ownsEncoder = ownsEncoder;
        EncoderDescription description = encoder.description();
        groups = ReferenceGroups.byFlag(description.fingerprint(), references, settings.flaggedLabels());
        preprocessor = Preprocessor.moderation(description.preprocess(), views.policy(), views.options());
        bank = MatrixBank.of(description.fingerprint(), references);
        policy = new VotingPolicy(settings);
        explainer = new Explainer(encoder.gradients(), groups, settings.k(), settings.temperature());
    }

    /**
     * Embeds the references and calibrates on them.
     *
     * @param flagged labels that are flagged
     * @throws IllegalArgumentException if all references are flagged, or none is
     */
    public static ExplainedModeration of(
            ModelPackage model,
            EncoderOptions options,
            List<LabelledPicture> pictures,
            Set<String> flagged,
            JudgedViews views) {
        List<LabelledEmbedding> references;
        try (PictureEmbedder embedder = new PictureEmbedder(model.openEncoder(options))) {
            references = embedder.references(pictures);
        }
        PolicySettings policy = Calibration.of(references, CalibrationGoal.flagging(flagged))
                .appliedTo(PolicySettings.flagging(flagged));
        ExplainedEncoder encoder = ExplainedEncoder.open(model, options, false);
        return new ExplainedModeration(encoder, true, references, policy, views);
    }

    /**
     * With references and a policy as they are.
     *
     * @param encoder not closed by this
     * @throws io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException if all references are flagged, or none
     *     is
     */
    public static ExplainedModeration of(
            ExplainedEncoder encoder, List<LabelledEmbedding> references, PolicySettings policy, JudgedViews views) {
        return new ExplainedModeration(encoder, false, references, policy, views);
    }

    /** What its encoder is. */
    public EncoderDescription description() {
        return encoder.description();
    }

    /** What all its maps depend on, for a ledger. */
    public String identity() {
        return "encoder %s, bank %s, policy %s"
                .formatted(encoder.description().fingerprint(), bank.version(), policy.version());
    }

    /** Of the references that it searches. */
    public String bankVersion() {
        return bank.version();
    }

    /** Of what it decides by. */
    public PolicySettings policy() {
        return policy.settings();
    }

    /** What makes maps of its margin. */
    public Explainer explainer() {
        return explainer;
    }

    /** The same over another encoder, such as one with shuffled weights; closed by the caller that opened it. */
    public Explainer explainer(DifferentiableEncoder other) {
        return new Explainer(other, groups, explainer.k(), explainer.temperature());
    }

    /** Decides; empty where the decoder refuses the file. Known content is not looked up: the views decide. */
    public Optional<Deciding> decide(byte[] file) {
        return decoder.withDecoded(
                file,
                result -> result instanceof DecodeResult.Decoded decoded
                        ? Optional.of(decide(decoded))
                        : Optional.empty());
    }

    /** Why the decoder refuses a file. */
    static String refusal(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        return result instanceof DecodeResult.Refused refused
                ? "%s: %s".formatted(refused.refusal(), refused.detail())
                : "nothing";
    }

    private Deciding decide(DecodeResult.Decoded decoded) {
        List<View> views = preprocessor.judged(decoded);
        List<SeenImage.SeenView> seen = new ArrayList<>();
        for (View view : views) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(view.pixels().length);
            Embeddings embeddings =
                    encoder.deciding().embed(pixels.put(view.pixels()).flip(), 1);
            seen.add(new SeenImage.SeenView(view.name(), embeddings.embedding(0), embeddings.classProbabilities(0)));
        }
        ScoredImage scored = new Decider(encoder.description().headClasses())
                .decide(
                        bank,
                        Policies.always(policy),
                        new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.NONE, seen));
        Judgement judgement = scored.judgement();
        View worst = views.get(judgement.worstView());
        return new Deciding(
                judgement,
                worst.name(),
                ExactPictureReader.planes(worst.pixels()),
                scored.neighbours(judgement.worstView()));
    }

    @Override
    public void close() {
        groups.close();
        bank.close();
        if (ownsEncoder) {
            encoder.close();
        }
    }

    /**
     * A decision, and the view that it was made on.
     *
     * @param judgement of the file
     * @param name of the view
     * @param view {@code [3, H, W]} in [0, 1], as the encoder got it
     * @param nearest references to it, nearest first
     */
    public record Deciding(Judgement judgement, String name, float[] view, List<Neighbour> nearest) {}

    /**
     * An encoder as it decides, and the same with gradients. One thread, always the same; holds native memory.
     *
     * @param deciding decides
     * @param gradients makes maps
     */
    public record ExplainedEncoder(Encoder deciding, DifferentiableEncoder gradients) implements AutoCloseable {

        /**
         * Opens both.
         *
         * @param fastDecode whether the references were made for {@code bulwark.decode.fast}
         */
        public static ExplainedEncoder open(ModelPackage model, EncoderOptions options, boolean fastDecode) {
            Encoder whole = model.openEncoder(options);
            Encoder deciding =
                    fastDecode ? whole.after(whole.description().preprocess().jpegReduction()) : whole;
            return new ExplainedEncoder(deciding, model.openDifferentiable(options));
        }

        /** What it is. */
        public EncoderDescription description() {
            return deciding.description();
        }

        @Override
        public void close() {
            gradients.close();
            deciding.close();
        }
    }
}
