package io.bulwark.cli.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** What a calibration measured, as {@code bulwark bank calibrate --json} prints it. */
final class MeasuredFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private MeasuredFile() {}

    /**
     * All numbers of the first line, those of inner objects by {@code outer.inner}.
     *
     * @throws CommandFailure if it cannot be read or is no JSON object
     */
    static Map<String, Double> read(Path file) {
        try {
            String first = Files.readString(file).lines().findFirst().orElse("");
            JsonNode root = JSON.readTree(first);
            if (!root.isObject()) {
                throw noObject(file);
            }
            Map<String, Double> numbers = new TreeMap<>();
            collect("", root, numbers);
            return numbers;
        } catch (JsonProcessingException malformed) {
            throw noObject(file);
        } catch (IOException unreadable) {
            throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static void collect(String prefix, JsonNode object, Map<String, Double> numbers) {
        object.fields().forEachRemaining(field -> {
            if (field.getValue().isNumber()) {
                numbers.put(prefix + field.getKey(), field.getValue().asDouble());
            } else if (field.getValue().isObject()) {
                collect(prefix + field.getKey() + ".", field.getValue(), numbers);
            }
        });
    }

    private static CommandFailure noObject(Path file) {
        return CommandFailure.usage("the first line of " + file
                + " is no JSON object: --measured takes what `bulwark bank calibrate --json` prints");
    }
}
