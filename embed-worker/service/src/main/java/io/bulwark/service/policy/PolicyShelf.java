package io.bulwark.service.policy;

import io.bulwark.perception.verdict.Policies;
import io.bulwark.service.lifecycle.Readiness;
import java.util.Optional;

/** The policies in force. Whoever decides takes them once for all that is decided together. Any thread. */
public final class PolicyShelf {

    private volatile State state = new State(new Readiness.Reading("The policies are being read"), Optional.empty());

    /** Whether verdicts can be given, and if not, why. */
    public Readiness status() {
        return state.status();
    }

    /** The policies of now; empty while none may decide. */
    public Optional<Policies> current() {
        return state.policies();
    }

    /** The version of a tenant's policy; empty text while none may decide. */
    public String version(String tenant) {
        return current()
                .map(policies -> policies.of(tenant).inForce().version())
                .orElse("");
    }

    /** Puts others in their place. */
    public void put(Policies policies, String message) {
        state = new State(new Readiness.Usable(message), Optional.of(policies));
    }

    /** Nothing may decide from now on; the message says why and what mends it. */
    public void withdraw(String message) {
        state = new State(new Readiness.Unusable(message), Optional.empty());
    }

    /** Says why there are no policies yet; changes nothing where there are. */
    public void explainAbsence(String message) {
        if (state.policies().isEmpty()) {
            state = new State(new Readiness.Reading(message), Optional.empty());
        }
    }

    private record State(Readiness status, Optional<Policies> policies) {}
}
