package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Objects of Kubernetes' own kinds by its own rules: no field is unknown, every required one is there, every word is
 * allowed; and names and labels are as the API server wants them.
 */
class KubernetesSchemasTest {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern LABEL = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?");

    private static final Map<String, JsonSchema> SCHEMAS = read();

    @ForEveryOverlay
    void everyObjectIsAsItsSchemaSays(Overlay overlay) {
        assertThat(overlay.objects()).filteredOn(KubernetesSchemasTest::isOurs).hasSizeGreaterThan(30);
        assertValid(overlay);
    }

    @Test
    void soAreTheCuratorsPodAndTheOverlayAtAnExternalKafka() {
        assertValid(Overlay.renderCurator());
        assertValid(Overlay.render("external-kafka"));
        assertValid(Chart.asItIs().withFiles("values-external-kafka.yaml").render());
        assertValid(Chart.asItIs().named("shop", "sales").render());
    }

    @ForEveryOverlay
    void namesAndLabelsAreWhatTheServerTakes(Overlay overlay) {
        assertThat(overlay.objects()).allSatisfy(object -> {
            assertThat(object.name()).matches(NAME);
            assertThat(object.labels().values())
                    .allSatisfy(label -> assertThat(label).matches(LABEL));
        });
        assertThat(overlay.workloads())
                .allSatisfy(workload -> assertThat(workload.podLabels().values())
                        .allSatisfy(label -> assertThat(label).matches(LABEL)));
    }

    /** The schemas themselves: what would be refused by a server is refused by them. */
    @ParameterizedTest
    @CsvSource({
        "StatefulSet, bulwark-stream, /spec, serviceName, , serviceName",
        "Deployment, bulwark-worker, /spec/template/spec/containers/0, imagePullPolicy, Alway, imagePullPolicy",
        "Deployment, bulwark-worker, /spec/template/spec/containers/0, livenesProbe, x, livenesProbe",
        "Deployment, bulwark-worker, /spec/template/spec/containers/0/resources/requests, memory, 1 GB, memory",
        "NetworkPolicy, bulwark-worker, /spec/policyTypes, 0, Outgress, policyTypes",
        "Service, bulwark-worker, /spec/ports/0, port, eighty, port",
        "PriorityClass, bulwark-background, , value, , value"
    })
    void whatAServerWouldRefuseIsRefused(
            String kind, String name, String pointer, String field, String value, String named) {
        Manifest object =
                new Manifest(Overlay.render("cpu").one(kind, name).json().deepCopy());
        JsonNode parent = pointer == null ? object.json() : object.at(pointer);
        if (parent instanceof ObjectNode map) {
            if (value == null) {
                map.remove(field);
            } else {
                map.put(field, value);
            }
        } else {
            ((ArrayNode) parent).set(Integer.parseInt(field), value);
        }
        assertThat(complaints(object))
                .anySatisfy(complaint -> assertThat(complaint.getMessage()).contains(named));
    }

    private static void assertValid(Overlay overlay) {
        assertThat(overlay.objects())
                .filteredOn(KubernetesSchemasTest::isOurs)
                .allSatisfy(object ->
                        assertThat(complaints(object)).as("%s", object).isEmpty());
    }

    private static boolean isOurs(Manifest object) {
        return !object.apiVersion().contains(".") || object.apiVersion().contains("k8s.io");
    }

    private static Set<ValidationMessage> complaints(Manifest object) {
        JsonSchema schema = SCHEMAS.get(object.apiVersion() + " " + object.kind());
        assertThat(schema).as("a schema of %s", object).isNotNull();
        return schema.validate(object.json());
    }

    private static Map<String, JsonSchema> read() {
        try {
            JsonNode all = new ObjectMapper()
                    .readTree(Checkout.path("deploy/src/test/resources/kubernetes/kubernetes.json")
                            .toFile());
            Map<String, JsonSchema> schemas = new TreeMap<>();
            all.path("kinds").properties().forEach(kind -> {
                ObjectNode schema = kind.getValue().deepCopy();
                schema.set("definitions", all.path("definitions"));
                schemas.put(
                        kind.getKey(),
                        JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(schema));
            });
            return schemas;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
