package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The Helm chart as Helm itself renders it, as a library.
 *
 * @param release its name
 * @param namespace of the release
 * @param files names of values files in the chart's folder, the last of which wins
 * @param values by path, which win over the files
 */
record Chart(String release, String namespace, List<String> files, Map<String, String> values) {

    static final Path FOLDER = Checkout.path("deploy/helm/bulwark");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** The release {@code bulwark} in the namespace {@code bulwark}, with the values as they are. */
    static Chart asItIs() {
        return new Chart("bulwark", "bulwark", List.of(), Map.of());
    }

    Chart named(String name, String space) {
        return new Chart(name, space, files, values);
    }

    Chart withFiles(String... names) {
        return new Chart(release, namespace, List.of(names), values);
    }

    Chart with(Map<String, String> own) {
        return new Chart(release, namespace, files, own);
    }

    /**
     * What would be installed.
     *
     * @throws IllegalStateException with Helm's message where it refuses
     */
    Overlay render() {
        TemplateCommand template = new Helm(FOLDER)
                .template()
                .withKubeVersion("1.30.0")
                .withName(release)
                .withNamespace(namespace);
        for (String file : files) {
            template = template.withValuesFile(FOLDER.resolve(file));
        }
        for (Map.Entry<String, String> value : values.entrySet()) {
            template = template.set(value.getKey(), value.getValue());
        }
        String text = template.call();
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            return new Overlay(
                    release + " by Helm",
                    documents.readAll().stream()
                            .filter(document -> document.has("kind"))
                            .map(Manifest::new)
                            .toList());
        } catch (IOException broken) {
            throw new UncheckedIOException("Helm rendered something that is no YAML", broken);
        }
    }

    /** A file of the chart. */
    static JsonNode read(String file) throws IOException {
        return YAML.readTree(Files.readString(FOLDER.resolve(file)));
    }
}
