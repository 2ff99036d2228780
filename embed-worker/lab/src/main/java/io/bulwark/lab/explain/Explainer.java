package io.bulwark.lab.explain;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Objective.Evaluation;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Maps of one encoder's margin over a bank. A cell is deleted by giving it the view's mean colour. One thread, the
 * encoder's.
 *
 * @param encoder not closed by this
 * @param groups the bank, flagged and unflagged; not closed by this
 * @param k neighbours of each side
 * @param temperature of the vote
 */
public record Explainer(DifferentiableEncoder encoder, ReferenceGroups groups, int k, double temperature) {

    private static final int BATCH = 16;
    private static final int DELETIONS = 20;

    /** Cells to each side of the one that is occluded with it. */
    private static final int REACH = 1;

    private int height() {
        return spec().height();
    }

    private int width() {
        return spec().width();
    }

    private PreprocessSpec spec() {
        return encoder.description().preprocess();
    }

    private EncoderObjective objective(int count) {
        return EncoderObjective.of(
                encoder,
                KnnLoss.of(
                        groups,
                        AttackGoal.FALSE_FLAG,
                        count,
                        k,
                        temperature,
                        (units, samples) -> new boolean[samples.length]));
    }

    /**
     * How much nearer each view lies to the flagged references than to the others.
     *
     * @param views {@code [count, 3, H, W]} in [0, 1]
     */
    public float[] margins(float[] views, int count) {
        return objective(count).ask(views, rows(count)).losses();
    }

    /** The flagged side's share of the weight when the k nearest of both sides vote, in [0, 1]. */
    public double score(double margin) {
        return 1 / (1 + Math.exp(-margin / temperature));
    }

    /**
     * The mean gradient over noisy copies (Smilkov et al., "SmoothGrad", 2017), times what deleting a pixel takes away,
     * summed over each cell: what the margin would lose to first order.
     *
     * @param view {@code [3, H, W]} in [0, 1]
     * @param copies at least 1
     * @param noise deviation of the noise, values in [0, 1]
     */
    public ImportanceMap smoothedGradient(float[] view, int copies, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] mean = new double[view.length];
        for (int from = 0; from < copies; from += BATCH) {
            int count = Math.min(BATCH, copies - from);
            float[] noisy = new float[count * view.length];
            for (int i = 0; i < noisy.length; i++) {
                double value = view[i % view.length] + noise * random.nextGaussian();
                noisy[i] = (float) Math.max(0, Math.min(1, value));
            }
            Evaluation evaluation = objective(count).differentiate(noisy, rows(count));
            for (int i = 0; i < noisy.length; i++) {
                mean[i % view.length] += evaluation.gradient()[i] / copies;
            }
        }
        float[] colour = meanColour(view);
        double[] cells = new double[ImportanceMap.SIDE * ImportanceMap.SIDE];
        int area = height() * width();
        for (int i = 0; i < view.length; i++) {
            int pixel = i % area;
            int cell = ImportanceMap.cellOf(pixel % width(), pixel / width(), height(), width());
            cells[cell] += mean[i] * (view[i] - colour[i / area]);
        }
        return new ImportanceMap(ImportanceMap.SIDE, cells);
    }

    /**
     * What the margin loses when a cell and those around it are deleted (Zeiler and Fergus, ECCV 2014).
     *
     * @param view {@code [3, H, W]} in [0, 1]
     */
    public ImportanceMap occlusion(float[] view) {
        int cells = ImportanceMap.SIDE * ImportanceMap.SIDE;
        boolean[][] deleted = new boolean[cells][cells];
        for (int cell = 0; cell < cells; cell++) {
            for (int other = 0; other < cells; other++) {
                deleted[cell][other] = Math.abs(cell / ImportanceMap.SIDE - other / ImportanceMap.SIDE) <= REACH
                        && Math.abs(cell % ImportanceMap.SIDE - other % ImportanceMap.SIDE) <= REACH;
            }
        }
        double whole = margins(view, 1)[0];
        double[] left = marginsWithout(view, deleted);
        return new ImportanceMap(
                ImportanceMap.SIDE,
                Arrays.stream(left).map(margin -> whole - margin).toArray());
    }

    /**
     * Deletes cells in an order.
     *
     * @param view {@code [3, H, W]} in [0, 1]
     * @param order every cell once
     */
    public DeletionCurve deletion(float[] view, int[] order) {
        boolean[][] deleted = new boolean[DELETIONS + 1][order.length];
        for (int step = 0; step <= DELETIONS; step++) {
            for (int i = 0; i < order.length * step / DELETIONS; i++) {
                deleted[step][order[i]] = true;
            }
        }
        return new DeletionCurve(
                Arrays.stream(marginsWithout(view, deleted)).map(this::score).toArray());
    }

    private double[] marginsWithout(float[] view, boolean[][] deleted) {
        float[] colour = meanColour(view);
        double[] margins = new double[deleted.length];
        for (int from = 0; from < deleted.length; from += BATCH) {
            int count = Math.min(BATCH, deleted.length - from);
            float[] views = new float[count * view.length];
            for (int i = 0; i < count; i++) {
                delete(view, colour, deleted[from + i], views, i * view.length);
            }
            float[] some = margins(views, count);
            for (int i = 0; i < count; i++) {
                margins[from + i] = some[i];
            }
        }
        return margins;
    }

    private void delete(float[] view, float[] colour, boolean[] deleted, float[] into, int at) {
        int area = height() * width();
        for (int pixel = 0; pixel < area; pixel++) {
            boolean gone = deleted[ImportanceMap.cellOf(pixel % width(), pixel / width(), height(), width())];
            for (int channel = 0; channel < 3; channel++) {
                into[at + channel * area + pixel] = gone ? colour[channel] : view[channel * area + pixel];
            }
        }
    }

    private static float[] meanColour(float[] view) {
        int area = view.length / 3;
        double[] sums = new double[3];
        for (int i = 0; i < view.length; i++) {
            sums[i / area] += view[i];
        }
        return new float[] {(float) (sums[0] / area), (float) (sums[1] / area), (float) (sums[2] / area)};
    }

    private static int[] rows(int count) {
        int[] rows = new int[count];
        for (int i = 0; i < count; i++) {
            rows[i] = i;
        }
        return rows;
    }

    /**
     * What becomes of a view's score while its cells are deleted one after the other.
     *
     * @param scores in [0, 1], the whole view's first, the last without any cell
     */
    public record DeletionCurve(double[] scores) {

        /**
         * The area under the curve over the share deleted, by trapezoids, in [0, 1]: the lower, the better the order
         * was.
         */
        public double area() {
            double sum = 0;
            for (int i = 1; i < scores.length; i++) {
                sum += (scores[i] + scores[i - 1]) / 2;
            }
            return sum / (scores.length - 1);
        }
    }

    /**
     * An encoder's weights, shuffled within each tensor: the same numbers, and nothing learnt. A map that stays as it
     * was does not come from what the encoder learnt (Adebayo et al., NeurIPS 2018, section 3).
     */
    public static final class ShuffledWeights {

        private ShuffledWeights() {}

        /** @return a row for {@code DifferentiableEncoder.setWeights} */
        public static float[] of(TrainableEncoder encoder, long seed) {
            return of(encoder.weights(), encoder.tensors(), seed);
        }

        /** Shuffles a copy. */
        static float[] of(float[] row, List<TensorPlace> tensors, long seed) {
            float[] shuffled = row.clone();
            SplittableRandom random = new SplittableRandom(seed);
            for (TensorPlace tensor : tensors) {
                for (int i = tensor.length() - 1; i > 0; i--) {
                    int one = tensor.offset() + i;
                    int other = tensor.offset() + random.nextInt(i + 1);
                    float kept = shuffled[one];
                    shuffled[one] = shuffled[other];
                    shuffled[other] = kept;
                }
            }
            return shuffled;
        }
    }
}
