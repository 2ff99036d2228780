package io.bulwark.imaging.process;

/** A decoder process died with a file in hand. */
final class ChildDiedException extends Exception {

    private final boolean begun;

    /**
     * @param begun whether it held the whole file, so that its death may be the file's doing
     * @param how it died
     */
    ChildDiedException(boolean begun, String how) {
        super(how);
        this.begun = begun;
    }

    boolean begun() {
        return begun;
    }
}
