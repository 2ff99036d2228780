package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Pages;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every rendered object is what its kind's own model says, field by field. */
class ModelsTest {

    private static final Map<String, Class<?>> MODELS = Map.ofEntries(
            Map.entry("v1 Namespace", Namespace.class),
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 Service", Service.class),
            Map.entry("v1 ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1 Deployment", Deployment.class),
            Map.entry("apps/v1 StatefulSet", StatefulSet.class),
            Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("scheduling.k8s.io/v1 PriorityClass", PriorityClass.class),
            Map.entry("v1 LimitRange", LimitRange.class),
            Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("networking.k8s.io/v1 Ingress", Ingress.class),
            Map.entry("gateway.networking.k8s.io/v1 HTTPRoute", HTTPRoute.class),
            Map.entry("postgresql.cnpg.io/v1 Cluster", CloudNativePg.Cluster.class),
            Map.entry("postgresql.cnpg.io/v1 ScheduledBackup", CloudNativePg.ScheduledBackup.class),
            Map.entry("barmancloud.cnpg.io/v1 ObjectStore", CloudNativePg.ObjectStore.class),
            Map.entry("kafka.strimzi.io/v1 Kafka", Kafka.class),
            Map.entry("kafka.strimzi.io/v1 KafkaNodePool", KafkaNodePool.class),
            Map.entry("kafka.strimzi.io/v1 KafkaTopic", KafkaTopic.class),
            Map.entry("kafka.strimzi.io/v1 KafkaUser", KafkaUser.class),
            Map.entry("keda.sh/v1alpha1 ScaledObject", Keda.ScaledObject.class),
            Map.entry("keda.sh/v1alpha1 TriggerAuthentication", Keda.TriggerAuthentication.class),
            Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
            Map.entry("monitoring.coreos.com/v1 PodMonitor", PodMonitor.class),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class));

    private final StrictReader reader = new StrictReader();

    @ForEveryOverlay
    void everyObjectIsOfItsModel(Overlay overlay) {
        assertModels(overlay);
    }

    @Test
    void manifestsOnThePageAreOfTheirModels() {
        assertThat(Pages.blocks(Checkout.path("deploy/docs/kubernetes.md"), "yaml").stream()
                        .map(Overlay::parsed)
                        .filter(block -> block.json().has("kind")))
                .isNotEmpty()
                .allSatisfy(object -> assertThat(
                                reader.complaint(object.json(), MODELS.get(object.apiVersion() + " " + object.kind())))
                        .as("%s", object)
                        .isEmpty());
    }

    /** Fails for the first object that has no model or is not as its model says. */
    static void assertModels(Overlay overlay) {
        StrictReader reader = new StrictReader();
        assertThat(overlay.objects()).isNotEmpty().allSatisfy(object -> {
            Class<?> model = MODELS.get(object.apiVersion() + " " + object.kind());
            assertThat(model).as("a model of %s", object).isNotNull();
            assertThat(reader.complaint(object.json(), model)).as("%s", object).isEmpty();
        });
    }

    @ForEveryOverlay
    void noTwoObjectsHaveTheSameName(Overlay overlay) {
        assertThat(overlay.objects()).extracting(Manifest::toString).doesNotHaveDuplicates();
    }

    /** Classes of priority are a cluster's. */
    @ForEveryOverlay(except = Overlay.BY_HELM)
    void everyObjectIsInTheOverlaysNamespace(Overlay overlay) {
        List<Manifest> namespaces = overlay.all("Namespace").toList();
        assertThat(namespaces).hasSize(1);
        String namespace = namespaces.get(0).name();
        assertThat(overlay.objects())
                .filteredOn(object -> !object.kind().matches("Namespace|PriorityClass"))
                .allSatisfy(object ->
                        assertThat(object.namespace()).as("%s", object).hasValue(namespace));
    }

    /** The reader itself: a typing error at any depth is found, in the models of each project. */
    @ParameterizedTest
    @CsvSource({
        "Deployment, bulwark-worker, /spec/template/spec/containers/0, imagePullPolice",
        "StatefulSet, bulwark-stream, /spec/template/spec/securityContext, runAsNoneRoot",
        "NetworkPolicy, bulwark-worker, /spec/egress/0, from",
        "Kafka, bulwark, /spec/kafka/listeners/0, authentification",
        "Kafka, bulwark, /spec/kafka, replicas",
        "KafkaUser, bulwark-worker, /spec/authorization/acls/0, operation",
        "ScaledObject, bulwark-worker, /spec, maxReplicas",
        "ServiceMonitor, bulwark-worker, /spec/endpoints/0, intervall",
        "PodMonitor, bulwark-kafka, /spec/podMetricsEndpoints/0, intervall",
        "Cluster, bulwark-database, /spec/storage, sice",
    })
    void aFieldThatTheModelDoesNotHaveIsRefused(String kind, String name, String pointer, String field) {
        Manifest object = Overlay.render("cpu").one(kind, name);
        ((ObjectNode) object.at(pointer)).put(field, "Read");

        assertThat(reader.complaint(object.json(), MODELS.get(object.apiVersion() + " " + kind)))
                .hasValueSatisfying(complaint -> assertThat(complaint).contains(field));
    }

    @Test
    void aTextWhereANumberBelongsIsRefused() {
        Manifest object = Overlay.render("cpu").one("Deployment", "bulwark-registry");
        ((ObjectNode) object.at("/spec")).put("replicas", "two");

        assertThat(reader.complaint(object.json(), Deployment.class)).isPresent();
    }
}
