package io.bulwark.perception.pickle;

/** A PyTorch file that is not read; the message names the file, what was found and, in a pickle, at which byte. */
public final class PickleException extends RuntimeException {

    PickleException(String message) {
        super(message);
    }

    PickleException(String message, Throwable cause) {
        super(message, cause);
    }
}
