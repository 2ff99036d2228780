package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank;
import io.bulwark.lab.evaluate.acceptance.EncoderPool;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.Locale;
import java.util.Optional;

/**
 * A bank with its policy and all that an attack on them needs. One thread; holds native memory.
 *
 * @param bank calibrated
 * @param encoder decides
 * @param gradients of the same model
 * @param moderation of both
 * @param twin what holds back, where something does
 */
record OpenedPolicy(
        CalibratedBank bank,
        Encoder encoder,
        OpenedEncoder gradients,
        AttackedModeration moderation,
        Optional<OpenedPolicy> twin)
        implements AutoCloseable {

    /**
     * Embeds, calibrates and opens.
     *
     * @param twin what holds back; the thresholds of both are found together
     * @param views that are judged
     * @throws IllegalArgumentException if the files make no policy, the options are not in fp32, or one of a pair could
     *     look at files that the other could not
     */
    static OpenedPolicy of(
            ModelPackage model,
            Optional<ModelPackage> twin,
            EncoderOptions options,
            PolicyBank divided,
            CalibrationGoal goal,
            boolean augmented,
            JudgedViews views,
            StageLog log) {
        CalibratedBank bank = calibrated(model, options, divided, goal, augmented, views, log);
        if (twin.isEmpty()) {
            return opened(model, options, bank, views, Optional.empty());
        }
        CalibratedBank ofTwin = calibrated(twin.get(), options, divided, goal, augmented, views, log);
        bank.with(ofTwin);
        return opened(
                model, options, bank, views, Optional.of(opened(twin.get(), options, ofTwin, views, Optional.empty())));
    }

    private static CalibratedBank calibrated(
            ModelPackage model,
            EncoderOptions options,
            PolicyBank divided,
            CalibrationGoal goal,
            boolean augmented,
            JudgedViews views,
            StageLog log) {
        try (EncoderPool embedder = EncoderPool.of(model, options, views, divided.bank(), augmented)) {
            return divided.calibrated(embedder, goal, log);
        }
    }

    private static OpenedPolicy opened(
            ModelPackage model,
            EncoderOptions options,
            CalibratedBank bank,
            JudgedViews views,
            Optional<OpenedPolicy> twin) {
        Encoder encoder = model.openEncoder(options);
        OpenedEncoder gradients = OpenedEncoder.of(model, options, 1);
        FileModerator moderator = new FileModerator(
                new StandardImageDecoder(DecodeLimits.standard()),
                Preprocessor.moderation(encoder.description().preprocess(), views.policy(), views.options()),
                encoder,
                bank.bank(),
                Policies.always(new VotingPolicy(bank.settings())),
                SeenImage.DEFAULT_TENANT);
        AttackedModeration moderation =
                new AttackedModeration(gradients.encoder().encoder(), moderator, bank.references(), bank.settings());
        twin.ifPresent(other -> moderation.heldBackBy(other.moderation));
        return new OpenedPolicy(bank, encoder, gradients, moderation, twin);
    }

    /** What decides, in words. */
    String words() {
        PolicySettings settings = bank.settings();
        String heldBack = twin.map(other -> "; SAFE only where `%s` says so as well, %s"
                        .formatted(other.encoder.description().name(), other.words()))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "bank of %d files in %d rows, k %d, temperature %.4f, flag %.4f, safe %.4f, floor %.4f%s",
                bank.files(),
                bank.rows(),
                settings.k(),
                settings.temperature(),
                settings.thresholds().flag(),
                settings.thresholds().safe(),
                settings.floor(),
                heldBack);
    }

    @Override
    public void close() {
        twin.ifPresent(OpenedPolicy::closeModels);
        closeModels();
        bank.close();
    }

    /** The bank of a twin is closed with the bank that it holds back. */
    private void closeModels() {
        moderation.close();
        gradients.close();
        encoder.close();
    }
}
