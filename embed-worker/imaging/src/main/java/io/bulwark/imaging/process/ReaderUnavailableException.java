package io.bulwark.imaging.process;

/** Files cannot be read for now, whatever they hold: no process can be started, or the reader was closed. */
public final class ReaderUnavailableException extends RuntimeException {

    ReaderUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
