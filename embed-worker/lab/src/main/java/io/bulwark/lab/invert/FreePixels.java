package io.bulwark.lab.invert;

import io.bulwark.lab.attack.Objective.Evaluation;
import io.bulwark.lab.invert.FreePixels.Placement.Size;
import io.bulwark.lab.invert.Inversion.InversionState;
import io.bulwark.lab.train.AdamW;
import io.bulwark.lab.train.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Adam on the pixels: raises the mean score over moved copies minus the total variation of the canvas, which grows from
 * coarse to fine.
 *
 * @param steps at least 1
 * @param rate of Adam, values in [0, 1]
 * @param totalVariation weight of the mean squared difference of neighbouring pixels
 * @param doublings how often the canvas doubles: with 2 it begins at a quarter of its side, and doubles after a quarter
 *     and after a half of the steps
 * @param copies of each picture in a step, each turned, scaled and shifted a little; 1 takes the picture as it lies
 */
record FreePixels(int steps, double rate, double totalVariation, int doublings, int copies)
        implements Inversion.InversionMethod {

    private static final double MOST_TURN = Math.toRadians(8);
    private static final double MOST_SCALE = 0.12;
    private static final double MOST_SHIFT = 0.06;
    private static final int MOST_DOUBLINGS = 5;

    public FreePixels {
        if (steps < 1
                || !(rate > 0)
                || !(totalVariation >= 0)
                || doublings < 0
                || doublings > MOST_DOUBLINGS
                || copies < 1) {
            throw new IllegalArgumentException(
                    "%d steps, rate %s, total variation %s, %d doublings, %d copies; allowed are 1 and more, above 0, 0 and more, 0 to %d, 1 and more"
                            .formatted(steps, rate, totalVariation, doublings, copies, MOST_DOUBLINGS));
        }
    }

    @Override
    public String describe() {
        return "free pixels, Adam %s, %d steps, total variation %s, %d doublings, %d copies"
                .formatted(rate, steps, totalVariation, doublings, copies);
    }

    @Override
    public InversionState begin(Inversion.Ascended ascended, float[] start) {
        Size full = new Size(ascended.height(), ascended.width());
        float[] unknown = new float[ascended.count()];
        Arrays.fill(unknown, Float.NaN);
        return sized(new InversionState(0, full.height(), full.width(), start, unknown, new float[2][0]), full, 0);
    }

    /** The number of the stage that a step belongs to, from 0. */
    private int stage(int step) {
        int stage = 0;
        while (stage < doublings && step >= begins(stage + 1)) {
            stage++;
        }
        return stage;
    }

    private int begins(int stage) {
        return (int) ((long) steps * stage / (doublings + 2));
    }

    /** Brings the canvas to the size of a stage, where Adam starts again. */
    private InversionState sized(InversionState state, Size full, int stage) {
        int shift = doublings - stage;
        Size to = new Size(Math.max(1, full.height() >> shift), Math.max(1, full.width() >> shift));
        Size from = new Size(state.height(), state.width());
        int count = state.scores().length;
        float[] pixels = state.pixels();
        if (!from.equals(to)) {
            pixels = new float[count * 3 * to.area()];
            for (int i = 0; i < count; i++) {
                Placement.PLAIN.read(state.pixels(), i * 3 * from.area(), from, pixels, i * 3 * to.area(), to);
            }
        }
        return new InversionState(
                state.step(), to.height(), to.width(), pixels, state.scores(), new float[2][pixels.length]);
    }

    @Override
    public InversionState step(Inversion.Ascended ascended, InversionState before, long seed) {
        int stage = stage(before.step());
        Size full = new Size(ascended.height(), ascended.width());
        boolean grows = stage > 0 && before.step() == begins(stage);
        InversionState state = grows ? sized(before, full, stage) : before;
        Size size = new Size(state.height(), state.width());
        float[] scores = new float[ascended.count()];
        float[] gradient = descent(ascended, state, size, full, seed, scores);
        float[] mean = state.memory()[0].clone();
        float[] square = state.memory()[1].clone();
        float[] pixels = state.pixels().clone();
        new AdamW(mean, square, state.step() - begins(stage), 0).step(pixels, gradient, rate);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Math.max(0, Math.min(1, pixels[i]));
        }
        return new InversionState(
                state.step() + 1, size.height(), size.width(), pixels, scores, new float[][] {mean, square});
    }

    /** What Adam lowers, by the canvas; all copies of all samples go through one forward pass. */
    private float[] descent(
            Inversion.Ascended ascended, InversionState state, Size size, Size full, long seed, float[] scores) {
        int rows = ascended.count() * copies;
        float[] input = new float[rows * 3 * full.area()];
        int[] samples = new int[rows];
        Placement[] placed = new Placement[rows];
        for (int row = 0; row < rows; row++) {
            samples[row] = row / copies;
            placed[row] = placement(seed, state.step(), row % copies);
            placed[row].read(state.pixels(), samples[row] * 3 * size.area(), size, input, row * 3 * full.area(), full);
        }
        Evaluation evaluation = ascended.objective().differentiate(input, samples);
        float[] gradient = new float[state.pixels().length];
        for (int row = 0; row < rows; row++) {
            scores[samples[row]] += evaluation.scores().losses()[row] / copies;
            placed[row].pullBack(
                    evaluation.gradient(), row * 3 * full.area(), full, gradient, samples[row] * 3 * size.area(), size);
        }
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] = -gradient[i] / copies;
        }
        for (int at = 0; at < gradient.length; at += size.area()) {
            TotalVariation.addSlope(state.pixels(), at, size, totalVariation, gradient);
        }
        return gradient;
    }

    /** Drawn from the number of the step: the same for every sample, and for a run that goes on. */
    private Placement placement(long seed, int step, int copy) {
        if (copies == 1) {
            return Placement.PLAIN;
        }
        SplittableRandom random = Seeds.random(seed, Seeds.INVERSION, step, copy);
        return new Placement(
                1 + MOST_SCALE * (2 * random.nextDouble() - 1),
                MOST_TURN * (2 * random.nextDouble() - 1),
                MOST_SHIFT * (2 * random.nextDouble() - 1),
                MOST_SHIFT * (2 * random.nextDouble() - 1));
    }

    /**
     * The mean over all pixels of one channel of the squared differences to the right and lower neighbour, over three:
     * the channels of a picture add up to a mean (Mahendran and Vedaldi, CVPR 2015, with their beta of 2). Pure.
     */
    static final class TotalVariation {

        private static final int CHANNELS = 3;

        private TotalVariation() {}

        /** Adds {@code weight} times its derivative by one channel, which lies from {@code at} on. */
        static void addSlope(float[] pixels, int at, Size size, double weight, float[] into) {
            float factor = (float) (2 * weight / (CHANNELS * size.area()));
            for (int y = 0; y < size.height(); y++) {
                for (int x = 0; x < size.width(); x++) {
                    int here = at + y * size.width() + x;
                    if (x + 1 < size.width()) {
                        addPair(pixels, here, here + 1, factor, into);
                    }
                    if (y + 1 < size.height()) {
                        addPair(pixels, here, here + size.width(), factor, into);
                    }
                }
            }
        }

        private static void addPair(float[] pixels, int one, int other, float factor, float[] into) {
            float slope = factor * (pixels[other] - pixels[one]);
            into[one] -= slope;
            into[other] += slope;
        }
    }

    /**
     * Reads a canvas bilinearly where an affine map sends the pixels of another size, and turns derivatives back.
     * Places outside the canvas read its border. Immutable; any thread.
     *
     * @param scale of what is seen: above 1 it is larger
     * @param turn in radians
     * @param right shift of what is seen, in widths
     * @param down shift of what is seen, in heights
     */
    record Placement(double scale, double turn, double right, double down) {

        /** As it lies, but for the size. */
        static final Placement PLAIN = new Placement(1, 0, 0, 0);

        /** A picture's size. */
        record Size(int height, int width) {

            int area() {
                return height * width;
            }
        }

        /** One pixel's place on the canvas. */
        @FunctionalInterface
        private interface Tap {
            void at(int pixel, int x0, int y0, int x1, int y1, float fx, float fy);
        }

        /**
         * Reads.
         *
         * @param canvas of which {@code [3, from]} is read, from {@code at} on
         * @param into of which {@code [3, to]} is written, from {@code place} on
         */
        void read(float[] canvas, int at, Size from, float[] into, int place, Size to) {
            taps(from, to, (pixel, x0, y0, x1, y1, fx, fy) -> {
                for (int channel = 0; channel < 3; channel++) {
                    int base = at + channel * from.area();
                    float top = (1 - fx) * canvas[base + y0 * from.width() + x0]
                            + fx * canvas[base + y0 * from.width() + x1];
                    float bottom = (1 - fx) * canvas[base + y1 * from.width() + x0]
                            + fx * canvas[base + y1 * from.width() + x1];
                    into[place + channel * to.area() + pixel] = (1 - fy) * top + fy * bottom;
                }
            });
        }

        /**
         * The transpose of {@link #read}: adds to the derivatives by the canvas.
         *
         * @param gradient {@code [3, to]} from {@code place} on
         * @param into {@code [3, from]} from {@code at} on, added to
         */
        void pullBack(float[] gradient, int place, Size to, float[] into, int at, Size from) {
            taps(from, to, (pixel, x0, y0, x1, y1, fx, fy) -> {
                for (int channel = 0; channel < 3; channel++) {
                    int base = at + channel * from.area();
                    float value = gradient[place + channel * to.area() + pixel];
                    into[base + y0 * from.width() + x0] += (1 - fy) * (1 - fx) * value;
                    into[base + y0 * from.width() + x1] += (1 - fy) * fx * value;
                    into[base + y1 * from.width() + x0] += fy * (1 - fx) * value;
                    into[base + y1 * from.width() + x1] += fy * fx * value;
                }
            });
        }

        private void taps(Size from, Size to, Tap tap) {
            double cos = Math.cos(turn) / scale;
            double sin = Math.sin(turn) / scale;
            for (int y = 0; y < to.height(); y++) {
                double v = (y + 0.5) / to.height() - 0.5 - down;
                for (int x = 0; x < to.width(); x++) {
                    double u = (x + 0.5) / to.width() - 0.5 - right;
                    double cx = clamp((cos * u + sin * v + 0.5) * from.width() - 0.5, from.width() - 1);
                    double cy = clamp((cos * v - sin * u + 0.5) * from.height() - 0.5, from.height() - 1);
                    int x0 = (int) cx;
                    int y0 = (int) cy;
                    tap.at(
                            y * to.width() + x,
                            x0,
                            y0,
                            Math.min(x0 + 1, from.width() - 1),
                            Math.min(y0 + 1, from.height() - 1),
                            (float) (cx - x0),
                            (float) (cy - y0));
                }
            }
        }

        private static double clamp(double value, int most) {
            return Math.max(0, Math.min(most, value));
        }
    }
}
