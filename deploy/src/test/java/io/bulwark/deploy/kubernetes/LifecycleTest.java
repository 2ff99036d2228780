package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How pods start, are watched and end. */
class LifecycleTest {

    private static final int KUBERNETES_DEFAULT_FAILURES = 3;

    @ForEveryOverlay
    void everyProbeAsksItsOwnQuestion(Overlay overlay) {
        Map<String, String> questions =
                Map.of("startupProbe", "/started", "readinessProbe", "/ready", "livenessProbe", "/live");
        assertThat(overlay.workloads())
                .isNotEmpty()
                .allSatisfy(workload -> questions.forEach((probe, end) -> {
                    String root = workload.name().equals("bulwark-registry") ? "/health" : "/q/health";
                    JsonNode get = workload.container().path(probe).path("httpGet");
                    assertThat(get.path("path").asText()).isEqualTo(root + end);
                    if (workload.name().equals("bulwark-stream")) {
                        assertThat(get.path("port").asText()).isEqualTo("management");
                    }
                    assertThat(Manifest.each(workload.container().path("ports")))
                            .anyMatch(port -> port.path("name").equals(get.path("port")));
                }));
    }

    /** The largest published encoder takes about ten seconds to open, a download from the hub minutes. */
    @ForEveryOverlay
    void aWorkerHasTenMinutesToStart(Overlay overlay) {
        JsonNode probe = overlay.one("Deployment", "bulwark-worker").container().path("startupProbe");
        assertThat(probe.path("periodSeconds").asInt()
                        * probe.path("failureThreshold").asInt())
                .isGreaterThanOrEqualTo(600);
    }

    /** A garbage collection or a busy node is no reason to throw a bank and a warm encoder away. */
    @ForEveryOverlay
    void livenessIsLostLaterThanReadiness(Overlay overlay) {
        assertThat(overlay.workloads())
                .allSatisfy(workload -> assertThat(seconds(workload, "livenessProbe"))
                        .isGreaterThan(seconds(workload, "readinessProbe")));
    }

    @ForEveryOverlay
    void aWorkerHasTimeToDrainAndForAnOpenTransactionToEnd(Overlay overlay) {
        Settings settings = Settings.of(overlay, "bulwark-worker");
        assertThat(spareSeconds(overlay.one("Deployment", "bulwark-worker")))
                .isGreaterThan(settings.seconds("bulwark.drain-timeout")
                        + settings.seconds("bulwark.kafka.transaction-timeout"));
    }

    /** Kafka Streams may take 20 s to close, its transaction 15 s to time out: both are written in the program. */
    @ForEveryOverlay
    void moderationStreamHasTimeToClose(Overlay overlay) {
        assertThat(spareSeconds(overlay.one("StatefulSet", "bulwark-stream"))).isGreaterThan(20 + 5 + 15);
    }

    @ForEveryOverlay
    void aRollingUpdateNeverLeavesAllWorkersAway(Overlay overlay) {
        JsonNode update = overlay.one("Deployment", "bulwark-worker").at("/spec/strategy/rollingUpdate");
        assertThat(update.path("maxSurge").asInt()
                        + update.path("maxUnavailable").asInt())
                .isEqualTo(1);
    }

    /** A state store on a volume that is shared or lost would be read again from Kafka at each start. */
    @ForEveryOverlay
    void moderationStreamKeepsItsStateOnItsOwnVolume(Overlay overlay) {
        Manifest set = overlay.one("StatefulSet", "bulwark-stream");
        JsonNode claim = set.at("/spec/volumeClaimTemplates/0");
        assertThat(claim.at("/spec/accessModes/0").asText()).isEqualTo("ReadWriteOnce");
        assertThat(claim.at("/spec/resources/requests/storage").asText()).endsWith("Gi");
        assertThat(Manifest.each(set.container().path("volumeMounts"))
                        .filter(mount -> mount.path("name").equals(claim.at("/metadata/name")))
                        .map(mount -> mount.path("mountPath").asText()))
                .containsExactly(Settings.of(overlay, "bulwark-stream").get("bulwark.stream.state-dir"));
        assertThat(set.at("/spec/persistentVolumeClaimRetentionPolicy/whenScaled")
                        .asText())
                .isEqualTo("Retain");
    }

    /** Kubernetes refuses an update of these, so what one overlay made another could not change. */
    @ParameterizedTest
    @ValueSource(strings = {"gpu", "production"})
    void aClusterGoesFromCpuToAnotherOverlayInPlace(String other) {
        Overlay from = Overlay.render("cpu");
        Overlay to = Overlay.render(other);
        assertThat(from.workloads()).isNotEmpty().allSatisfy(workload -> {
            Manifest same = to.one(workload.kind(), workload.name());
            for (String fixed : List.of("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates")) {
                assertThat(same.at("/spec").path(fixed))
                        .as("%s of %s", fixed, workload)
                        .isEqualTo(workload.at("/spec").path(fixed));
            }
        });
        assertThat(to.one("Cluster", "bulwark-database").at("/spec/bootstrap"))
                .isEqualTo(from.one("Cluster", "bulwark-database").at("/spec/bootstrap"));
    }

    /** Where one pod is lost, others answer. */
    @Test
    void productionHasTwoOfEverythingThatIsWaitedFor() {
        Overlay production = Overlay.render(Overlay.WITH_EXPLAIN);
        assertThat(production.workloads())
                .filteredOn(workload -> !workload.podSpec().has("priorityClassName"))
                .hasSizeGreaterThan(4)
                .allSatisfy(workload -> {
                    int replicas = workload.name().equals("bulwark-worker")
                            ? production
                                    .one("ScaledObject", "bulwark-worker")
                                    .at("/spec/minReplicaCount")
                                    .asInt()
                            : workload.at("/spec/replicas").asInt();
                    assertThat(replicas).as("%s", workload).isGreaterThanOrEqualTo(2);
                    assertThat(Manifest.each(workload.podSpec().path("topologySpreadConstraints"))
                                    .map(spread -> spread.path("topologyKey").asText()))
                            .as("%s", workload)
                            .contains("kubernetes.io/hostname");
                });
    }

    @ForEveryOverlay
    void whereThereAreSeveralStreamsEachStateHasAWarmCopy(Overlay overlay) {
        int replicas = overlay.one("StatefulSet", "bulwark-stream")
                .at("/spec/replicas")
                .asInt();
        int copies = Integer.parseInt(Settings.of(overlay, "bulwark-stream").get("bulwark.stream.standby-replicas"));
        assertThat(copies).isEqualTo(replicas > 1 ? 1 : 0);
    }

    /** A thread wants a core; half the memory is the heap's, the stores have theirs beside it, and something is left. */
    @ForEveryOverlay
    void aStreamsThreadsAndStateFollowItsLimits(Overlay overlay) {
        Manifest set = overlay.one("StatefulSet", "bulwark-stream");
        Map<String, String> settings = Settings.of(overlay, "bulwark-stream").values();
        double cores = Quantity.getAmountInBytes(new Quantity(
                        set.container().at("/resources/requests/cpu").asText()))
                .doubleValue();
        double memory = Quantity.getAmountInBytes(new Quantity(
                        set.container().at("/resources/limits/memory").asText()))
                .doubleValue();
        String state = settings.getOrDefault("bulwark.stream.state-memory", "64M");
        double stores =
                Integer.parseInt(state.replaceFirst("\\D", "")) * (state.endsWith("G") ? 1024.0 : 1) * (1 << 20);
        assertThat(Integer.parseInt(settings.getOrDefault("bulwark.stream.threads", "1")))
                .isBetween(1, Math.max(1, (int) cores));
        assertThat(stores).isLessThanOrEqualTo(memory / 4);
        if (overlay.name().equals("production")) {
            assertThat(stores).isEqualTo(memory / 4);
            assertThat(settings).containsEntry("bulwark.stream.threads", Integer.toString((int) cores));
        }
    }

    /** A pod that is moved or updated comes back under its name, and its tasks wait for it. */
    @ForEveryOverlay
    void eachStreamIsAStaticMemberOfItsGroup(Overlay overlay) {
        Manifest set = overlay.one("StatefulSet", "bulwark-stream");
        assertThat(Manifest.each(set.container().path("env"))
                        .filter(variable -> variable.path("name").asText().equals("BULWARK_STREAM_INSTANCE_ID"))
                        .map(variable -> variable.path("value").asText()))
                .containsExactly("$(POD_NAME)");
    }

    /** Other pods find this one by the name that it gives them. */
    @ForEveryOverlay
    void eachStreamIsKnownByItsStableName(Overlay overlay) {
        Manifest set = overlay.one("StatefulSet", "bulwark-stream");
        assertThat(Manifest.each(set.container().path("env"))
                        .filter(variable -> variable.path("name").asText().equals("BULWARK_STREAM_APPLICATION_SERVER"))
                        .map(variable -> variable.path("value").asText()))
                .containsExactly("$(POD_NAME)." + set.at("/spec/serviceName").asText() + ":8080");
    }

    private static int seconds(Manifest workload, String probe) {
        JsonNode settings = workload.container().path(probe);
        return settings.path("periodSeconds").asInt()
                * settings.path("failureThreshold").asInt(KUBERNETES_DEFAULT_FAILURES);
    }

    /** The grace period less the pause before the signal. */
    private static int spareSeconds(Manifest workload) {
        return workload.podSpec().path("terminationGracePeriodSeconds").asInt()
                - workload.container().at("/lifecycle/preStop/sleep/seconds").asInt();
    }
}
