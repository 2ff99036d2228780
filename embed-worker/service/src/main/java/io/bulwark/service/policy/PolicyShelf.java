package io.bulwark.service.policy;

import io.bulwark.service.lifecycle.Readiness;
import java.util.Optional;
import java.util.Set;

/** The policies in force. Whoever decides takes them once for all that is decided together. Any thread. */
public final class PolicyShelf {

    private volatile State state = new State(new Readiness.Reading("The policies are being read"), Optional.empty());

    /** Whether policies can decide, and if not, why. */
    public Readiness status() {
        return state.status();
    }

    /** Whether policies can decide by a bank with these labels, and if not, why. */
    public Readiness status(Set<String> labels) {
        State now = state;
        return now.snapshot()
                .flatMap(snapshot -> snapshot.complaint(labels))
                .<Readiness>map(Readiness.Unusable::new)
                .orElse(now.status());
    }

    /** The policies of now; empty while none may decide. */
    public Optional<PolicySnapshot> current() {
        return state.snapshot();
    }

    /** The version of a tenant's policy; empty text while none may decide. */
    public String version(String tenant) {
        return current()
                .map(policies -> policies.of(tenant).inForce().version())
                .orElse("");
    }

    /** Puts others in their place. */
    public void put(PolicySnapshot policies, String message) {
        state = new State(new Readiness.Usable(message), Optional.of(policies));
    }

    /** Nothing may decide from now on; the message says why and what mends it. */
    public void withdraw(String message) {
        state = new State(new Readiness.Unusable(message), Optional.empty());
    }

    /** Says why there are no policies yet; changes nothing where there are. */
    public void explainAbsence(String message) {
        if (state.snapshot().isEmpty()) {
            state = new State(new Readiness.Reading(message), Optional.empty());
        }
    }

    private record State(Readiness status, Optional<PolicySnapshot> snapshot) {}
}
