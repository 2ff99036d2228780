package io.bulwark.imaging.process;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.scaling.ScalingDetector;
import java.io.Serializable;
import java.util.Optional;

/**
 * Everything that decides what is seen of a file. Serializable, because a worker hands it to its own decoder processes,
 * which run the same jar; it never comes from outside.
 *
 * @param limits of the decoder
 * @param reduction of large JPEGs
 * @param heif decodes HEIC and AVIF
 * @param spec what the encoder asks for
 * @param twinSpec what the twin asks for; null where none runs or it sees the encoder's own views
 * @param policy which parts of a picture are seen
 * @param options how much is looked at
 * @param scaling whether pictures are looked for that are hidden for another program's scaling
 */
public record ReaderSettings(
        DecodeLimits limits,
        JpegReduction reduction,
        HeifCommand heif,
        PreprocessSpec spec,
        PreprocessSpec twinSpec,
        ViewPolicy policy,
        ModerationOptions options,
        boolean scaling)
        implements Serializable {

    /** Nothing is looked for that is hidden for another program's scaling. */
    public ReaderSettings(
            DecodeLimits limits,
            JpegReduction reduction,
            HeifCommand heif,
            PreprocessSpec spec,
            PreprocessSpec twinSpec,
            ViewPolicy policy,
            ModerationOptions options) {
        this(limits, reduction, heif, spec, twinSpec, policy, options, false);
    }

    /** Makes the encoder's views. */
    public Preprocessor preprocessor() {
        return preprocessor(spec);
    }

    /** Makes the twin's views; empty where it sees the encoder's own. */
    public Optional<Preprocessor> twinPreprocessor() {
        return Optional.ofNullable(twinSpec).map(this::preprocessor);
    }

    /** Looks for hidden pictures; empty where it is switched off. */
    Optional<ScalingDetector> scalingDetector() {
        return scaling ? Optional.of(new ScalingDetector(spec, limits.sampling().key())) : Optional.empty();
    }

    /** Views that a file can have. */
    public int mostViews() {
        return options.mostViews(limits.sampling().frames());
    }

    /** Bytes of a view, and of the twin's beside it where that has its own. */
    public long viewBytes() {
        return pixels(spec) * 3 + (twinSpec == null ? 0 : pixels(twinSpec) * 3);
    }

    private static long pixels(PreprocessSpec wanted) {
        return (long) wanted.height() * wanted.width();
    }

    /**
     * What two readers have to agree in to see the same: the fingerprints of both preprocessors, and what else is
     * looked for.
     */
    String fingerprint() {
        return preprocessor().fingerprint()
                + twinPreprocessor().map(twin -> " " + twin.fingerprint()).orElse("")
                + (scaling ? " " + ScalingDetector.VERSION : "");
    }

    private Preprocessor preprocessor(PreprocessSpec wanted) {
        return Preprocessor.moderation(
                        wanted, policy, options, limits.sampling().key())
                .after(reduction);
    }
}
