package io.bulwark.lab.attack.command;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;

/** Threat models as people write them in options. */
public final class Threats {

    private Threats() {}

    /**
     * Reads {@code linf:4/255}.
     *
     * @param option that it was given by, for the error
     * @throws CommandFailure if it is none
     */
    public static ThreatModel named(String option, String text) {
        int colon = text.indexOf(':');
        try {
            if (colon < 0) {
                throw new IllegalArgumentException("no colon between norm and epsilon");
            }
            return new ThreatModel(
                    Norm.labelled(text.substring(0, colon)), ThreatModel.parseEpsilon(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("%s: '%s' is no threat model such as linf:4/255 or l2:0.5: %s"
                    .formatted(option, text, e.getMessage()));
        }
    }
}
