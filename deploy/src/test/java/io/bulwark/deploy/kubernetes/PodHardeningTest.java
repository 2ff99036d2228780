package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;

/** A pod holds no more rights than its program needs: Kubernetes' restricted profile, and somewhat beyond. */
class PodHardeningTest {

    @ForEveryOverlay
    void aPodRunsAsAnUnprivilegedUserUnderTheRuntimesProfile(Overlay overlay) {
        assertThat(overlay.workloads()).isNotEmpty().allSatisfy(workload -> {
            JsonNode pod = workload.podSpec().path("securityContext");
            assertThat(pod.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.path("runAsUser").asInt()).isGreaterThan(1000);
            assertThat(pod.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            for (String shared : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
                assertThat(workload.podSpec().has(shared)).as(shared).isFalse();
            }
        });
    }

    @ForEveryOverlay
    void aContainerCannotWriteItsRootNorGainRights(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            JsonNode context = workload.container().path("securityContext");
            assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(context.at("/capabilities/add").isMissingNode()).isTrue();
            assertThat(context.has("privileged")).isFalse();
        });
    }

    /** What a program writes is bounded: scratch space by its size, state by its volume. */
    @ForEveryOverlay
    void whatIsWrittenGoesToBoundedVolumes(Overlay overlay) {
        assertThat(overlay.workloads())
                .allSatisfy(workload -> assertThat(
                                Manifest.each(workload.podSpec().path("volumes")))
                        .allSatisfy(volume -> {
                            assertThat(volume.has("hostPath")).isFalse();
                            if (volume.has("emptyDir")) {
                                assertThat(volume.at("/emptyDir/sizeLimit").asText())
                                        .matches("\\d+Gi");
                            }
                        }));
    }

    @ForEveryOverlay
    void noPodCarriesATokenOfTheCluster(Overlay overlay) {
        assertThat(overlay.workloads())
                .allSatisfy(workload -> assertThat(workload.podSpec()
                                .path("automountServiceAccountToken")
                                .asBoolean(true))
                        .isFalse());
        assertThat(overlay.all("ServiceAccount"))
                .allSatisfy(account -> assertThat(
                                account.at("/automountServiceAccountToken").asBoolean(true))
                        .isFalse());
        assertThat(overlay.objects()).noneMatch(object -> object.kind().matches("(Cluster)?Role(Binding)?"));
    }

    /** Memory is reserved as far as it may grow, or another pod's need would end the pod; CPU may be borrowed. */
    @ForEveryOverlay
    void everyContainerReservesTheMemoryThatItMayUse(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            JsonNode resources = workload.container().path("resources");
            assertThat(resources.at("/requests/memory")).isEqualTo(resources.at("/limits/memory"));
            assertThat(bytes(resources.at("/requests/memory"))).isGreaterThanOrEqualTo(BigDecimal.valueOf(512L << 20));
            assertThat(resources.at("/requests/cpu").asText()).isNotEmpty();
            assertThat(resources.at("/limits/cpu").isMissingNode()).isTrue();
        });
    }

    @ForEveryOverlay
    void secretsAreReferredToAndNeverWrittenDown(Overlay overlay) {
        assertThat(overlay.all("Secret")).isEmpty();
        assertThat(overlay.objects())
                .allSatisfy(object -> assertThat(object.json().toString().toLowerCase())
                        .doesNotContain("password=", "scramloginmodule required", "-----begin"));
    }

    private static BigDecimal bytes(JsonNode quantity) {
        return Quantity.getAmountInBytes(new Quantity(quantity.asText()));
    }
}
