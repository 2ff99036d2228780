package io.bulwark.perception.audit;

/**
 * What the comparison of the twins came to.
 *
 * @param signal the detector's answer
 * @param disagreement what it rests on
 */
public record TwinFinding(Signal signal, Disagreement disagreement) {}
