package io.bulwark.lab.probe;

import io.bulwark.lab.attack.ThreatModel;

/**
 * How a picture is attacked.
 *
 * @param threat at the encoder's input, for each view
 * @param iterations of APGD for each loss, at least 1
 * @param seed of whatever is drawn
 */
public record ProbeSettings(ThreatModel threat, int iterations, long seed) {

    /** The attack's name in metrics and audits. */
    public static final String ATTACK = "apgd";
}
