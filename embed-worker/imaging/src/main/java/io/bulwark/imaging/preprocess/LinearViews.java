package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.mask.InsetMask.Inset;
import io.bulwark.imaging.mask.MembraneFill;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.List;
import java.util.Optional;

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
    private final List<Filled> filled;

    private LinearViews(PreprocessSpec spec, int width, int height, List<Placed> looks, List<Filled> filled) {
        this.spec = spec;
        this.width = width;
        this.height = height;
        this.looks = looks;
        this.filled = filled;
    }

    /**
     * The upright views of {@link Preprocessor#moderation(PreprocessSpec, ViewPolicy, ModerationOptions)} of a still,
     * opaque, upright picture. Which parts they show, and where text hides something, depends on its pixels, so another
     * picture has other ones.
     */
    public static LinearViews moderation(
            PreprocessSpec spec, ViewPolicy policy, ModerationOptions options, Raster picture) {
        return of(
                new ModerationPreprocessor(spec, policy, options.withTurns(false, false), SamplingKey.publicKey()),
                picture);
    }

    /** Those of a preprocessor that turns and mirrors nothing. */
    static LinearViews of(ModerationPreprocessor preprocessor, Raster picture) {
        PreprocessSpec spec = preprocessor.spec();
        List<Placed> looks = preprocessor.looks(picture, true).stream()
                .map(look -> Placed.of(look, spec.interpolation(), 0, 0))
                .toList();
        List<Filled> filled = preprocessor.filled(picture).stream()
                .map(part -> Filled.of(part, spec, picture.width(), picture.height()))
                .toList();
        return new LinearViews(spec, picture.width(), picture.height(), looks, filled);
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
        return looks.size() + filled.size();
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
            if (view < looks.size()) {
                looks.get(view).pullBackLevelled(gradient, from, spec.width(), into, to, width);
            } else {
                filled.get(view - looks.size()).pullBack(gradient, from, spec.width(), into, to, width);
            }
        }
    }

    /**
     * The way of a view of a small copy with cells filled.
     *
     * @param resized the part in the view
     * @param fill of the part
     * @param shrunk the picture in the part
     */
    private record Filled(Placed resized, MembraneFill fill, Placed shrunk) {

        static Filled of(FilledPart part, PreprocessSpec spec, int width, int height) {
            Area box = part.box();
            Area size = part.size();
            return new Filled(
                    placed(
                            part,
                            Area.of(box.width(), box.height()),
                            Resampler.Target.whole(spec.width(), spec.height()),
                            spec.interpolation()),
                    part.fill(),
                    placed(
                            part,
                            Area.of(width, height),
                            new Resampler.Target(size.width(), size.height(), box),
                            PreprocessSpec.Interpolation.BILINEAR));
        }

        private static Placed placed(
                FilledPart part, Area from, Resampler.Target target, PreprocessSpec.Interpolation filter) {
            return Placed.of(new Cover.PlannedView(part.name(), from, target), filter, 0, 0);
        }

        void pullBack(float[] gradient, int at, int gradientStride, float[] into, int to, int stride) {
            Area part = resized.box();
            float[] slope = new float[part.width() * part.height()];
            resized.pullBack(gradient, at, gradientStride, slope, 0, part.width());
            fill.pullBack(slope);
            shrunk.pullBack(slope, 0, part.width(), into, to, stride);
        }
    }

    /**
     * A look with its weights.
     *
     * @param left columns of padding before the window in the encoder's input
     * @param top rows of padding above it
     */
    private record Placed(
            Area box,
            Area window,
            ResampleKernel columns,
            ResampleKernel rows,
            int left,
            int top,
            Optional<Levelling> levelling) {

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
                    top,
                    look.levelling());
        }

        void pullBackLevelled(float[] gradient, int at, int gradientStride, float[] into, int to, int stride) {
            if (levelling.isPresent()) {
                int pixels = window.width() * window.height();
                pullBack(levelling.get().pullBack(gradient, at, pixels), 0, window.width(), into, to, stride);
            } else {
                pullBack(gradient, at, gradientStride, into, to, stride);
            }
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

    /**
     * A rectangle that lies turned in a part of a picture, seen upright: bilinear interpolation between the four
     * nearest pixels of the part. The same on every machine, bit for bit. Immutable; any thread.
     *
     * @param sources {@code [height, width, 4]} pixels of the part, row by row
     * @param weights {@code [height, width, 4]}, of those; four of them sum to 1
     */
    record Levelling(int[] sources, double[] weights) {

        private static final int NEAREST = 4;

        /**
         * The way from a part to an upright picture.
         *
         * @param inset in the coordinates of the part
         * @param width of the part
         * @param height of the part
         * @param seenWidth of the upright picture
         * @param seenHeight of the upright picture
         */
        static Levelling of(Inset inset, int width, int height, int seenWidth, int seenHeight) {
            int[] sources = new int[seenWidth * seenHeight * NEAREST];
            double[] weights = new double[sources.length];
            double turn = StrictMath.toRadians(inset.degrees());
            double cos = StrictMath.cos(turn);
            double sin = StrictMath.sin(turn);
            for (int i = 0; i < seenWidth * seenHeight; i++) {
                double along = ((i % seenWidth + 0.5) / seenWidth - 0.5) * inset.width();
                double aside = ((i / seenWidth + 0.5) / seenHeight - 0.5) * inset.height();
                double x = inside(inset.x() + along * cos - aside * sin - 0.5, width);
                double y = inside(inset.y() + along * sin + aside * cos - 0.5, height);
                int left = (int) x;
                int top = (int) y;
                int right = Math.min(left + 1, width - 1);
                int bottom = Math.min(top + 1, height - 1);
                sources[NEAREST * i] = top * width + left;
                sources[NEAREST * i + 1] = top * width + right;
                sources[NEAREST * i + 2] = bottom * width + left;
                sources[NEAREST * i + 3] = bottom * width + right;
                weights[NEAREST * i] = (1 - (x - left)) * (1 - (y - top));
                weights[NEAREST * i + 1] = (x - left) * (1 - (y - top));
                weights[NEAREST * i + 2] = (1 - (x - left)) * (y - top);
                weights[NEAREST * i + 3] = (x - left) * (y - top);
            }
            return new Levelling(sources, weights);
        }

        private static double inside(double at, int pixels) {
            return Math.max(0, Math.min(pixels - 1, at));
        }

        /**
         * Sees.
         *
         * @param part {@code [part height, part width, channels]} unsigned bytes
         * @return {@code [height, width, channels]}
         */
        byte[] see(byte[] part, int channels) {
            byte[] seen = new byte[sources.length / NEAREST * channels];
            for (int i = 0; i < seen.length; i++) {
                double sum = 0;
                int first = i / channels * NEAREST;
                for (int near = first; near < first + NEAREST; near++) {
                    sum += weights[near] * (part[sources[near] * channels + i % channels] & 0xff);
                }
                seen[i] = (byte) Math.round(sum);
            }
            return seen;
        }

        /**
         * The transpose, of one channel.
         *
         * @param gradient by the pixels of the upright picture, from {@code at} on
         * @param pixels of the part
         * @return by the pixels of the part
         */
        float[] pullBack(float[] gradient, int at, int pixels) {
            float[] slope = new float[pixels];
            for (int near = 0; near < sources.length; near++) {
                slope[sources[near]] += (float) weights[near] * gradient[at + near / NEAREST];
            }
            return slope;
        }
    }
}
