package io.bulwark.perception.audit;

import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;

/** The detector of {@code IMAGE_SCALING}: the traces were looked for where pictures are decoded. Immutable; any thread. */
public final class ScalingAuditor {

    /** The signal's name. */
    public static final String SIGNAL = "image-scaling";

    private final double threshold;

    /**
     * Makes the detector.
     *
     * @param threshold in [0, 1]
     */
    public ScalingAuditor(double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("bulwark.scaling.threshold is " + threshold
                    + ", allowed is a score from 0 to 1 (`bulwark audit scaling` finds it)");
        }
        this.threshold = threshold;
    }

    /** Compares a trace with the threshold. */
    public ScalingFinding inspect(ScalingTrace trace) {
        return new ScalingFinding(new Signal(SIGNAL, trace.score(), threshold), trace);
    }

    /** The detector's answer where nothing recurs in a picture, or it is too small for anything to hide in. */
    public Signal nothingFound() {
        return new Signal(SIGNAL, 0, threshold);
    }

    /**
     * What a trace of a hidden picture came to.
     *
     * @param signal the detector's answer
     * @param trace what it rests on
     */
    public record ScalingFinding(Signal signal, ScalingTrace trace) {}
}
