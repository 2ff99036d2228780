package io.bulwark.imaging.mask;

import io.bulwark.imaging.mask.MaskLayers.Convolution;
import java.util.Arrays;

/**
 * The network's layers in plain Java, in an order of additions that no machine changes: every worker, and an encoder's
 * twin, gets the same mask bit for bit. Planes have zeros around them, so that a tap of a kernel is one long loop over
 * a whole plane, which the JIT vectorises. Immutable; any thread.
 */
final class PlainOperations implements MaskLayers.Operations<PlainOperations.Planes> {

    /** Zeros between rows and around a plane: the most that a kernel reaches out. */
    private static final int MARGIN = 4;

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
        } else if (by.stride() == 1) {
            for (int channel = 0; channel < by.out(); channel++) {
                slide(input.planes()[channel], output, channel, at + 9 * channel, by.dilation());
            }
        } else {
            shrink(by, input, output, at);
        }
        return output.bounded();
    }

    /** A kernel of one: sums over channels, four of them in a loop. */
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

    private void slide(float[] from, Planes output, int channel, int at, int reach) {
        int first = output.at(0, 0);
        for (int tap = 0; tap < 9; tap++) {
            int shift = (tap / 3 - 1) * reach * output.stride() + (tap % 3 - 1) * reach;
            add(output.planes()[channel], first, network.weights()[at + tap], from, first + shift, output.span());
        }
    }

    /** Every second pixel: the four kinds of places are taken apart, so that each tap is a loop again. */
    private void shrink(Convolution by, Planes input, Planes output, int at) {
        int perOutput = by.in() / by.groups();
        int first = output.at(0, 0);
        for (int channel = 0; channel < by.in(); channel++) {
            Planes parted = parted(input, channel);
            for (int out = by.groups() == 1 ? 0 : channel; out < (by.groups() == 1 ? by.out() : channel + 1); out++) {
                int kernel = at + (out * perOutput + (by.groups() == 1 ? channel : 0)) * 9;
                for (int tap = 0; tap < 9; tap++) {
                    int row = tap / 3;
                    int column = tap % 3;
                    float[] from = parted.planes()[(row == 1 ? 0 : 2) + (column == 1 ? 0 : 1)];
                    int shift = (row == 0 ? -output.stride() : 0) - (column == 0 ? 1 : 0);
                    add(
                            output.planes()[out],
                            first,
                            network.weights()[kernel + tap],
                            from,
                            first + shift,
                            output.span());
                }
            }
        }
    }

    /** Even rows and columns; even rows, odd columns; odd rows, even columns; odd ones. */
    private static Planes parted(Planes input, int channel) {
        Planes parted = Planes.zeros(4, input.width() / 2, input.height() / 2);
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
        return parted;
    }

    private static void add(float[] to, int at, float weight, float[] from, int start, int count) {
        int shift = start - at;
        for (int i = at; i < at + count; i++) {
            to[i] += weight * from[i + shift];
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
