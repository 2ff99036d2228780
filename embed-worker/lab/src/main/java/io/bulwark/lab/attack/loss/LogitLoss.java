package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.loss.EmbeddingLoss.Row.Score;

/**
 * What is raised where a decision is the greatest of several logits (Croce and Hein, ICML 2020, section 4). Equal
 * logits are decided for the lower class. Pure.
 */
public enum LogitLoss {
    /** Minus the log-probability of the true class. */
    CROSS_ENTROPY {
        @Override
        double value(double[] logits, int label, int target, double[] slope) {
            double greatest = logits[decided(logits)];
            double sum = 0;
            for (int c = 0; c < logits.length; c++) {
                slope[c] = Math.exp(logits[c] - greatest);
                sum += slope[c];
            }
            for (int c = 0; c < logits.length; c++) {
                slope[c] /= sum;
            }
            slope[label] -= 1;
            return Math.log(sum) + greatest - logits[label];
        }
    },

    /** The greatest other logit minus that of the true class: above zero exactly where the decision is wrong. */
    MARGIN {
        @Override
        double value(double[] logits, int label, int target, double[] slope) {
            int rival = label == 0 ? 1 : 0;
            for (int c = 0; c < logits.length; c++) {
                if (c != label && logits[c] > logits[rival]) {
                    rival = c;
                }
            }
            return difference(logits, rival, label, slope);
        }
    },

    /** The target's logit minus that of the true class. */
    TARGETED {
        @Override
        double value(double[] logits, int label, int target, double[] slope) {
            return difference(logits, target, label, slope);
        }

        @Override
        boolean fooled(double[] logits, int label, int target) {
            return decided(logits) == target;
        }
    };

    /**
     * Evaluates one sample.
     *
     * @param label the true class
     * @param target the class that the attacker wants; read by {@link #TARGETED} alone
     * @param slope {@code [classes]} of zeros, filled with {@code d loss / d logit}
     * @return the loss; fooled where the decision is not the label, for {@link #TARGETED} where it is the target
     */
    public Score evaluate(double[] logits, int label, int target, double[] slope) {
        return new Score(value(logits, label, target, slope), fooled(logits, label, target));
    }

    abstract double value(double[] logits, int label, int target, double[] slope);

    boolean fooled(double[] logits, int label, int target) {
        return decided(logits) != label;
    }

    private static double difference(double[] logits, int raised, int lowered, double[] slope) {
        slope[raised] += 1;
        slope[lowered] -= 1;
        return logits[raised] - logits[lowered];
    }

    private static int decided(double[] logits) {
        int decided = 0;
        for (int c = 1; c < logits.length; c++) {
            if (logits[c] > logits[decided]) {
                decided = c;
            }
        }
        return decided;
    }
}
