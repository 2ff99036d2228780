package io.bulwark.lab.redteam;

/** The time for one picture is over; the picture is skipped. */
final class OverdueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OverdueException() {
        super("the time for one picture is over", null, false, false);
    }
}
