package io.bulwark.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Commands that are run one after the other as a user types them, and what they print. One thread. */
public final class CapturedCommands {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Runs a command; answers its exit status. */
    public int run(String... arguments) {
        PrintWriter answers = new PrintWriter(out, true);
        PrintWriter notes = new PrintWriter(err, true);
        int status = BulwarkCommand.commandLine().setOut(answers).setErr(notes).execute(arguments);
        answers.flush();
        notes.flush();
        return status;
    }

    /** What the commands answered since {@link #clearOut}. */
    public String out() {
        return out.toString();
    }

    /** What the only command since then answered with {@code --json}. */
    public JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out());
    }

    /** What the commands wrote beside their answers since {@link #clearErr}. */
    public String err() {
        return err.toString();
    }

    public void clearOut() {
        out.getBuffer().setLength(0);
    }

    public void clearErr() {
        err.getBuffer().setLength(0);
    }
}
