package io.bulwark.perception.audit;

/** The references of the two encoders are not the same ones; the message says which are missing and what mends it. */
public final class TwinBankException extends IllegalArgumentException {

    TwinBankException(String message) {
        super(message);
    }
}
