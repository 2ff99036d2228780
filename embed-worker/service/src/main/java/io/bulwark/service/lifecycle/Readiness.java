package io.bulwark.service.lifecycle;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether something that verdicts need can be used, with a sentence for people. */
public sealed interface Readiness {

    String message();

    /** It has not been read to its end yet. */
    record Reading(String message) implements Readiness {}

    /** Verdicts can be given by it. */
    record Usable(String message) implements Readiness {}

    /** Read, but no verdict may be given by it; the message says why and suggests a fix. */
    record Unusable(String message) implements Readiness {}

    /**
     * What verdicts wait for: the encoder's bank and the policies at all times, the twin's bank until it could be used
     * for the first time. From then on a twin without a bank is silent, since a missing audit is no reason to keep a
     * verdict back. Any thread.
     */
    public static final class VerdictGate {

        private final List<Supplier<Readiness>> needed;
        private final Optional<Supplier<Readiness>> twins;
        private boolean twinWasUsable; // guarded by this

        /**
         * Makes the gate.
         *
         * @param needed at all times, at least one
         * @param twins present where a twin runs
         */
        public VerdictGate(List<Supplier<Readiness>> needed, Optional<Supplier<Readiness>> twins) {
            this.needed = List.copyOf(needed);
            this.twins = twins;
        }

        /** Whether verdicts can be given, and if not, what keeps them back and why. */
        public synchronized Readiness status() {
            for (Supplier<Readiness> each : needed) {
                Readiness status = each.get();
                if (!(status instanceof Readiness.Usable)) {
                    return status;
                }
            }
            if (!twinWasUsable && twins.isPresent()) {
                Readiness ofTwin = twins.get().get();
                if (!(ofTwin instanceof Readiness.Usable)) {
                    return ofTwin;
                }
                twinWasUsable = true;
            }
            return needed.get(0).get();
        }
    }
}
