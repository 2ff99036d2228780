package io.bulwark.perception.audit;

/**
 * One detector's answer for one image.
 *
 * @param name of the detector
 * @param score in [0, 1]; the more, the more suspicious
 * @param threshold calibrated to a budget of false positives; in [0, 1]
 */
public record Signal(String name, double score, double threshold) {

    /** Whether the score lies above the threshold; a score equal to it does not fire. */
    public boolean fired() {
        return score > threshold;
    }
}
