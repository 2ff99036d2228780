package io.bulwark.deploy.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A dashboard as Grafana reads it.
 *
 * @param file its name in deploy/grafana/dashboards
 * @param json its content
 */
record Dashboard(String file, JsonNode json) {

    static List<Dashboard> all() {
        Path folder = Checkout.path("deploy/grafana/dashboards");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .sorted()
                    .map(name -> new Dashboard(name, Yaml.read("deploy/grafana/dashboards/" + name)))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Stream<JsonNode> panels() {
        return Yaml.each(json.path("panels"));
    }

    /** Every expression as Prometheus gets it: Grafana's variables replaced by what they are set to at first. */
    Stream<String> expressions() {
        return panels().flatMap(panel -> Yaml.each(panel.path("targets")))
                .map(target -> target.path("expr").asText())
                .map(expression -> expression.replace("$__rate_interval", "1m").replace("$namespace", ".*"));
    }

    @Override
    public String toString() {
        return file;
    }
}
