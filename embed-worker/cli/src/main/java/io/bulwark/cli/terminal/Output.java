package io.bulwark.cli.terminal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * Where a command's answer goes: lines for people, or one JSON object a line for machines, as
 * {@code embed-worker/cli/output.schema.json} has them. The answer goes to standard output; notes and progress go to
 * standard error and are silent for machines. Any thread may print.
 */
public final class Output {

    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new SimpleModule()
                    .addSerializer(Double.class, new FiniteNumber())
                    .addSerializer(Float.class, new FiniteNumber()));

    private static final List<LineListener> LISTENERS = ServiceLoader.load(LineListener.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    private final String command;
    private final boolean json;
    private final PrintWriter out;
    private final PrintWriter err;

    /**
     * Fields of an answer in the order in which they are named.
     *
     * @param namesAndValues a name, its value, and so on
     * @return a map that may be added to
     */
    public static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /**
     * @param command the words that name the command, without {@code bulwark}: {@code bank list}
     * @param json one JSON object a line instead of text
     * @param out the answer
     * @param err notes
     */
    public Output(String command, boolean json, PrintWriter out, PrintWriter err) {
        this.command = command;
        this.json = json;
        this.out = out;
        this.err = err;
    }

    /** Prints nothing: for a part of some work whose whole reports for it. */
    public static Output silent() {
        return new Output("", true, nowhere(), nowhere());
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
     * @param fields for machines, who get {@code command} before them: strings, numbers, booleans, lists and maps of
     *     these. A number that is infinite or none becomes null
     */
    public synchronized void print(String text, Map<String, ?> fields) {
        if (json || !LISTENERS.isEmpty()) {
            String line = line(fields);
            LISTENERS.forEach(listener -> listener.printed(line));
            out.println(json ? line : text);
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** A remark for people alone, on standard error. */
    public synchronized void note(String text) {
        if (!json) {
            err.println(text);
            err.flush();
        }
    }

    /**
     * Why the command cannot go on, on standard error; for machines with {@code command}, {@code error} and
     * {@code exitCode}.
     *
     * @param text for people
     * @param message the same, plain
     */
    synchronized void fail(String text, String message, int exitCode) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("error", message);
        fields.put("exitCode", exitCode);
        err.println(json ? line(fields) : text);
        err.flush();
    }

    private String line(Map<String, ?> fields) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("command", command);
        line.putAll(fields);
        try {
            return JSON.writeValueAsString(line);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(
                    "a command printed fields that are no JSON: " + fields.keySet(), impossible);
        }
    }

    /** JSON has no NaN and no infinity; Jackson would write their names in quotes. */
    private static final class FiniteNumber extends JsonSerializer<Number> {

        @Override
        public void serialize(Number number, JsonGenerator json, SerializerProvider serializers) throws IOException {
            if (!Double.isFinite(number.doubleValue())) {
                json.writeNull();
            } else if (number instanceof Float single) {
                json.writeNumber(single);
            } else {
                json.writeNumber(number.doubleValue());
            }
        }
    }

    /**
     * Receives every line that a command prints, as JSON, also where this run prints text. Found
     * by {@link java.util.ServiceLoader}. Whatever thread prints calls it, one at a time for one {@link Output}.
     */
    @FunctionalInterface
    public interface LineListener {

        /** @param line one JSON object, an example of {@code output.schema.json} */
        void printed(String line);
    }
}
