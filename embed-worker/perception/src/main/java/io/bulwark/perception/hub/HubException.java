package io.bulwark.perception.hub;

/** A model cannot be fetched. The message names it, what the hub answered and what mends it. */
public final class HubException extends RuntimeException {

    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
