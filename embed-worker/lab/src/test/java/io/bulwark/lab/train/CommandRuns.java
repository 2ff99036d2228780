package io.bulwark.lab.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that are run one after the other, and what they print.
 *
 * @param out of all of them
 * @param err of all of them
 */
record CommandRuns(StringWriter out, StringWriter err) {

    CommandRuns() {
        this(new StringWriter(), new StringWriter());
    }

    /** The exit code. */
    int run(List<String> arguments) {
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    /** As {@link #run(List)}, with options of which each is left out where another value of it is given. */
    int run(List<String> command, List<List<String>> standard, String... given) {
        List<String> all = new ArrayList<>(command);
        for (List<String> option : standard) {
            if (!List.of(given).contains(option.get(0))) {
                all.addAll(option);
            }
        }
        all.addAll(List.of(given));
        return run(all);
    }

    /** What was printed by commands with {@code --json}. */
    List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }
}
