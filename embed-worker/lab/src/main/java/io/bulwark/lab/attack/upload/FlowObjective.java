package io.bulwark.lab.attack.upload;

import io.bulwark.lab.attack.Objective;
import java.util.Arrays;

/**
 * An objective of which the attacker moves pixels instead of changing their values, by a smooth flow (Xiao et al.,
 * "Spatially Transformed Adversarial Examples", ICLR 2018). What an attack sets are the displacements at {@value #NODES}
 * times {@value #NODES} nodes, bilinear between them, so that the flow needs no term for smoothness and, up to a
 * displacement of 4 % of the shorter side, folds nothing: 0 is the furthest to the left or up, 1 the furthest to the
 * right or down, and one half stays. It goes with {@code l∞ 0.5} around {@link #still}. One thread, the objective's.
 *
 * @param whole of one picture
 * @param clean {@code [3, height, width]} in [0, 1]
 * @param width of the picture, in pixels
 * @param furthest displacement along each axis, as a share of the shorter side, in (0, 1)
 */
public record FlowObjective(Objective whole, float[] clean, int width, double furthest) implements Objective {

    /** Along each side. */
    private static final int NODES = 12;

    private static final int BESIDE = NODES * NODES;

    /** The flow that moves nothing: {@code [2, NODES, NODES]}, displacements along the rows first. */
    public static float[] still() {
        float[] flow = new float[2 * BESIDE];
        Arrays.fill(flow, 0.5f);
        return flow;
    }

    @Override
    public Scores ask(float[] flow, int[] samples) {
        return whole.ask(bent(flow), samples);
    }

    @Override
    public Evaluation differentiate(float[] flow, int[] samples) {
        Evaluation evaluation = whole.differentiate(bent(flow), samples);
        float[] slope = new float[flow.length];
        int area = clean.length / 3;
        for (int pixel = 0; pixel < area; pixel++) {
            Node node = node(pixel);
            Place place = place(flow, pixel, node);
            double along = 0;
            double down = 0;
            for (int at = pixel; at < clean.length; at += area) {
                int plane = at - pixel;
                along += evaluation.gradient()[at] * place.slopeAlong(clean, plane);
                down += evaluation.gradient()[at] * place.slopeDown(clean, plane);
            }
            node.add(slope, 0, along * pixels());
            node.add(slope, BESIDE, down * pixels());
        }
        return new Evaluation(evaluation.scores(), slope);
    }

    /** The picture that a flow makes, {@code [3, height, width]} in [0, 1]; its edge pixels continue beyond it. */
    public float[] bent(float[] flow) {
        float[] bent = new float[clean.length];
        int area = clean.length / 3;
        for (int pixel = 0; pixel < area; pixel++) {
            Place place = place(flow, pixel, node(pixel));
            for (int plane = 0; plane < clean.length; plane += area) {
                bent[plane + pixel] = place.value(clean, plane);
            }
        }
        return bent;
    }

    /** From the furthest to the left to the furthest to the right. */
    private double pixels() {
        return 2 * furthest * Math.min(width, height());
    }

    private int height() {
        return clean.length / 3 / width;
    }

    private Node node(int pixel) {
        double x = (pixel % width + 0.5) / width * (NODES - 1);
        double y = (pixel / width + 0.5) / height() * (NODES - 1);
        return new Node((int) y * NODES + (int) x, x - (int) x, y - (int) y);
    }

    private Place place(float[] flow, int pixel, Node node) {
        double x = inside(pixel % width + (node.value(flow, 0) - 0.5) * pixels(), width);
        double y = inside(pixel / width + (node.value(flow, BESIDE) - 0.5) * pixels(), height());
        // The last column and row are reached from the left and from above, with a weight of 1.
        int left = Math.max(0, Math.min(width - 2, (int) x));
        int top = Math.max(0, Math.min(height() - 2, (int) y));
        return new Place(
                top * width + left, width > 1 ? 1 : 0, height() > 1 ? width : 0, (float) (x - left), (float) (y - top));
    }

    private static double inside(double at, int length) {
        return Math.max(0, Math.min(length - 1, at));
    }

    /** Between four nodes. @param first the upper left one */
    private record Node(int first, double right, double below) {

        double value(float[] flow, int from) {
            int at = from + first;
            return (1 - below) * ((1 - right) * flow[at] + right * flow[at + 1])
                    + below * ((1 - right) * flow[at + NODES] + right * flow[at + NODES + 1]);
        }

        void add(float[] slope, int from, double value) {
            int at = from + first;
            slope[at] += (float) ((1 - below) * (1 - right) * value);
            slope[at + 1] += (float) ((1 - below) * right * value);
            slope[at + NODES] += (float) (below * (1 - right) * value);
            slope[at + NODES + 1] += (float) (below * right * value);
        }
    }

    /** Between four pixels of a plane. @param first the upper left one */
    private record Place(int first, int toRight, int toBelow, float right, float below) {

        float value(float[] planes, int plane) {
            int at = plane + first;
            return (1 - below) * ((1 - right) * planes[at] + right * planes[at + toRight])
                    + below * ((1 - right) * planes[at + toBelow] + right * planes[at + toBelow + toRight]);
        }

        double slopeAlong(float[] planes, int plane) {
            int at = plane + first;
            return (1 - below) * (planes[at + toRight] - planes[at])
                    + below * (planes[at + toBelow + toRight] - planes[at + toBelow]);
        }

        double slopeDown(float[] planes, int plane) {
            int at = plane + first;
            return (1 - right) * (planes[at + toBelow] - planes[at])
                    + right * (planes[at + toBelow + toRight] - planes[at + toRight]);
        }
    }
}
