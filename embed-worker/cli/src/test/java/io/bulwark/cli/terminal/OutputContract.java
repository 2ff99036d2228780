package io.bulwark.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The checked-in contract of what commands print. Any thread may ask it. */
public final class OutputContract {

    public static final String FAILURE = "Failure";

    private static final OutputContract CHECKED_IN =
            read(Path.of(System.getProperty("bulwark.home"), "embed-worker/cli/output.schema.json"));

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode document;
    private final Map<String, JsonSchema> schemas = new ConcurrentHashMap<>();

    private OutputContract(ObjectNode document) {
        this.document = document;
    }

    public static OutputContract checkedIn() {
        return CHECKED_IN;
    }

    private static OutputContract read(Path file) {
        try {
            return new OutputContract((ObjectNode) new ObjectMapper().readTree(file.toFile()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " of this module", unreadable);
        }
    }

    public ObjectNode document() {
        return document;
    }

    /** The commands that it lists, in its order. */
    public Set<String> commands() {
        Set<String> commands = new TreeSet<>();
        document.path("oneOf").forEach(each -> commands.add(each.path("$ref").asText()));
        return commands;
    }

    /** What is wrong with a line of standard output; empty if it is as the contract has it. */
    public List<String> faults(String line) {
        String command = tree(line).path("command").asText();
        String reference = reference(command);
        if (!commands().contains(reference)) {
            return List.of("the command \"" + command + "\" is not listed");
        }
        int kinds = document.at(reference.substring(1)).path("oneOf").size();
        if (kinds == 0) {
            return faults(reference, line);
        }
        List<List<String>> ofKinds = IntStream.range(0, kinds)
                .mapToObj(kind -> faults(reference + "/oneOf/" + kind, line))
                .toList();
        long fitting = ofKinds.stream().filter(List::isEmpty).count();
        return fitting > 1
                ? List.of(fitting + " kinds of lines fit")
                : ofKinds.stream().min(Comparator.comparingInt(List::size)).orElseThrow();
    }

    /** What is wrong with the last line of standard error of a command that failed. */
    public List<String> faultsOfFailure(String line) {
        return faults("#/$defs/" + FAILURE, line);
    }

    public static String reference(String command) {
        return "#/$defs/" + command.replace(' ', '.');
    }

    private List<String> faults(String reference, String line) {
        return schemas.computeIfAbsent(reference, this::schema).validate(tree(line)).stream()
                .map(Object::toString)
                .toList();
    }

    private JsonSchema schema(String reference) {
        ObjectNode one = document.deepCopy();
        one.remove("oneOf");
        one.put("$ref", reference);
        return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(
                        one,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
    }

    private static JsonNode tree(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("no JSON: " + line, malformed);
        }
    }
}
