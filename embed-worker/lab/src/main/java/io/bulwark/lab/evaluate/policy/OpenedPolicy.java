package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.picture.JudgedViews;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.Locale;

/**
 * A bank with its policy and all that an attack on them needs. One thread; holds native memory.
 *
 * @param bank calibrated
 * @param encoder decides
 * @param gradients of the same model
 * @param moderation of both
 */
record OpenedPolicy(CalibratedBank bank, Encoder encoder, OpenedEncoder gradients, AttackedModeration moderation)
        implements AutoCloseable {

    /**
     * Embeds, calibrates and opens.
     *
     * @param views that are judged
     * @throws IllegalArgumentException if the files make no policy, or the options are not in fp32
     */
    static OpenedPolicy of(
            ModelPackage model,
            EncoderOptions options,
            PolicyBank divided,
            CalibrationGoal goal,
            boolean augmented,
            JudgedViews views,
            StageLog log) {
        CalibratedBank bank;
        try (PictureEmbedder embedder = new PictureEmbedder(model.openEncoder(options), JpegReduction.none(), views)) {
            bank = divided.calibrated(embedder, goal, augmented, log);
        }
        Encoder encoder = model.openEncoder(options);
        OpenedEncoder gradients = OpenedEncoder.of(model, options, 1);
        FileModerator moderator = new FileModerator(
                new StandardImageDecoder(DecodeLimits.standard()),
                Preprocessor.moderation(encoder.description().preprocess(), views.policy(), views.options()),
                encoder,
                bank.bank(),
                Policies.always(new VotingPolicy(bank.settings())),
                SeenImage.DEFAULT_TENANT);
        return new OpenedPolicy(
                bank,
                encoder,
                gradients,
                new AttackedModeration(gradients.encoder().encoder(), moderator, bank.references(), bank.settings()));
    }

    /** What decides, in words. */
    String words() {
        PolicySettings settings = bank.settings();
        return String.format(
                Locale.ROOT,
                "bank of %d files in %d rows, k %d, temperature %.4f, flag %.4f, safe %.4f, floor %.4f",
                bank.files(),
                bank.rows(),
                settings.k(),
                settings.temperature(),
                settings.thresholds().flag(),
                settings.thresholds().safe(),
                settings.floor());
    }

    @Override
    public void close() {
        moderation.close();
        gradients.close();
        encoder.close();
        bank.close();
    }
}
