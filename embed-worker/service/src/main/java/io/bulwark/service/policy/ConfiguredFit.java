package io.bulwark.service.policy;

import java.util.Optional;

/**
 * Whether the policy of the worker's own settings suits the worker.
 *
 * @param madeFor {@code bulwark.policy.made-for}
 * @param worker what the worker has
 * @param command that calibrates for it
 */
public record ConfiguredFit(Optional<String> madeFor, MadeFor worker, String command) {

    /** The value by which somebody says that they answer for the numbers themselves. */
    public static final String ANY = "any";

    /** Why no verdict may be given, and what mends it; empty where it fits. */
    public Optional<String> complaint() {
        if (madeFor.isEmpty()) {
            return Optional.of("The policy was never calibrated for this worker's bank, model and views"
                    + " (bulwark.policy.made-for is not set): run `" + command + "` and set what it prints.");
        }
        String stated = madeFor.get().strip();
        if (stated.equals(ANY)) {
            return Optional.empty();
        }
        Optional<MadeFor> made = MadeFor.parse(stated);
        if (made.isEmpty()) {
            return Optional.of("bulwark.policy.made-for is " + stated + ", allowed is bank/model/views as `" + command
                    + "` prints it, or " + ANY + ".");
        }
        return made.get()
                .misfit(worker)
                .map(differences -> "The policy (bulwark.policy.made-for) was calibrated for " + differences + ": run `"
                        + command + "` and set what it prints.");
    }
}
