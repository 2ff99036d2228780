package io.bulwark.perception.audit;

import io.bulwark.imaging.scaling.ScalingTrace;

/**
 * What a trace of a hidden picture came to.
 *
 * @param signal the detector's answer
 * @param trace what it rests on
 */
public record ScalingFinding(Signal signal, ScalingTrace trace) {}
