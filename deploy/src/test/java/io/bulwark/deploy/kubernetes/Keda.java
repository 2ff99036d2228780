package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;

/**
 * KEDA's objects of {@code keda.sh/v1alpha1}, as far as Bulwark uses them.
 *
 * <p>Source: the Go types under {@code apis/keda/v1alpha1} of kedacore/keda, 2.18 (Apache-2.0).
 */
final class Keda {

    private Keda() {}

    record ScaledObject(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) ScaledObjectSpec spec) {}

    record ScaledObjectSpec(
            @JsonProperty(required = true) ScaleTarget scaleTargetRef,
            Integer pollingInterval,
            Integer initialCooldownPeriod,
            Integer cooldownPeriod,
            Integer idleReplicaCount,
            Integer minReplicaCount,
            Integer maxReplicaCount,
            Advanced advanced,
            @JsonProperty(required = true) List<Trigger> triggers,
            Fallback fallback) {}

    record ScaleTarget(
            @JsonProperty(required = true) String name,
            String apiVersion,
            String kind,
            String envSourceContainerName) {}

    record Advanced(
            HorizontalPodAutoscalerConfig horizontalPodAutoscalerConfig, boolean restoreToOriginalReplicaCount) {}

    record HorizontalPodAutoscalerConfig(HorizontalPodAutoscalerBehavior behavior, String name) {}

    record Trigger(
            @JsonProperty(required = true) String type,
            String name,
            @JsonProperty(required = true) Map<String, String> metadata,
            AuthenticationRef authenticationRef,
            String metricType,
            boolean useCachedMetrics) {}

    record AuthenticationRef(@JsonProperty(required = true) String name, String kind) {}

    record Fallback(
            @JsonProperty(required = true) int failureThreshold,
            @JsonProperty(required = true) int replicas,
            Behavior behavior) {

        @SuppressWarnings("unused") // read by name
        enum Behavior {
            @JsonProperty("static")
            STATIC,
            @JsonProperty("currentReplicas")
            CURRENT,
            @JsonProperty("currentReplicasIfHigher")
            CURRENT_IF_HIGHER,
            @JsonProperty("currentReplicasIfLower")
            CURRENT_IF_LOWER
        }
    }

    record TriggerAuthentication(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) TriggerAuthenticationSpec spec) {}

    record TriggerAuthenticationSpec(List<TargetRef> secretTargetRef, List<TargetRef> configMapTargetRef) {}

    record TargetRef(
            @JsonProperty(required = true) String parameter,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String key) {}
}
