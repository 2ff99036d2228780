package io.bulwark.lab.data;

import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Path;

/** A data set does not lie as its layout asks. The message names the file, what was found and what is wanted. */
public final class DataLayoutException extends CommandFailure {

    public DataLayoutException(Path place, String problem) {
        this(place, problem, null);
    }

    public DataLayoutException(Path place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }
}
