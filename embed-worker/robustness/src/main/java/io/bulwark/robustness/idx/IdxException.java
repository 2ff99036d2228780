package io.bulwark.robustness.idx;

import java.nio.file.Path;

/** A file that is no idx file, or not the one that is needed; the message names it and what was found. */
public final class IdxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IdxException(Path file, String problem) {
        super(file + " " + problem);
    }

    IdxException(Path file, String problem, Throwable cause) {
        super(file + " " + problem, cause);
    }
}
