package io.bulwark.stream.database;

/** A list took longer than lists may, or all connections of lists are in use. The message names the setting and what helps. */
public final class ListUnfinishedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ListUnfinishedException(String message, Throwable cause) {
        super(message, cause);
    }
}
