package io.bulwark.lab.train;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.text.TextMask;
import io.bulwark.imaging.text.TextMaskNetwork;
import io.bulwark.imaging.text.TextMaskNetwork.Convolution;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.perception.encoder.DifferentiableTextMask;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/**
 * Teaches the text mask: text is drawn over pictures, and cross-entropy by pixel is lowered against where it was drawn.
 * One thread.
 *
 * @param steps of a batch each
 * @param batch rows of a step
 * @param rate the highest learning rate; it rises over the first steps and falls along a cosine
 * @param side of a row in pixels, a multiple of {@link TextMaskNetwork#STEP}
 * @param seed of weights, pictures and text
 */
record TextMaskTraining(int steps, int batch, double rate, int side, long seed) {

    private static final double WEIGHT_DECAY = 1e-4;
    private static final double AVERAGE = 0.998;
    private static final int WARM_UP = 100;

    /** One picture in these is kept for validation. */
    private static final int KEPT = 20;

    /** Rows that are validated on. */
    private static final int VALIDATED = 128;

    /** Coverage from which on a pixel is text, of 255: what lies under less is seen. */
    private static final int COVERED = 77;

    /** The logit of a share of about 8 %, which text has of the rows' pixels. */
    private static final float RARE = -2.4f;

    /** How much a pixel of text counts: without text a picture costs a view, with it a flagged file may pass. */
    private static final float TEXT = 1.5f;

    TextMaskTraining {
        if (steps < 1 || batch < 1 || side < TextMask.SMALLEST_SIDE || side % TextMaskNetwork.STEP != 0) {
            throw new IllegalArgumentException(
                    "%d steps of %d rows of %d px: allowed are 1 and more, 1 and more, and multiples of %d from %d on"
                            .formatted(steps, batch, side, TextMaskNetwork.STEP, TextMask.SMALLEST_SIDE));
        }
    }

    /**
     * How the mask does on text that it did not learn from, over pictures that it did not learn from.
     *
     * @param step done
     * @param loss of a pixel, averaged since the last report
     * @param precision share of the pixels found that are text, over all rows
     * @param recall share of the pixels of text that are found
     * @param fired share of rows with text on at least as much as a view is worth, that get a view
     * @param falselyFired share of rows without text that get one
     */
    record Report(int step, double loss, double precision, double recall, double fired, double falselyFired) {

        @Override
        public String toString() {
            return "step=%d loss=%.4f precision=%.3f recall=%.3f fired=%.3f falsely=%.3f"
                    .formatted(step, loss, precision, recall, fired, falselyFired);
        }
    }

    /** Drawn rows that are kept, to be learnt from again: drawing one costs as much as learning from it. */
    private static final int POOL = 2048;

    /** How often a row is learnt from, on average: as it was drawn, turned over, in other colours. */
    private static final int USES = 5;

    /** Ways to show a row otherwise: bits, see {@link #add}. */
    private static final int CHANGES = 24;

    /** Rows {@code [count, 3, side, side]} and where text is, {@code [count, side, side]}. */
    private record Rows(float[] pixels, boolean[] text) {}

    /** A drawn row: {@code [side, side, 3]} levels, and where text is. */
    private record Drawn(byte[] rgb, boolean[] text) {}

    /**
     * Trains.
     *
     * @param pictures of any side; larger than the rows, text has soft edges as in a picture that was made smaller
     * @param start weights to go on from; empty to begin with random ones
     * @param reportEvery steps
     * @param watch given the averaged weights so far, and how they do
     * @throws DivergedException if a loss is no finite number
     */
    TextMaskNetwork run(
            PictureSet pictures,
            TextRenderer renderer,
            Optional<TextMaskNetwork> start,
            int reportEvery,
            BiConsumer<Report, TextMaskNetwork> watch) {
        float[] weights = start.map(from -> from.weights().clone()).orElseGet(() -> fresh(new SplittableRandom(seed)));
        float[] average = weights.clone();
        AdamW adam = new AdamW(new float[weights.length], new float[weights.length], 0, WEIGHT_DECAY);
        SplittableRandom random = new SplittableRandom(seed + 1);
        Rows validation = validation(pictures, renderer, new SplittableRandom(seed + 2));
        List<Drawn> pool = new ArrayList<>();
        double loss = 0;
        try (DifferentiableTextMask mask = ModelPackage.differentiable(new TextMaskNetwork(weights), 1)) {
            for (int step = 1; step <= steps; step++) {
                Rows rows = learnt(pictures, renderer, random, pool);
                mask.setWeights(weights);
                double[] found = new double[1];
                float[] gradient = mask.gradient(
                                rows.pixels(), batch, side, side, logits -> slope(logits, rows.text(), found), true)
                        .weights();
                if (!Double.isFinite(found[0])) {
                    throw new DivergedException(step, "loss " + found[0], List.of(), Optional.empty());
                }
                loss += found[0];
                adam.step(weights, gradient, rate(step));
                double kept = Math.min(AVERAGE, (1.0 + step) / (10.0 + step));
                for (int i = 0; i < average.length; i++) {
                    average[i] += (float) (1 - kept) * (weights[i] - average[i]);
                }
                if (step % reportEvery == 0 || step == steps) {
                    int since = step % reportEvery == 0 ? reportEvery : step % reportEvery;
                    mask.setWeights(average);
                    watch.accept(validated(mask, validation, step, loss / since), new TextMaskNetwork(average.clone()));
                    loss = 0;
                }
            }
        }
        return new TextMaskNetwork(average);
    }

    private double rate(int step) {
        double risen = Math.min(1, (double) step / WARM_UP);
        return rate * risen * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * step / steps)));
    }

    /**
     * He et al. (ICCV 2015), but for the last layer, which begins at zero and says how rare text is, and for what is
     * added to its own input, which begins small: depth and scale do not matter at first.
     */
    private static float[] fresh(SplittableRandom random) {
        float[] weights = new float[TextMaskNetwork.size()];
        for (Convolution by : TextMaskNetwork.convolutions()) {
            boolean last = by.out() == TextMaskNetwork.ANSWERED * TextMaskNetwork.ANSWERED;
            double variance = 2.0 / (by.in() / by.groups() * by.kernel() * by.kernel());
            double share = last ? 0 : by.name().endsWith(".mixed") ? 0.3 : 1;
            int from = TextMaskNetwork.offset(by);
            for (int i = from; i < from + by.size(); i++) {
                weights[i] = (float) (share * Math.sqrt(variance) * random.nextGaussian());
            }
            if (last) {
                Arrays.fill(weights, from + by.size(), from + by.size() + by.out(), RARE);
            }
        }
        return weights;
    }

    private Rows none(int count) {
        return new Rows(new float[count * 3 * side * side], new boolean[count * side * side]);
    }

    private Rows validation(PictureSet pictures, TextRenderer renderer, SplittableRandom random) {
        Rows rows = none(VALIDATED);
        for (int row = 0; row < VALIDATED; row++) {
            add(drawn(pictures, renderer, random, true), 0, row, rows);
        }
        return rows;
    }

    private Rows learnt(PictureSet pictures, TextRenderer renderer, SplittableRandom random, List<Drawn> pool) {
        Rows rows = none(batch);
        for (int row = 0; row < batch; row++) {
            boolean again = pool.size() >= batch && random.nextInt(USES) > 0;
            Drawn drawn = again ? pool.get(random.nextInt(pool.size())) : drawn(pictures, renderer, random, false);
            if (!again && pool.size() < POOL) {
                pool.add(drawn);
            } else if (!again) {
                pool.set(random.nextInt(POOL), drawn);
            }
            add(drawn, again ? random.nextInt(1, CHANGES) : 0, row, rows);
        }
        return rows;
    }

    private Drawn drawn(PictureSet pictures, TextRenderer renderer, SplittableRandom random, boolean kept) {
        int index;
        do {
            index = random.nextInt(pictures.size());
        } while (pictures.size() >= KEPT && index % KEPT == 0 != kept);
        int from = pictures.side();
        byte[] picture = new byte[3 * from * from];
        pictures.read(index, picture);
        // A third without text, a third of all with shapes that are none.
        int texts = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 3);
        int shapes = random.nextInt(3) == 0 ? random.nextInt(1, 6) : 0;
        TextRenderer.Lettered lettered = renderer.draw(picture, from, texts, shapes, random);
        byte[] seen = new UprightPicture(from, from, lettered.rgb())
                .resized(side, side)
                .rgb();
        byte[] grey = new byte[lettered.rgb().length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = lettered.covered()[i / 3];
        }
        byte[] covered =
                new UprightPicture(from, from, grey).resized(side, side).rgb();
        boolean[] text = new boolean[side * side];
        for (int i = 0; i < text.length; i++) {
            text[i] = (covered[3 * i] & 0xff) >= COVERED;
        }
        return new Drawn(seen, text);
    }

    /** @param change bits: left and right, above and below, a negative, and the order of the channels */
    private void add(Drawn drawn, int change, int row, Rows rows) {
        int area = side * side;
        for (int i = 0; i < area; i++) {
            int x = (change & 1) == 0 ? i % side : side - 1 - i % side;
            int y = (change & 2) == 0 ? i / side : side - 1 - i / side;
            for (int channel = 0; channel < 3; channel++) {
                int level = drawn.rgb()[3 * (y * side + x) + (channel + (change >> 3)) % 3] & 0xff;
                rows.pixels()[(3 * row + channel) * area + i] =
                        TextMaskNetwork.input((change & 4) == 0 ? level : 255 - level);
            }
            rows.text()[row * area + i] = drawn.text()[y * side + x];
        }
    }

    /** Where the logit of a pixel lies. */
    private int at(int row, int x, int y) {
        int half = side / TextMaskNetwork.ANSWERED;
        int plane = y % 2 * 2 + x % 2;
        return ((row * 4 + plane) * half + y / 2) * half + x / 2;
    }

    /** The derivative of the mean weighed cross-entropy; its value is left in {@code loss}. */
    private float[] slope(float[] logits, boolean[] text, double[] loss) {
        float[] slope = new float[logits.length];
        for (int i = 0; i < text.length; i++) {
            int pixel = i % (side * side);
            int at = at(i / (side * side), pixel % side, pixel / side);
            float weight = (text[i] ? TEXT : 1) / text.length;
            double logit = logits[at];
            double falling = Math.exp(-Math.abs(logit));
            double probability = (logit >= 0 ? 1 : falling) / (1 + falling);
            loss[0] += weight * (Math.max(logit, 0) - (text[i] ? logit : 0) + Math.log(1 + falling));
            slope[at] = (float) (weight * (probability - (text[i] ? 1 : 0)));
        }
        return slope;
    }

    private Report validated(DifferentiableTextMask mask, Rows rows, int step, double loss) {
        int area = side * side;
        long[] right = new long[3];
        int[] fired = new int[4];
        for (int from = 0; from < VALIDATED; from += batch) {
            int count = Math.min(batch, VALIDATED - from);
            float[] pixels = Arrays.copyOfRange(rows.pixels(), from * 3 * area, (from + count) * 3 * area);
            float[] logits = mask.logits(pixels, count, side, side);
            for (int row = 0; row < count; row++) {
                long text = 0;
                long found = 0;
                for (int i = 0; i < area; i++) {
                    boolean is = rows.text()[(from + row) * area + i];
                    boolean says = logits[at(row, i % side, i / side)] > 0;
                    text += is ? 1 : 0;
                    found += says ? 1 : 0;
                    right[0] += is && says ? 1 : 0;
                }
                right[1] += found;
                right[2] += text;
                if (text == 0 || TextMask.isWorthAView(text, area)) {
                    int kind = text == 0 ? 2 : 0;
                    fired[kind]++;
                    fired[kind + 1] += TextMask.isWorthAView(found, area) ? 1 : 0;
                }
            }
        }
        return new Report(
                step,
                loss,
                (double) right[0] / Math.max(1, right[1]),
                (double) right[0] / Math.max(1, right[2]),
                (double) fired[1] / Math.max(1, fired[0]),
                (double) fired[3] / Math.max(1, fired[2]));
    }
}
