package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.MembraneFill;
import io.bulwark.imaging.structure.Area;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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
    private final List<ThroughCopy> copied;

    private LinearViews(PreprocessSpec spec, int width, int height, List<Placed> looks, List<ThroughCopy> copied) {
        this.spec = spec;
        this.width = width;
        this.height = height;
        this.looks = looks;
        this.copied = copied;
    }

    /**
     * The views of {@link Preprocessor#moderation(PreprocessSpec, ViewPolicy)} of a still, opaque, upright picture.
     * Which parts they show, and where text hides something, depends on its pixels, so another picture has other ones.
     */
    public static LinearViews moderation(PreprocessSpec spec, ViewPolicy policy, Raster picture) {
        return of(
                new ModerationPreprocessor(spec, policy, ModerationOptions.standard(), SamplingKey.publicKey()),
                picture);
    }

    /** Those of a preprocessor that turns and mirrors nothing. */
    static LinearViews of(ModerationPreprocessor preprocessor, Raster picture) {
        PreprocessSpec spec = preprocessor.spec();
        List<Placed> looks = preprocessor.looks(picture, true).stream()
                .map(look -> Placed.of(look, spec.interpolation(), 0, 0))
                .toList();
        int width = picture.width();
        int height = picture.height();
        List<ThroughCopy> copied = new ArrayList<>();
        preprocessor.behindText(picture).ifPresent(text -> {
            MembraneFill fill =
                    new MembraneFill(text.size().width(), text.size().height(), text.hidden());
            copied.add(ThroughCopy.of(text.size(), text.size(), spec, width, height, slope -> {
                fill.pullBack(slope);
                return slope;
            }));
        });
        preprocessor
                .straightenings(picture)
                .forEach(
                        way -> copied.add(ThroughCopy.of(way.size(), way.cells(), spec, width, height, way::pullBack)));
        return new LinearViews(spec, width, height, looks, copied);
    }

    /** The one view of {@link Preprocessor#exact}, for RGB pictures of this size. */
    public static LinearViews exact(PreprocessSpec spec, int width, int height) {
        ExactPreprocessor.Fit fit = ExactPreprocessor.Fit.of(spec, width, height);
        Cover.PlannedView look = new Cover.PlannedView("exact", Area.of(width, height), fit.target());
        return new LinearViews(
                spec,
                width,
                height,
                List.of(Placed.of(look, spec.exactInterpolation(), fit.left(), fit.top())),
                List.of());
    }

    /** How many views there are. */
    public int count() {
        return looks.size() + copied.size();
    }

    /**
     * Pulls derivatives back.
     *
     * @param gradient {@code [3, spec height, spec width]}, by the view's pixels
     * @param into {@code [3, height, width]}, by the picture's; added to
     */
    public void pullBack(int view, float[] gradient, float[] into) {
        for (int channel = 0; channel < 3; channel++) {
            int from = channel * spec.height() * spec.width();
            int to = channel * width * height;
            if (view >= looks.size()) {
                copied.get(view - looks.size()).pullBack(gradient, from, spec.width(), into, to, width);
            } else {
                looks.get(view).pullBack(gradient, from, spec.width(), into, to, width);
            }
        }
    }

    /**
     * The way of a view that is made of a small copy: without text, or of a turned inset.
     *
     * @param resized what is made of the copy, in the view
     * @param changed derivatives by what is made of the copy to those by the copy
     * @param shrunk the picture in the small copy
     */
    private record ThroughCopy(Placed resized, UnaryOperator<float[]> changed, Area copy, Placed shrunk) {

        static ThroughCopy of(
                Area made, Area copy, PreprocessSpec spec, int width, int height, UnaryOperator<float[]> changed) {
            return new ThroughCopy(
                    placed(made, spec.width(), spec.height(), spec.interpolation()),
                    changed,
                    copy,
                    placed(Area.of(width, height), copy.width(), copy.height(), PreprocessSpec.Interpolation.BILINEAR));
        }

        private static Placed placed(Area all, int width, int height, PreprocessSpec.Interpolation filter) {
            return Placed.of(new Cover.PlannedView("copy", all, Resampler.Target.whole(width, height)), filter, 0, 0);
        }

        void pullBack(float[] gradient, int at, int gradientStride, float[] into, int to, int stride) {
            Area made = resized.box();
            float[] slope = new float[made.width() * made.height()];
            resized.pullBack(gradient, at, gradientStride, slope, 0, made.width());
            shrunk.pullBack(changed.apply(slope), 0, copy.width(), into, to, stride);
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
