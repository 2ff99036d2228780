package io.bulwark.perception.hub;

/** A model cannot be fetched. The message names it, the hub's answer and a fix. */
public final class HubException extends RuntimeException {

    HubException(String message) {
        super(message);
    }

    HubException(String message, Throwable cause) {
        super(message, cause);
    }
}
