package io.bulwark.service.bank;

import java.util.Optional;

/**
 * The banks that verdicts wait for: the encoder's at all times, its twin's until it could be used for the first time.
 * From then on a twin without a bank is silent, since a missing audit is no reason to keep a verdict back. Any thread.
 */
public final class BankGate {

    private final BankShelf encoders;
    private final Optional<BankShelf> twins;
    private boolean twinWasUsable; // guarded by this

    /**
     * Makes the gate.
     *
     * @param twins present where a twin runs
     */
    public BankGate(BankShelf encoders, Optional<BankShelf> twins) {
        this.encoders = encoders;
        this.twins = twins;
    }

    /** Whether verdicts can be given, and if not, which bank keeps them back and why. */
    public synchronized BankStatus status() {
        BankStatus own = encoders.status();
        if (!(own instanceof BankStatus.Usable) || twinWasUsable || twins.isEmpty()) {
            return own;
        }
        BankStatus ofTwin = twins.get().status();
        if (!(ofTwin instanceof BankStatus.Usable)) {
            return ofTwin;
        }
        twinWasUsable = true;
        return own;
    }
}
