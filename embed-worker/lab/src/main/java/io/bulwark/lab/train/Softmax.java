package io.bulwark.lab.train;

/** Logits to probabilities. */
final class Softmax {

    private Softmax() {}

    /** Logarithms of the probabilities of one row. */
    static double[] logarithms(float[] logits, int from, int classes) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
            largest = Math.max(largest, logits[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[from + c] - largest);
        }
        double normaliser = largest + Math.log(sum);
        double[] logarithms = new double[classes];
        for (int c = 0; c < classes; c++) {
            logarithms[c] = logits[from + c] - normaliser;
        }
        return logarithms;
    }

    /** The place of the largest value of one row; the first of equals. */
    static int top(float[] logits, int from, int classes) {
        int top = 0;
        for (int c = 1; c < classes; c++) {
            top = logits[from + c] > logits[from + top] ? c : top;
        }
        return top;
    }
}
