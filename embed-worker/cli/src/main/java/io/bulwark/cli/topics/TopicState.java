package io.bulwark.cli.topics;

import io.bulwark.cli.terminal.Output;
import io.bulwark.schemas.topic.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A topic of the catalogue as a broker has it.
 *
 * @param name on the broker
 * @param exists whether it has it
 * @param differences from the catalogue, each with what was found and what is wanted
 */
public record TopicState(Topics topic, String name, boolean exists, List<String> differences) {

    /** Keys of the configuration that differ; partitions are none. */
    public List<String> configDifferences() {
        return topic.config().keySet().stream()
                .filter(key -> differences.stream().anyMatch(difference -> difference.startsWith(key + " ")))
                .sorted()
                .toList();
    }

    /** One line, or one JSON object. */
    void print(Output output, String wordForAbsent) {
        String state = !exists ? wordForAbsent : differences.isEmpty() ? "as it should be" : "differs";
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("topic", name);
        fields.put("state", state);
        fields.put("partitions", topic.partitions());
        fields.put("differences", differences);
        output.print(
                name + "  " + state + (differences.isEmpty() ? "" : ": " + String.join("; ", differences)), fields);
    }
}
