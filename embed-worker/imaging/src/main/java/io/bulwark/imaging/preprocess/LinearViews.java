package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.structure.Area;
import java.util.List;

/**
 * The way back from the views of an upright picture to its pixels: without its roundings and clippings the resampling
 * of a {@link Preprocessor} is a linear function, and this is its transpose, which turns derivatives by a view's pixels
 * into derivatives by the picture's. Immutable; any thread.
 */
public final class LinearViews {

    private final PreprocessSpec spec;
    private final int width;
    private final int height;
    private final List<Placed> looks;

    private LinearViews(PreprocessSpec spec, int width, int height, List<Placed> looks) {
        this.spec = spec;
        this.width = width;
        this.height = height;
        this.looks = looks;
    }

    /**
     * The views of {@link Preprocessor#moderation(PreprocessSpec, ViewPolicy)} of a still, opaque, upright picture.
     * Which parts they show depends on its pixels, so another picture has other ones.
     */
    public static LinearViews moderation(PreprocessSpec spec, ViewPolicy policy, Raster picture) {
        ModerationPreprocessor preprocessor =
                new ModerationPreprocessor(spec, policy, ModerationOptions.standard(), SamplingKey.publicKey());
        List<Placed> looks = preprocessor.looks(picture, true).stream()
                .map(look -> Placed.of(look, spec.interpolation(), 0, 0))
                .toList();
        return new LinearViews(spec, picture.width(), picture.height(), looks);
    }

    /** The one view of {@link Preprocessor#exact}, for RGB pictures of this size. */
    public static LinearViews exact(PreprocessSpec spec, int width, int height) {
        ExactPreprocessor.Fit fit = ExactPreprocessor.Fit.of(spec, width, height);
        Cover.PlannedView look = new Cover.PlannedView("exact", Area.of(width, height), fit.target());
        return new LinearViews(
                spec, width, height, List.of(Placed.of(look, spec.exactInterpolation(), fit.left(), fit.top())));
    }

    /** How many views there are. */
    public int count() {
        return looks.size();
    }

    /**
     * Pulls derivatives back.
     *
     * @param gradient {@code [3, spec height, spec width]}, by the view's pixels
     * @param into {@code [3, height, width]}, by the picture's; added to
     */
    public void pullBack(int view, float[] gradient, float[] into) {
        Placed look = looks.get(view);
        for (int channel = 0; channel < 3; channel++) {
            look.pullBack(
                    gradient,
                    channel * spec.height() * spec.width(),
                    spec.width(),
                    into,
                    channel * width * height,
                    width);
        }
    }

    /**
     * A look with its weights.
     *
     * @param left columns of padding before the window in the encoder's input
     * @param top rows of padding above it
     */
    private record Placed(Area box, Area window, ResampleKernel columns, ResampleKernel rows, int left, int top) {

        static Placed of(Cover.PlannedView look, PreprocessSpec.Interpolation filter, int left, int top) {
            Area box = look.box();
            Resampler.Target target = look.target();
            Area window = target.window();
            return new Placed(
                    box,
                    window,
                    ResampleKernel.of(filter, box.width(), target.width(), window.x(), window.width()),
                    ResampleKernel.of(filter, box.height(), target.height(), window.y(), window.height()),
                    left,
                    top);
        }

        void pullBack(float[] gradient, int at, int gradientStride, float[] into, int to, int stride) {
            float[][] byRow = new float[box.height()][];
            for (int y = 0; y < window.height(); y++) {
                int from = at + (top + y) * gradientStride + left;
                for (int i = 0; i < rows.count()[y]; i++) {
                    int source = rows.start()[y] + i;
                    if (byRow[source] == null) {
                        byRow[source] = new float[window.width()];
                    }
                    float weight = (float) rows.weights()[y * rows.stride() + i];
                    for (int x = 0; x < window.width(); x++) {
                        byRow[source][x] += weight * gradient[from + x];
                    }
                }
            }
            for (int y = 0; y < byRow.length; y++) {
                if (byRow[y] != null) {
                    widen(byRow[y], into, to + (box.y() + y) * stride + box.x());
                }
            }
        }

        private void widen(float[] row, float[] into, int to) {
            for (int x = 0; x < row.length; x++) {
                int first = to + columns.start()[x];
                for (int i = 0; i < columns.count()[x]; i++) {
                    into[first + i] += (float) columns.weights()[x * columns.stride() + i] * row[x];
                }
            }
        }
    }
}
