package io.bulwark.lab.probe;

/** Thrown by a {@link io.bulwark.lab.attack.Watch} when the time for one picture is over. */
public final class OverdueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public OverdueException() {
        super("the time for one picture is over", null, false, false);
    }
}
