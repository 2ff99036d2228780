package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EncoderObjective.SquaredDistance;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import java.util.List;

/**
 * Makes a file whose embedding is as far from the original's as it gets, whatever is decided with it: against searches
 * for near-duplicates, and to see how far an encoder can be moved. Of the whole squashed picture. One thread.
 *
 * <p>The distance from itself is flat at the picture, so the attack must be one that starts elsewhere.
 */
public final class AwayAttack {

    private final ImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final DifferentiableEncoder encoder;

    /** @param encoder that is moved; not closed by this */
    public AwayAttack(DifferentiableEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * A file that was moved.
     *
     * @param file ready to be uploaded
     * @param similarity cosine of its embedding, decoded again, with the original's
     * @param change what was done to it
     * @param gradientSteps forward and backward passes
     */
    public record Moved(byte[] file, double similarity, UploadedChange change, long gradientSteps) {}

    /**
     * Attacks a file.
     *
     * @param attack with random starts
     * @throws IllegalArgumentException if it is no picture, or one of more than {@link UploadAttack#MAX_PIXELS} pixels
     * @throws java.util.concurrent.CancellationException if the thread is interrupted
     */
    public Moved run(byte[] original, Attack attack, ThreatModel threat, UploadFormat format) {
        PreprocessSpec spec = encoder.description().preprocess();
        Preprocessor whole = Preprocessor.moderation(spec, ViewPolicy.SQUASH);
        UprightPicture clean = UploadedChange.original(decoder, original);
        float[] before = embedding(whole, clean);
        UploadObjective objective = new UploadObjective(
                encoder,
                UploadPath.moderation(spec, ViewPolicy.SQUASH, format),
                List.of(clean),
                threat,
                new SquaredDistance(before),
                true);
        Attack.AttackResult result =
                attack.run(objective, threat, UploadObjective.pixels(List.of(clean)), 1, Attack.Watch.silent());
        UprightPicture attacked = objective.upload(0, result.pixels());
        byte[] file = format.encode(attacked);
        UprightPicture arrived = UploadedChange.original(decoder, file);
        UploadedChange change = UploadedChange.of(threat, clean, attacked, arrived);
        double similarity = UnitEmbedding.of(embedding(whole, arrived))
                .dot(UnitEmbedding.of(before).values());
        return new Moved(file, similarity, change, result.gradientSteps());
    }

    private float[] embedding(Preprocessor whole, UprightPicture picture) {
        return encoder.embed(UploadPath.planes(whole.views(picture.still())), 1);
    }
}
