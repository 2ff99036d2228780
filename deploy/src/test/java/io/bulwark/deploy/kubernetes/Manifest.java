package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** One object as it was rendered. */
record Manifest(JsonNode json) {

    String apiVersion() {
        return json.path("apiVersion").asText();
    }

    String kind() {
        return json.path("kind").asText();
    }

    String name() {
        return json.at("/metadata/name").asText();
    }

    Optional<String> namespace() {
        return Optional.ofNullable(json.at("/metadata/namespace").textValue());
    }

    Map<String, String> labels() {
        return texts(json.at("/metadata/labels"));
    }

    /** The node at a JSON pointer; a missing one where there is none. */
    JsonNode at(String pointer) {
        return json.at(pointer);
    }

    /** The pod that a workload makes. */
    JsonNode podSpec() {
        return json.at("/spec/template/spec");
    }

    Map<String, String> podLabels() {
        return texts(json.at("/spec/template/metadata/labels"));
    }

    /** The only container of a workload. */
    JsonNode container() {
        JsonNode containers = podSpec().path("containers");
        if (containers.size() != 1) {
            throw new AssertionError(this + " has " + containers.size() + " containers");
        }
        return containers.get(0);
    }

    static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    @Override
    public String toString() {
        return kind() + " " + name();
    }
}
