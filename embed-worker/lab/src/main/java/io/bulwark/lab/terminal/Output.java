package io.bulwark.lab.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Map;

/**
 * Where a command's answer goes: lines for people, or one JSON object a line for machines. The answer goes to standard
 * output; notes and progress go to standard error and are silent for machines. Any thread may print.
 */
public final class Output {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean json;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * @param json one JSON object a line instead of text
     * @param out the answer
     * @param err notes
     */
    public Output(boolean json, PrintWriter out, PrintWriter err) {
        this.json = json;
        this.out = out;
        this.err = err;
    }

    /** Prints nothing: for a part of some work whose whole reports for it. */
    public static Output silent() {
        return new Output(true, nowhere(), nowhere());
    }

    private static PrintWriter nowhere() {
        return new PrintWriter(Writer.nullWriter());
    }

    public boolean isJson() {
        return json;
    }

    /**
     * Part of the answer, in both its forms.
     *
     * @param text for people
     * @param fields for machines: strings, numbers, booleans, lists and maps of these
     */
    public synchronized void print(String text, Map<String, ?> fields) {
        out.println(json ? toJson(fields) : text);
        out.flush();
    }

    /** A remark for people alone, on standard error. */
    public synchronized void note(String text) {
        if (!json) {
            err.println(text);
            err.flush();
        }
    }

    static String toJson(Map<String, ?> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(
                    "a command printed fields that are no JSON: " + fields.keySet(), impossible);
        }
    }
}
