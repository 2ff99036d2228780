package io.bulwark.imaging.process;

/** A decoder process died with a file in hand. */
final class ChildDiedException extends Exception {

    private final boolean begun;
    private final boolean killed;

    /**
     * @param begun whether it held the whole file, so that its death may be the file's doing
     * @param killed whether somebody outside ended it
     * @param how it died
     */
    ChildDiedException(boolean begun, boolean killed, String how) {
        super(how);
        this.begun = begun;
        this.killed = killed;
    }

    boolean begun() {
        return begun;
    }

    /** Whether the kernel, for want of memory, or anybody else ended it: that need not be the file's doing. */
    boolean killed() {
        return killed;
    }
}
