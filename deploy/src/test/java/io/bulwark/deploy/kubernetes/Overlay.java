package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An environment as it would be applied.
 *
 * @param name of its folder
 * @param objects in the order of rendering
 */
record Overlay(String name, List<Manifest> objects) {

    /** The overlays that are checked in, one more with the components that none of them has, and the chart's. */
    static final List<String> NAMES = List.of("dev", "cpu", "gpu", "production", Overlay.WITH_EXPLAIN, Overlay.BY_HELM);

    /** {@code production} with the explain server. */
    static final String WITH_EXPLAIN = "production with explain";

    /** The chart with the values of {@code production}. */
    static final String BY_HELM = "production by Helm";

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** Asks kubectl. */
    static Overlay render(String name) {
        if (name.equals(WITH_EXPLAIN)) {
            try {
                return renderWith(Files.createTempDirectory(Path.of("target"), "overlay"), "production", "explain");
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        }
        if (name.equals(BY_HELM)) {
            Overlay chart = Chart.asItIs()
                    .withFiles("values-production.yaml")
                    .with(Map.of("secrets.samplingKey", "bulwark-sampling-key"))
                    .render();
            return new Overlay(name, chart.objects());
        }
        return ofCheckout(name, Checkout.path("deploy/kubernetes/overlays"));
    }

    /**
     * Asks kubectl for an overlay that names further components.
     *
     * @param folder empty; takes the overlay's own file
     */
    static Overlay renderWith(Path folder, String name, String... components) throws IOException {
        Path kubernetes = folder.toRealPath()
                .relativize(Checkout.path("deploy/kubernetes").toRealPath());
        StringBuilder file = new StringBuilder("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n")
                .append("namespace: bulwark\n")
                .append("resources:\n  - ")
                .append(kubernetes.resolve("overlays").resolve(name))
                .append("\ncomponents:\n");
        for (String component : components) {
            file.append("  - ")
                    .append(kubernetes.resolve("components").resolve(component))
                    .append('\n');
        }
        Files.writeString(folder.resolve("kustomization.yaml"), file);
        return read(name + " with " + String.join(", ", components), Program.KUBECTL.output(folder, "kustomize", "."));
    }

    /** Asks kubectl for the pod that fills a bank, which no overlay has. */
    static Overlay renderCurator() {
        return renderFolder("curator");
    }

    /** A folder beside the overlays. */
    static Overlay renderFolder(String name) {
        return ofCheckout(name, Checkout.path("deploy/kubernetes"));
    }

    /** One object, as it stands on a page. */
    static Manifest parsed(String text) {
        try {
            return new Manifest(YAML.readTree(text));
        } catch (IOException broken) {
            throw new UncheckedIOException("no YAML: " + text, broken);
        }
    }

    private static Overlay ofCheckout(String name, Path folder) {
        return read(name, Program.KUBECTL.outputOnce(folder, "kustomize", name));
    }

    private static Overlay read(String name, String text) {
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
