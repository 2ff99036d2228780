package io.bulwark.service.follow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a policy's numbers were calibrated for, and what a worker has: scores of another bank, model or way of cutting
 * views mean something else.
 *
 * @param bank its name
 * @param modelFingerprint of the encoder; of a pair {@link
 *     io.bulwark.perception.encoder.EncoderDescription#pairedWith both}
 * @param preprocessFingerprint of decoding and views
 */
public record MadeFor(String bank, String modelFingerprint, String preprocessFingerprint) {

    /** Reads {@code bank/model/views}; empty where it is not that. */
    public static Optional<MadeFor> parse(String text) {
        String[] parts = text.strip().split("/", -1);
        return parts.length == 3 && !parts[0].isBlank() && !parts[1].isBlank() && !parts[2].isBlank()
                ? Optional.of(new MadeFor(parts[0], parts[1], parts[2]))
                : Optional.empty();
    }

    /** What is other than in the worker, in words; empty where nothing is. */
    public Optional<String> misfit(MadeFor worker) {
        List<String> differences = new ArrayList<>();
        compare(differences, "bank", bank, worker.bank);
        compare(differences, "model", modelFingerprint, worker.modelFingerprint);
        compare(differences, "views", preprocessFingerprint, worker.preprocessFingerprint);
        return differences.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", differences));
    }

    private static void compare(List<String> differences, String what, String made, String has) {
        if (!made.equals(has)) {
            differences.add("the " + what + " " + made + ", the worker has " + has);
        }
    }

    @Override
    public String toString() {
        return bank + "/" + modelFingerprint + "/" + preprocessFingerprint;
    }

    /**
     * Whether the policy of the worker's own settings suits the worker.
     *
     * @param madeFor {@code bulwark.policy.made-for}
     * @param worker what the worker has
     * @param command that calibrates for it
     */
    public record ConfiguredFit(Optional<String> madeFor, MadeFor worker, String command) {

        /** The value with which an operator takes responsibility for the numbers. */
        public static final String ANY = "any";

        /** Why no verdict may be given, and the command that fixes it; empty if it fits. */
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
                return Optional.of("bulwark.policy.made-for is " + stated + ", allowed is bank/model/views as `"
                        + command + "` prints it, or " + ANY + ".");
            }
            return made.get()
                    .misfit(worker)
                    .map(differences -> "The policy (bulwark.policy.made-for) was calibrated for " + differences
                            + ": run `" + command + "` and set what it prints.");
        }
    }
}
