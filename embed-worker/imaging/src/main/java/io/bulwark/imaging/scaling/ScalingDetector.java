package io.bulwark.imaging.scaling;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.rows.PixelRows;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Looks for pictures that are hidden for another program's scaling: see the package. It compares a picture with the
 * squashed whole that the encoder sees of it, so it says nothing where {@code CENTER_CROP} is all that is seen.
 * Immutable; any thread.
 */
public final class ScalingDetector {

    /** Raised when the same picture would get another score. */
    public static final String VERSION = "scaling 2";

    /** How much larger than the view a side has to be. */
    static final double LEAST_FACTOR = 2;

    private static final int CHANNELS = 3;

    private final PreprocessSpec spec;
    private final SamplingKey key;

    /**
     * @param spec of the views
     * @param key by which it is drawn where strips lie
     */
    public ScalingDetector(PreprocessSpec spec, SamplingKey key) {
        this.spec = spec;
        this.key = key;
    }

    /**
     * The strongest trace in the frames that were looked at.
     *
     * @param views of the same picture, by {@link io.bulwark.imaging.preprocess.Preprocessor#moderation}; all or the
     *     judged ones
     * @return empty where nothing recurs, or no frame is large enough
     */
    public Optional<ScalingTrace> inspect(Decoded picture, List<View> views) {
        boolean still = picture.totalFrames() == 1;
        return IntStream.range(0, picture.frames().size())
                .mapToObj(i -> inspect(
                        picture.frames().get(i),
                        still ? "" : "frame-" + picture.frameNumbers().get(i) + "/",
                        views))
                .flatMap(Optional::stream)
                .max(Comparator.comparingDouble(ScalingTrace::score));
    }

    /** Whether a frame of it is scaled down enough that anything can hide. */
    public boolean looksAt(Decoded picture) {
        return picture.frames().stream().anyMatch(frame -> isWide(frame) || isHigh(frame));
    }

    private boolean isWide(Raster raster) {
        return raster.width() >= LEAST_FACTOR * viewWidth(raster);
    }

    private boolean isHigh(Raster raster) {
        return raster.height() >= LEAST_FACTOR * viewHeight(raster);
    }

    /** Of the view as the raster is stored. */
    private int viewWidth(Raster raster) {
        return Pose.ofExif(raster.orientation()).swapsSides() ? spec.height() : spec.width();
    }

    private int viewHeight(Raster raster) {
        return Pose.ofExif(raster.orientation()).swapsSides() ? spec.width() : spec.height();
    }

    private Optional<ScalingTrace> inspect(Raster raster, String prefix, List<View> views) {
        String name = prefix + "whole";
        Pose pose = Pose.ofExif(raster.orientation());
        boolean wide = isWide(raster);
        boolean high = isHigh(raster);
        boolean centreAlone =
                views.stream().anyMatch(view -> View.look(view.name()).startsWith(prefix + "centre"));
        if (!wide && !high || centreAlone) {
            return Optional.empty();
        }
        View whole = views.stream()
                .map(view -> new View(View.look(view.name()), view.pixels()))
                .filter(view -> view.name().equals(name) || view.name().equals(name + "/white"))
                .findFirst()
                .orElseGet(() -> whole(raster, prefix));
        byte[] stored = pose.inverse().see(whole.pixels(), spec.width(), spec.height(), CHANNELS);
        return new Inspection(PixelRows.overWhite(raster), stored, viewWidth(raster), viewHeight(raster), key)
                .trace(wide, high, whole.name());
    }

    /** A whole that is not judged, because it is of one colour: another picture may be hidden behind that. */
    private View whole(Raster raster, String prefix) {
        View seen = Preprocessor.moderation(spec, ViewPolicy.SQUASH)
                .views(Decoded.still("", raster))
                .get(0);
        return new View(prefix + seen.name(), seen.pixels());
    }

    /**
     * What points at a picture that is hidden for another program's scaling.
     *
     * @param spectrum how much of what the view does not show recurs at one spacing, in [0, 1]: the weaker of both axes
     * @param downAndUp how far the pixels at that spacing show another picture than the view, in [0, 1]: root mean
     *     square of the quarter of the windows that differ most, of {@value #FULL_LEVELS} levels, without what is the
     *     view in other tones
     * @param width of the hidden picture in pixels, as the spacing has it; at least 1
     * @param height of the hidden picture in pixels, at least 1
     * @param view the view that the upload was compared with
     */
    public record ScalingTrace(double spectrum, double downAndUp, int width, int height, String view) {

        /** Difference in levels of 8 bits that counts as a wholly different picture. */
        static final double FULL_LEVELS = 64;

        /** Largest side that a hidden picture can have. */
        private static final int LONGEST = 65_535;

        public ScalingTrace {
            if (!(spectrum >= 0 && spectrum <= 1) || !(downAndUp >= 0 && downAndUp <= 1)) {
                throw new IllegalArgumentException("spectrum is %s and downAndUp %s, allowed are numbers from 0 to 1"
                        .formatted(spectrum, downAndUp));
            }
            if (width < 1 || height < 1 || width > LONGEST || height > LONGEST) {
                throw new IllegalArgumentException("a hidden picture of %dx%d pixels, allowed are 1 to %d a side"
                        .formatted(width, height, LONGEST));
            }
        }

        /** What a threshold is compared with, in [0, 1]: the geometric mean of both. */
        public double score() {
            return Math.sqrt(spectrum * downAndUp);
        }
    }
}
