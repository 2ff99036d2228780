package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.SquareSearch.Squares;
import java.util.SplittableRandom;

/** One sample's search: the best candidate so far, and the one being asked about. One thread. */
final class SquareSearch {

    private final int sample;
    private final Squares squares;
    private final Pace pace;
    private float[] best;
    private float[] proposal;
    private float loss = Float.NEGATIVE_INFINITY;
    private boolean fooled;
    private boolean begun;

    SquareSearch(int sample, float[] clean, Squares squares, Pace pace) {
        this.sample = sample;
        this.squares = squares;
        this.pace = pace;
        this.best = clean;
    }

    /** Makes the next candidate: the picture itself, a start, then squares. */
    void propose(int side, int largest) {
        if (loss == Float.NEGATIVE_INFINITY) {
            proposal = best;
        } else if (!begun) {
            proposal = squares.first();
            begun = true;
        } else {
            proposal = squares.next(best, Math.min(largest, (int) Math.round(side * pace.factor())));
        }
    }

    /** The answer about the candidate, which is kept where it helps. */
    void heard(float score, boolean fools, boolean held) {
        pace.heard(held ? 1 : 0, 1);
        if (pace.adapts() && held) {
            // The score of what is held back is drawn and says nothing.
            return;
        }
        if (fools || score > loss) {
            best = proposal;
        }
        loss = Math.max(loss, score);
        fooled = fools;
    }

    int sample() {
        return sample;
    }

    float[] proposal() {
        return proposal;
    }

    float[] best() {
        return best;
    }

    float loss() {
        return loss;
    }

    boolean fooled() {
        return fooled;
    }

    /** Where a Square attack's next candidate comes from, in one norm. One sample's; one thread. */
    interface Squares {

        /** The first candidate: {@code [3, H, W]} within the threat model. */
        float[] first();

        /**
         * A candidate that differs from another in one square, or, in l2, two.
         *
         * @param from within the threat model; not modified
         * @param side of the square in pixels, at most the picture's shorter one
         */
        float[] next(float[] from, int side);
    }

    /**
     * Squares of the l2 ball (section 3.3): a perturbation is a sum of bumps, highest in the middle of their squares. A
     * step takes the length that one square holds, and what is left of the budget, and puts them into another.
     */
    record L2Squares(float[] clean, ThreatModel threat, int height, int width, SplittableRandom random)
            implements Squares {

        /** Bumps side by side at the start. */
        private static final int CELLS = 5;

        private static final double TINY = 1e-12;

        @Override
        public float[] first() {
            float[] perturbation = new float[clean.length];
            int side = Math.max(1, Math.min(height, width) / CELLS);
            for (int top = 0; top + side <= height; top += side) {
                for (int left = 0; left + side <= width; left += side) {
                    double[] bump = bump(side);
                    for (int channel = 0; channel < 3; channel++) {
                        add(perturbation, bump, side, channel, top, left, random.nextBoolean() ? 1 : -1);
                    }
                }
            }
            return at(perturbation);
        }

        @Override
        public float[] next(float[] from, int side) {
            int odd = Math.max(1, Math.min(Math.min(height, width), Math.max(3, side)) - (side + 1) % 2);
            float[] perturbation = new float[from.length];
            for (int i = 0; i < from.length; i++) {
                perturbation[i] = from[i] - clean[i];
            }
            int top = random.nextInt(height - odd + 1);
            int left = random.nextInt(width - odd + 1);
            int otherTop = random.nextInt(height - odd + 1);
            int otherLeft = random.nextInt(width - odd + 1);
            double left2 = Math.max(0, square(threat.epsilon()) - square(Norm.L2.of(perturbation, 0, from.length)));
            double[] bump = bump(odd);
            for (int channel = 0; channel < 3; channel++) {
                double here = window(perturbation, odd, channel, top, left);
                double there = window(perturbation, odd, channel, otherTop, otherLeft);
                double[] old = new double[odd * odd];
                double length = 0;
                int sign = random.nextBoolean() ? 1 : -1;
                for (int i = 0; i < old.length; i++) {
                    int pixel = pixel(channel, top + i / odd, left + i % odd);
                    old[i] = sign * bump[i] + perturbation[pixel] / (TINY + Math.sqrt(here));
                    length += square(old[i]);
                }
                clear(perturbation, odd, channel, otherTop, otherLeft);
                // Where the squares overlap the length is counted twice; the projection takes back what is too much.
                double scale = Math.sqrt(here + there + left2 / 3) / Math.max(TINY, Math.sqrt(length));
                for (int i = 0; i < old.length; i++) {
                    perturbation[pixel(channel, top + i / odd, left + i % odd)] = (float) (scale * old[i]);
                }
            }
            return at(perturbation);
        }

        /** The candidate of a perturbation, brought to the full length of the budget. */
        private float[] at(float[] perturbation) {
            double scale = threat.epsilon() / Math.max(TINY, Norm.L2.of(perturbation, 0, perturbation.length));
            float[] pixels = new float[clean.length];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) (clean[i] + scale * perturbation[i]);
            }
            threat.project(clean, pixels, 0, pixels.length);
            return pixels;
        }

        /** A hill above a valley, or side by side, of length 1: {@code [side, side]}. */
        private double[] bump(int side) {
            double[] bump = new double[side * side];
            int half = side / 2;
            hill(bump, side, 0, half, 1);
            hill(bump, side, half, side, -1);
            boolean turned = random.nextBoolean();
            double length = 0;
            for (double value : bump) {
                length += value * value;
            }
            double[] unit = new double[bump.length];
            for (int i = 0; i < bump.length; i++) {
                int to = turned ? i % side * side + i / side : i;
                unit[to] = bump[i] / Math.max(TINY, Math.sqrt(length));
            }
            return unit;
        }

        /** Rows {@code from} to {@code to}: rings around the middle, each lower than the one inside it. */
        private static void hill(double[] bump, int side, int from, int to, int sign) {
            double middleRow = (from + to - 1) / 2.0;
            double middleColumn = (side - 1) / 2.0;
            double squares = 0;
            double[] heights = new double[(to - from) * side];
            for (int i = 0; i < heights.length; i++) {
                double rows = Math.abs(from + i / side - middleRow);
                double columns = Math.abs(i % side - middleColumn);
                int ring = (int) Math.max(rows, columns);
                // The sum of 1/n² from this ring outwards.
                for (int n = ring + 1; n <= side / 2 + 1; n++) {
                    heights[i] += 1.0 / ((double) n * n);
                }
                squares += square(heights[i]);
            }
            for (int i = 0; i < heights.length; i++) {
                bump[from * side + i] = sign * heights[i] / Math.max(TINY, Math.sqrt(squares));
            }
        }

        private void add(float[] sum, double[] bump, int side, int channel, int top, int left, int sign) {
            for (int i = 0; i < bump.length; i++) {
                sum[pixel(channel, top + i / side, left + i % side)] += (float) (sign * bump[i]);
            }
        }

        private void clear(float[] values, int side, int channel, int top, int left) {
            for (int i = 0; i < side * side; i++) {
                values[pixel(channel, top + i / side, left + i % side)] = 0;
            }
        }

        private double window(float[] values, int side, int channel, int top, int left) {
            double squares = 0;
            for (int i = 0; i < side * side; i++) {
                squares += square(values[pixel(channel, top + i / side, left + i % side)]);
            }
            return squares;
        }

        private int pixel(int channel, int y, int x) {
            return (channel * height + y) * width + x;
        }

        private static double square(double value) {
            return value * value;
        }
    }

    /** Squares at the faces of the l∞ ball: each channel of a square moves by epsilon, up or down (section 3.2). */
    record LinfSquares(float[] clean, ThreatModel threat, int height, int width, SplittableRandom random)
            implements Squares {

        /** Vertical stripes of one pixel, which convolutions are most sensitive to. */
        @Override
        public float[] first() {
            float[] pixels = new float[clean.length];
            for (int channel = 0; channel < 3; channel++) {
                for (int x = 0; x < width; x++) {
                    float move = move();
                    for (int y = 0; y < height; y++) {
                        int at = (channel * height + y) * width + x;
                        pixels[at] = clean[at] + move;
                    }
                }
            }
            threat.project(clean, pixels, 0, pixels.length);
            return pixels;
        }

        @Override
        public float[] next(float[] from, int side) {
            float[] pixels = from.clone();
            int top = random.nextInt(height - side + 1);
            int left = random.nextInt(width - side + 1);
            for (int channel = 0; channel < 3; channel++) {
                float move = move();
                for (int y = top; y < top + side; y++) {
                    for (int x = left; x < left + side; x++) {
                        int at = (channel * height + y) * width + x;
                        pixels[at] = clean[at] + move;
                    }
                }
            }
            threat.project(clean, pixels, 0, pixels.length);
            return pixels;
        }

        private float move() {
            return (float) (random.nextBoolean() ? threat.epsilon() : -threat.epsilon());
        }
    }
}
