package io.bulwark.perception.audit;

import io.bulwark.perception.verdict.ScoredImage;
import java.util.List;

/** The detector of {@code TWIN_DISAGREEMENT}. Immutable; any thread. */
public final class TwinAuditor {

    /** The signal's name. */
    public static final String SIGNAL = "twin-disagreement";

    private final double threshold;

    /**
     * Makes the detector.
     *
     * @param threshold as {@link TwinCalibration} found it for the pair, in [0, 1]
     */
    public TwinAuditor(double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("bulwark.twin.threshold is " + threshold
                    + ", allowed is a score from 0 to 1 (`bulwark bank calibrate --twin MODEL` finds it)");
        }
        this.threshold = threshold;
    }

    /**
     * Compares what the two say of one image.
     *
     * @param drifts by view, as {@link Drift#byView} gives them
     */
    public TwinFinding inspect(ScoredImage robust, ScoredImage clean, List<Double> drifts) {
        Disagreement disagreement = Disagreement.of(robust, clean, drifts);
        return new TwinFinding(new Signal(SIGNAL, disagreement.score(), threshold), disagreement);
    }

    /**
     * What the comparison of the twins came to.
     *
     * @param signal the detector's answer
     * @param disagreement what it rests on
     */
    public record TwinFinding(Signal signal, Disagreement disagreement) {}
}
