package io.bulwark.lab.golden;

import java.io.IOException;

/** How the cases of one kind are held to the original. */
@FunctionalInterface
interface GoldenCheck {

    /**
     * Compares.
     *
     * @throws SkippedException if an input is not there
     * @throws IOException if a file is missing or damaged
     */
    void check(GoldenCase golden, GoldenFiles files, Findings findings) throws IOException;

    /** A case cannot be run here; the message says what is missing. */
    final class SkippedException extends RuntimeException {

        SkippedException(String reason) {
            super(reason);
        }
    }
}
