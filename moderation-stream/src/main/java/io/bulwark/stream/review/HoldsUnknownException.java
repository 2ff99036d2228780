package io.bulwark.stream.review;

/** Which legal holds there are is not known yet; the record's partition waits and is read again from there. */
final class HoldsUnknownException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HoldsUnknownException(String why) {
        super("The legal holds cannot be asked: " + why);
    }
}
