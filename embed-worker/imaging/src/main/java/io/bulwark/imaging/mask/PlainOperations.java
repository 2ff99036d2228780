package io.bulwark.imaging.mask;

import io.bulwark.imaging.mask.MaskLayers.Convolution;
import java.util.Arrays;

/**
 * The network's layers in plain Java, in an order of additions that no machine changes: every worker, and an encoder's
 * twin, gets the same mask bit for bit. Planes have zeros around them, so that the taps of a kernel are long loops over
 * whole planes, which the JIT vectorises. Immutable; any thread.
 */
final class PlainOperations implements MaskLayers.Operations<PlainOperations.Planes> {

    /** Zeros between rows and around a plane: the most that a kernel reaches out. */
    private static final int MARGIN = 4;

    /** Values of a piece of a plane: that of all taps stays in the nearest cache. */
    private static final int PIECE = 512;

    private final MaskNetwork network;

    PlainOperations(MaskNetwork network) {
        this.network = network;
    }

    /**
     * Activations.
     *
     * @param planes of the channels; a value lies at {@link #at}, all else is 0
     */
    record Planes(int width, int height, float[][] planes) {

        static Planes zeros(int channels, int width, int height) {
            int length = (height + 2 * MARGIN) * (width + MARGIN) + MARGIN;
            return new Planes(width, height, new float[channels][length]);
        }

        int stride() {
            return width + MARGIN;
        }

        int at(int x, int y) {
            return (y + MARGIN) * stride() + MARGIN + x;
        }

        /** From the first value to the last, with the zeros between rows. */
        int span() {
            return (height - 1) * stride() + width;
        }

        /** Zeros again where loops over whole planes wrote. */
        private Planes bounded() {
            for (float[] plane : planes) {
                for (int y = 0; y < height - 1; y++) {
                    int end = at(width, y);
                    Arrays.fill(plane, end, end + MARGIN, 0);
                }
            }
            return this;
        }
    }

    @Override
    public Planes convolve(Convolution by, Planes input) {
        Planes output = Planes.zeros(by.out(), input.width() / by.stride(), input.height() / by.stride());
        int at = network.layers().offset(by);
        float[] weights = network.weights();
        int from = output.at(0, 0);
        int span = output.span();
        for (int channel = 0; channel < by.out(); channel++) {
            Arrays.fill(output.planes()[channel], from, from + span, weights[at + by.size() + channel]);
        }
        if (by.kernel() == 1) {
            mix(by, input, output, at);
        } else {
            slide(by, input, output, at);
        }
        return output.bounded();
    }

    /** A kernel of one: sums over channels, four of them in a loop; loops with more are not vectorised. */
    private void mix(Convolution by, Planes input, Planes output, int at) {
        float[] weights = network.weights();
        int from = output.at(0, 0);
        int end = from + output.span();
        for (int channel = 0; channel < by.out(); channel++) {
            float[] to = output.planes()[channel];
            int first = at + channel * by.in();
            for (int i = 0; i < by.in(); i += 4) {
                add(
                        to,
                        weights[first + i],
                        input.planes()[i],
                        weights[first + i + 1],
                        input.planes()[i + 1],
                        weights[first + i + 2],
                        input.planes()[i + 2],
                        weights[first + i + 3],
                        input.planes()[i + 3],
                        from,
                        end);
            }
        }
    }

    private static void add(
            float[] to,
            float w0,
            float[] p0,
            float w1,
            float[] p1,
            float w2,
            float[] p2,
            float w3,
            float[] p3,
            int from,
            int end) {
        for (int i = from; i < end; i++) {
            to[i] += w0 * p0[i] + w1 * p1[i] + w2 * p2[i] + w3 * p3[i];
        }
    }

    /**
     * A kernel of nine taps, piece by piece. The JIT vectorises no loop over arrays that are shifted against each
     * other, and copying costs less: so what each tap sees of a piece is copied first.
     */
    private void slide(Convolution by, Planes input, Planes output, int at) {
        boolean alone = by.groups() > 1;
        Planes parted = by.stride() == 1 ? input : Planes.zeros(4, output.width(), output.height());
        float[][] taps = new float[9][PIECE];
        float[] sums = new float[PIECE];
        int end = output.at(0, 0) + output.span();
        for (int channel = 0; channel < by.in(); channel++) {
            if (by.stride() == 2) {
                part(input, channel, parted);
            }
            for (int from = output.at(0, 0); from < end; from += PIECE) {
                int count = Math.min(PIECE, end - from);
                for (int tap = 0; tap < 9; tap++) {
                    int x = tap % 3 - 1;
                    int y = tap / 3 - 1;
                    if (by.stride() == 1) {
                        int shift = (y * output.stride() + x) * by.dilation();
                        System.arraycopy(input.planes()[channel], from + shift, taps[tap], 0, count);
                    } else {
                        float[] kind = parted.planes()[(y == 0 ? 0 : 2) + (x == 0 ? 0 : 1)];
                        int shift = (y < 0 ? -output.stride() : 0) - (x < 0 ? 1 : 0);
                        System.arraycopy(kind, from + shift, taps[tap], 0, count);
                    }
                }
                for (int out = alone ? channel : 0; out < (alone ? channel + 1 : by.out()); out++) {
                    int kernel = at + 9 * (alone ? out : out * by.in() + channel);
                    System.arraycopy(output.planes()[out], from, sums, 0, count);
                    for (int tap = 0; tap < 9; tap += 3) {
                        add(sums, kernel + tap, taps[tap], taps[tap + 1], taps[tap + 2], count);
                    }
                    System.arraycopy(sums, 0, output.planes()[out], from, count);
                }
            }
        }
    }

    private void add(float[] sums, int at, float[] p0, float[] p1, float[] p2, int count) {
        float w0 = network.weights()[at];
        float w1 = network.weights()[at + 1];
        float w2 = network.weights()[at + 2];
        for (int i = 0; i < count; i++) {
            sums[i] = sums[i] + w0 * p0[i] + w1 * p1[i] + w2 * p2[i];
        }
    }

    /** Even rows and columns; even rows, odd columns; odd rows, even columns; odd ones. */
    private static void part(Planes input, int channel, Planes parted) {
        float[] from = input.planes()[channel];
        for (int y = 0; y < input.height(); y++) {
            float[] even = parted.planes()[2 * (y % 2)];
            float[] odd = parted.planes()[2 * (y % 2) + 1];
            int at = input.at(0, y);
            int to = parted.at(0, y / 2);
            for (int x = 0; x < parted.width(); x++) {
                even[to + x] = from[at + 2 * x];
                odd[to + x] = from[at + 2 * x + 1];
            }
        }
    }

    @Override
    public Planes relu(Planes input) {
        for (float[] plane : input.planes()) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = Math.max(0, plane[i]);
            }
        }
        return input;
    }

    @Override
    public Planes add(Planes one, Planes other) {
        // The second is what was just computed and nothing else needs.
        for (int channel = 0; channel < one.planes().length; channel++) {
            float[] from = one.planes()[channel];
            float[] to = other.planes()[channel];
            for (int i = 0; i < to.length; i++) {
                to[i] += from[i];
            }
        }
        return other;
    }

    @Override
    public Planes enlarge(Planes input) {
        Planes output = Planes.zeros(input.planes().length, 2 * input.width(), 2 * input.height());
        for (int channel = 0; channel < input.planes().length; channel++) {
            float[] from = input.planes()[channel];
            float[] to = output.planes()[channel];
            for (int y = 0; y < output.height(); y++) {
                int at = input.at(0, y / 2);
                int row = output.at(0, y);
                for (int x = 0; x < input.width(); x++) {
                    to[row + 2 * x] = from[at + x];
                    to[row + 2 * x + 1] = from[at + x];
                }
            }
        }
        return output;
    }
}
