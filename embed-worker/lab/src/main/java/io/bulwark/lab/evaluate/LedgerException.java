package io.bulwark.lab.evaluate;

/** A ledger is not the one of this run. The message names the file and the fix. */
public final class LedgerException extends RuntimeException {

    public LedgerException(String message) {
        super(message);
    }
}
