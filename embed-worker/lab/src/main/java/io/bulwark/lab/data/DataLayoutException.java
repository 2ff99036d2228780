package io.bulwark.lab.data;

import java.nio.file.Path;

/** A data set does not lie as its layout asks. The message names the file, what was found and what is wanted. */
public final class DataLayoutException extends RuntimeException {

    public DataLayoutException(Path place, String problem) {
        super(place + ": " + problem);
    }

    public DataLayoutException(Path place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }
}
