package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An environment as it would be applied.
 *
 * @param name of its folder
 * @param objects in the order of rendering
 */
record Overlay(String name, List<Manifest> objects) {

    static final List<String> NAMES = List.of("dev", "cpu", "gpu", "production");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Asks kubectl. */
    static Overlay render(String name) {
        String text = Program.KUBECTL.output(Checkout.path("deploy/kubernetes/overlays"), "kustomize", name);
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(text)) {
            return new Overlay(
                    name, documents.readAll().stream().map(Manifest::new).toList());
        } catch (IOException broken) {
            throw new UncheckedIOException("kubectl rendered " + name + " into something that is no YAML", broken);
        }
    }

    Stream<Manifest> all(String kind) {
        return objects.stream().filter(object -> object.kind().equals(kind));
    }

    Optional<Manifest> find(String kind, String name) {
        return all(kind).filter(object -> object.name().equals(name)).findFirst();
    }

    Manifest one(String kind, String name) {
        return find(kind, name).orElseThrow(() -> new AssertionError(this.name + " has no " + kind + " named " + name));
    }

    /** What makes pods: each with {@code spec.template}. */
    Stream<Manifest> workloads() {
        return objects.stream().filter(object -> object.kind().matches("Deployment|StatefulSet|DaemonSet|Job"));
    }

    @Override
    public String toString() {
        return name;
    }
}
