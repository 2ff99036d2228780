package io.bulwark.lab.explain;

/**
 * What becomes of a view's score while its cells are deleted one after the other.
 *
 * @param scores in [0, 1], the whole view's first, the last without any cell
 */
public record DeletionCurve(double[] scores) {

    /** The area under the curve over the share deleted, by trapezoids, in [0, 1]: the lower, the better the order was. */
    public double area() {
        double sum = 0;
        for (int i = 1; i < scores.length; i++) {
            sum += (scores[i] + scores[i - 1]) / 2;
        }
        return sum / (scores.length - 1);
    }
}
