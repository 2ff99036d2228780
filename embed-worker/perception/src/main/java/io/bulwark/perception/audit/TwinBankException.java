package io.bulwark.perception.audit;

/**
 * The references of the two encoders are not the same ones; the message names the missing ones and the command that
 * adds them.
 */
public final class TwinBankException extends IllegalArgumentException {

    TwinBankException(String message) {
        super(message);
    }
}
