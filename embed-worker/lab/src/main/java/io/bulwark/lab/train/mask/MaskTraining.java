package io.bulwark.lab.train.mask;

import io.bulwark.imaging.mask.MaskLayers;
import io.bulwark.imaging.mask.MaskLayers.Convolution;
import io.bulwark.imaging.mask.MaskNetwork;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.AdamW;
import io.bulwark.lab.train.StepAverages.DivergedException;
import io.bulwark.perception.encoder.DifferentiableMask;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Teaches a mask: text or insets are drawn over pictures, and cross-entropy by pixel is lowered against where they were
 * drawn. One thread.
 *
 * @param steps of a batch each
 * @param batch rows of a step
 * @param rate the highest learning rate; it rises over the first steps and falls along a cosine
 * @param side of a row in pixels, a multiple of {@link MaskLayers#STEP}
 * @param seed of weights, pictures and what is drawn
 */
record MaskTraining(int steps, int batch, double rate, int side, long seed) {

    private static final double WEIGHT_DECAY = 1e-4;
    private static final double AVERAGE = 0.998;
    private static final int WARM_UP = 100;

    /** One picture in these is kept for validation. */
    private static final int KEPT = 20;

    /** Rows that are validated on. */
    private static final int VALIDATED = 128;

    MaskTraining {
        if (steps < 1 || batch < 1 || side < TextMask.SMALLEST_SIDE || side % MaskLayers.STEP != 0) {
            throw new IllegalArgumentException(
                    "%d steps of %d rows of %d px: allowed are 1 and more, 1 and more, and multiples of %d from %d on"
                            .formatted(steps, batch, side, MaskLayers.STEP, TextMask.SMALLEST_SIDE));
        }
    }

    /** What is learnt. Any thread. */
    interface Subject {

        /** What learns it. */
        MaskLayers layers();

        /** Coverage from which on a pixel counts, of 255: what lies under less is seen. */
        int counted();

        /** Share of pixels that count, about: where training begins. */
        double share();

        /** What a pixel that counts weighs beside one that does not. */
        float weight();

        /** Whether a worker would take a further view for a mask {@code [side, side]}. */
        boolean isWorthAView(boolean[] mask, int side);

        /**
         * Draws a row.
         *
         * @param pictures each {@code [side, side, 3]} unsigned bytes, another each time
         * @param drawnSide of the picture that is drawn, before it is made a row
         * @param rowSide of the row
         */
        Rendered draw(Supplier<byte[]> pictures, int drawnSide, int rowSide, SplittableRandom random);

        /** What it is drawn with, for reports. */
        String describe();
    }

    /**
     * A drawn picture.
     *
     * @param rgb {@code [side, side, 3]} unsigned bytes
     * @param covered {@code [side, side]}: how far what is learnt covers a pixel, 0 to 255
     */
    record Rendered(byte[] rgb, byte[] covered) {}

    /**
     * How the mask does on what it did not learn from, over pictures that it did not learn from.
     *
     * @param step done
     * @param loss of a pixel, averaged since the last report
     * @param precision share of the pixels found that count, over all rows
     * @param recall share of the pixels that count that are found
     * @param fired share of rows with as much as a view is worth, that get a view
     * @param falselyFired share of rows with nothing that get one
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

    /** Rows {@code [count, 3, side, side]} and which pixels count, {@code [count, side, side]}. */
    private record Rows(float[] pixels, boolean[] counted) {}

    /** A drawn row: {@code [side, side, 3]} levels, and which pixels count. */
    private record Drawn(byte[] rgb, boolean[] counted) {}

    /**
     * Trains.
     *
     * @param pictures of any side; larger than the rows, edges are soft as in a picture that was made smaller
     * @param start weights to go on from; empty to begin with random ones
     * @param reportEvery steps
     * @param watch given the averaged weights so far, and how they do
     * @throws DivergedException if a loss is no finite number
     */
    MaskNetwork run(
            PictureSet pictures,
            Subject subject,
            Optional<MaskNetwork> start,
            int reportEvery,
            BiConsumer<Report, MaskNetwork> watch) {
        float[] weights =
                start.map(from -> from.weights().clone()).orElseGet(() -> fresh(subject, new SplittableRandom(seed)));
        float[] average = weights.clone();
        AdamW adam = new AdamW(new float[weights.length], new float[weights.length], 0, WEIGHT_DECAY);
        SplittableRandom random = new SplittableRandom(seed + 1);
        Rows validation = validation(pictures, subject, new SplittableRandom(seed + 2));
        List<Drawn> pool = new ArrayList<>();
        double loss = 0;
        try (DifferentiableMask mask = ModelPackage.differentiable(new MaskNetwork(subject.layers(), weights), 1)) {
            for (int step = 1; step <= steps; step++) {
                Rows rows = learnt(pictures, subject, random, pool);
                mask.setWeights(weights);
                double[] found = new double[1];
                float[] gradient = mask.gradient(
                                rows.pixels(),
                                batch,
                                side,
                                side,
                                logits -> slope(logits, rows.counted(), subject.weight(), found),
                                true)
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
                    watch.accept(
                            validated(mask, subject, validation, step, loss / since),
                            new MaskNetwork(subject.layers(), average.clone()));
                    loss = 0;
                }
            }
        }
        return new MaskNetwork(subject.layers(), average);
    }

    private double rate(int step) {
        double risen = Math.min(1, (double) step / WARM_UP);
        return rate * risen * (0.02 + 0.98 * 0.5 * (1 + Math.cos(Math.PI * step / steps)));
    }

    /**
     * He et al. (ICCV 2015), but for the last layer, which begins at zero and says how rare it is that a pixel counts,
     * and for what is added to its own input, which begins small: depth and scale do not matter at first.
     */
    private static float[] fresh(Subject subject, SplittableRandom random) {
        MaskLayers layers = subject.layers();
        float rare = (float) Math.log(subject.share() / (1 - subject.share()));
        float[] weights = new float[layers.size()];
        for (Convolution by : layers.convolutions()) {
            boolean last = by.out() == MaskLayers.ANSWERED * MaskLayers.ANSWERED;
            double variance = 2.0 / (by.in() / by.groups() * by.kernel() * by.kernel());
            double share = last ? 0 : by.name().endsWith(".mixed") ? 0.3 : 1;
            int from = layers.offset(by);
            for (int i = from; i < from + by.size(); i++) {
                weights[i] = (float) (share * Math.sqrt(variance) * random.nextGaussian());
            }
            if (last) {
                Arrays.fill(weights, from + by.size(), from + by.size() + by.out(), rare);
            }
        }
        return weights;
    }

    private Rows none(int count) {
        return new Rows(new float[count * 3 * side * side], new boolean[count * side * side]);
    }

    private Rows validation(PictureSet pictures, Subject subject, SplittableRandom random) {
        Rows rows = none(VALIDATED);
        for (int row = 0; row < VALIDATED; row++) {
            add(drawn(pictures, subject, random, true), 0, row, rows);
        }
        return rows;
    }

    private Rows learnt(PictureSet pictures, Subject subject, SplittableRandom random, List<Drawn> pool) {
        Rows rows = none(batch);
        for (int row = 0; row < batch; row++) {
            boolean again = pool.size() >= batch && random.nextInt(USES) > 0;
            Drawn drawn = again ? pool.get(random.nextInt(pool.size())) : drawn(pictures, subject, random, false);
            if (!again && pool.size() < POOL) {
                pool.add(drawn);
            } else if (!again) {
                pool.set(random.nextInt(POOL), drawn);
            }
            add(drawn, again ? random.nextInt(1, CHANGES) : 0, row, rows);
        }
        return rows;
    }

    private Drawn drawn(PictureSet pictures, Subject subject, SplittableRandom random, boolean kept) {
        int from = pictures.side();
        Supplier<byte[]> next = () -> {
            int index;
            do {
                index = random.nextInt(pictures.size());
            } while (pictures.size() >= KEPT && index % KEPT == 0 != kept);
            byte[] picture = new byte[3 * from * from];
            pictures.read(index, picture);
            return picture;
        };
        Rendered rendered = subject.draw(next, from, side, random);
        byte[] seen = new UprightPicture(from, from, rendered.rgb())
                .resized(side, side)
                .rgb();
        byte[] grey = new byte[rendered.rgb().length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = rendered.covered()[i / 3];
        }
        byte[] covered =
                new UprightPicture(from, from, grey).resized(side, side).rgb();
        boolean[] counted = new boolean[side * side];
        for (int i = 0; i < counted.length; i++) {
            counted[i] = (covered[3 * i] & 0xff) >= subject.counted();
        }
        return new Drawn(seen, counted);
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
                        MaskNetwork.input((change & 4) == 0 ? level : 255 - level);
            }
            rows.counted()[row * area + i] = drawn.counted()[y * side + x];
        }
    }

    /** Where the logit of a pixel lies. */
    private int at(int row, int x, int y) {
        int half = side / MaskLayers.ANSWERED;
        int plane = y % 2 * 2 + x % 2;
        return ((row * 4 + plane) * half + y / 2) * half + x / 2;
    }

    /** The derivative of the mean weighed cross-entropy; its value is left in {@code loss}. */
    private float[] slope(float[] logits, boolean[] counted, float ofCounted, double[] loss) {
        float[] slope = new float[logits.length];
        for (int i = 0; i < counted.length; i++) {
            int pixel = i % (side * side);
            int at = at(i / (side * side), pixel % side, pixel / side);
            float weight = (counted[i] ? ofCounted : 1) / counted.length;
            double logit = logits[at];
            double falling = Math.exp(-Math.abs(logit));
            double probability = (logit >= 0 ? 1 : falling) / (1 + falling);
            loss[0] += weight * (Math.max(logit, 0) - (counted[i] ? logit : 0) + Math.log(1 + falling));
            slope[at] = (float) (weight * (probability - (counted[i] ? 1 : 0)));
        }
        return slope;
    }

    private Report validated(DifferentiableMask mask, Subject subject, Rows rows, int step, double loss) {
        int area = side * side;
        long right = 0;
        long found = 0;
        long counted = 0;
        int[] fired = new int[4];
        for (int from = 0; from < VALIDATED; from += batch) {
            int count = Math.min(batch, VALIDATED - from);
            float[] pixels = Arrays.copyOfRange(rows.pixels(), from * 3 * area, (from + count) * 3 * area);
            float[] logits = mask.logits(pixels, count, side, side);
            for (int row = 0; row < count; row++) {
                boolean[] is = Arrays.copyOfRange(rows.counted(), (from + row) * area, (from + row + 1) * area);
                boolean[] says = new boolean[area];
                boolean any = false;
                for (int i = 0; i < area; i++) {
                    says[i] = logits[at(row, i % side, i / side)] > 0;
                    any |= is[i];
                    counted += is[i] ? 1 : 0;
                    found += says[i] ? 1 : 0;
                    right += is[i] && says[i] ? 1 : 0;
                }
                if (!any || subject.isWorthAView(is, side)) {
                    int kind = any ? 0 : 2;
                    fired[kind]++;
                    fired[kind + 1] += subject.isWorthAView(says, side) ? 1 : 0;
                }
            }
        }
        return new Report(
                step,
                loss,
                (double) right / Math.max(1, found),
                (double) right / Math.max(1, counted),
                (double) fired[1] / Math.max(1, fired[0]),
                (double) fired[3] / Math.max(1, fired[2]));
    }
}
