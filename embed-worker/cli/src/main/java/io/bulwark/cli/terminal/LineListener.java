package io.bulwark.cli.terminal;

/**
 * Receives every line that a command prints, as JSON, also where this run prints text. Found
 * by {@link java.util.ServiceLoader}. Whatever thread prints calls it, one at a time for one {@link Output}.
 */
@FunctionalInterface
public interface LineListener {

    /** @param line one JSON object, an example of {@code output.schema.json} */
    void printed(String line);
}
