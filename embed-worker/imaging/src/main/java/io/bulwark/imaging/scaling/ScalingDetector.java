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
}
