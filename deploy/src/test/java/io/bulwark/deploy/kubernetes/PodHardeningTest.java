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

    /** A node keeps the disk that a pod asked for, and ends a pod that takes more than it may. */
    @ForEveryOverlay
    void everyContainerReservesDiskAndMayFillItsScratchSpace(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            JsonNode resources = workload.container().path("resources");
            BigDecimal scratch = Manifest.each(workload.podSpec().path("volumes"))
                    .filter(volume -> volume.has("emptyDir"))
                    .map(volume -> bytes(volume.at("/emptyDir/sizeLimit")))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            BigDecimal limit = bytes(resources.at("/limits/ephemeral-storage"));
            assertThat(limit).as("%s", workload).isGreaterThan(scratch);
            assertThat(bytes(resources.at("/requests/ephemeral-storage")))
                    .as("%s", workload)
                    .isPositive()
                    .isLessThanOrEqualTo(limit);
        });
    }

    /** The red team reserves gigabytes and answers none: where there is no place for both, it goes. */
    @ForEveryOverlay
    void whatNoVerdictWaitsForGivesWayToOtherPods(Overlay overlay) {
        Manifest background = overlay.one("PriorityClass", "bulwark-background");
        assertThat(background.at("/value").asInt()).isNegative();
        assertThat(background.at("/preemptionPolicy").asText()).isEqualTo("Never");
        assertThat(overlay.workloads())
                .filteredOn(workload -> workload.podSpec().has("priorityClassName"))
                .allSatisfy(workload -> assertThat(
                                workload.podSpec().path("priorityClassName").asText())
                        .isEqualTo(background.name()))
                .extracting(Manifest::name)
                .contains("bulwark-red-team")
                .isSubsetOf("bulwark-red-team", "bulwark-explain");
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
