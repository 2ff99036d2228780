package io.bulwark.lab.attack;

import java.util.Locale;

/** How the size of a perturbation is measured. Pure; every method works on one sample's range of a batch. */
public enum Norm {
    /** The largest change of any value. */
    LINF {
        @Override
        public double of(float[] values, int from, int length) {
            float largest = 0;
            for (int i = from; i < from + length; i++) {
                // Math.max keeps a NaN, which is within no bound.
                largest = Math.max(largest, Math.abs(values[i]));
            }
            return largest;
        }

        @Override
        public void steepest(float[] gradient, int from, int length) {
            for (int i = from; i < from + length; i++) {
                gradient[i] = Math.signum(gradient[i]);
            }
        }

        @Override
        void shrink(float[] perturbation, int from, int length, double epsilon) {
            float bound = (float) epsilon;
            for (int i = from; i < from + length; i++) {
                perturbation[i] = Math.max(-bound, Math.min(bound, perturbation[i]));
            }
        }
    },

    /** The Euclidean length over all pixels and channels, values in [0, 1]. */
    L2 {
        @Override
        public double of(float[] values, int from, int length) {
            double squares = 0;
            for (int i = from; i < from + length; i++) {
                squares += (double) values[i] * values[i];
            }
            return Math.sqrt(squares);
        }

        @Override
        public void steepest(float[] gradient, int from, int length) {
            scale(gradient, from, length, 1 / Math.max(of(gradient, from, length), SHORTEST));
        }

        @Override
        void shrink(float[] perturbation, int from, int length, double epsilon) {
            double size = of(perturbation, from, length);
            if (size > epsilon) {
                scale(perturbation, from, length, epsilon / size);
            }
        }
    };

    /** A shorter gradient counts as this long, as in PyTorch's {@code F.normalize}. */
    private static final double SHORTEST = 1e-12;

    /** The norm of one sample's values. */
    public abstract double of(float[] values, int from, int length);

    /** Turns a gradient into the step of norm 1 that raises the loss fastest: its sign, or its direction. */
    public abstract void steepest(float[] gradient, int from, int length);

    /** Brings a perturbation into the ball of a radius around zero; one inside stays as it is. */
    abstract void shrink(float[] perturbation, int from, int length, double epsilon);

    /** The name in commands and reports: {@code linf}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The norm of that label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Norm labelled(String label) {
        for (Norm norm : values()) {
            if (norm.label().equals(label)) {
                return norm;
            }
        }
        throw new IllegalArgumentException("norm '" + label + "' is not one of linf, l2");
    }

    private static void scale(float[] values, int from, int length, double factor) {
        for (int i = from; i < from + length; i++) {
            values[i] = (float) (values[i] * factor);
        }
    }
}
