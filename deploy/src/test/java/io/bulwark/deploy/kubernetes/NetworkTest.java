package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who may talk to whom; above all, where a worker that was talked into a request cannot get. */
class NetworkTest {

    /** Labels that Strimzi gives the pods it makes, or that this page's reader gives pods of his own. */
    private static final List<Map<String, String>> FOREIGN_PODS = List.of(
            Map.of("strimzi.io/cluster", "bulwark", "strimzi.io/kind", "Kafka"),
            Map.of("cnpg.io/cluster", "bulwark-database"),
            Map.of("bulwark.io/score-client", "true"),
            Map.of("bulwark.io/console-client", "true"));

    /**
     * Metadata services of clouds (Amazon, Google and Azure share the first; then Amazon's and Google's by IPv6,
     * Alibaba's, Oracle's, Azure's platform), private and cluster ranges, and IPv6 that carries IPv4.
     */
    private static final List<String> FORBIDDEN = List.of(
            "169.254.169.254",
            "fd00:ec2::254",
            "fd20:ce::254",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "0.0.0.0/8",
            "198.18.0.0/15",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::1",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2002::/16",
            "2001::/32",
            "ff00::/8");

    private static final String EVERYWHERE = "\"0.0.0.0/0\"";

    /** ::ffff:0:0/96, which the JDK would read as IPv4. */
    private static final AddressRange IPV4_IN_IPV6 =
            new AddressRange(128, BigInteger.valueOf(0xffff).shiftLeft(32), 96);

    @ForEveryOverlay
    void everyWorkloadIsFencedBothWays(Overlay overlay) {
        assertThat(overlay.workloads()).isNotEmpty().allSatisfy(workload -> {
            List<Manifest> policies = overlay.all("NetworkPolicy")
                    .filter(policy ->
                            Selector.of(policy.at("/spec/podSelector")).matches(workload.podLabels()))
                    .toList();
            assertThat(policies.stream()
                            .flatMap(policy -> Manifest.each(policy.at("/spec/policyTypes")))
                            .map(JsonNode::asText))
                    .contains("Ingress", "Egress")
                    .containsOnlyOnce("Ingress");
        });
    }

    /** Kubernetes' own, a NodeLocal DNSCache by label and by the address that it listens at, and OpenShift's. */
    @ForEveryOverlay
    void everyWorkloadMayAskForNamesAndTheRuleOpensNothingElse(Overlay overlay) {
        Manifest names = overlay.one("NetworkPolicy", "bulwark-names");
        assertThat(overlay.workloads())
                .allSatisfy(workload -> assertThat(
                                Selector.of(names.at("/spec/podSelector")).matches(workload.podLabels()))
                        .isTrue());
        assertThat(names.at("/spec/egress").toString())
                .contains("kube-dns", "node-local-dns", "169.254.20.10/32", "openshift-dns")
                .doesNotContain(EVERYWHERE);
        assertThat(Manifest.each(names.at("/spec/egress"))
                        .flatMap(rule -> Manifest.each(rule.path("ports")))
                        .map(port -> port.path("protocol").asText() + port.path("port")))
                .containsExactlyInAnyOrder("UDP53", "TCP53", "UDP5353", "TCP5353");
    }

    /** A rule without peers or without ports would be open to all. */
    @ForEveryOverlay
    void everyRuleNamesPeersAndPorts(Overlay overlay) {
        assertThat(rules(overlay)).isNotEmpty().allSatisfy(rule -> {
            assertThat(rule.path("from").size() + rule.path("to").size()).isPositive();
            assertThat(rule.path("ports")).isNotEmpty();
        });
    }

    @ForEveryOverlay
    void everyPodThatARuleSelectsExists(Overlay overlay) {
        assertThat(rules(overlay)
                        .flatMap(
                                rule -> Stream.concat(Manifest.each(rule.path("from")), Manifest.each(rule.path("to"))))
                        .filter(peer -> peer.has("podSelector") && !peer.has("namespaceSelector"))
                        .map(peer -> Selector.of(peer.path("podSelector"))))
                .isNotEmpty()
                .allSatisfy(selector -> assertThat(
                                Stream.concat(overlay.workloads().map(Manifest::podLabels), FOREIGN_PODS.stream()))
                        .anyMatch(selector::matches));
    }

    /** Every host that a program's settings name is open to it, and the other end lets it in. */
    @ForEveryOverlay
    void settingsNeedNoMoreThanTheFenceLetsThrough(Overlay overlay) {
        assertThat(List.of("bulwark-worker", "bulwark-stream")).allSatisfy(name -> {
            JsonNode egress = overlay.one("NetworkPolicy", name).at("/spec/egress");
            assertThat(opens(egress, "to", Map.of("strimzi.io/cluster", "bulwark", "strimzi.io/kind", "Kafka"), 9093))
                    .isTrue();
            Map<String, String> registry =
                    overlay.one("Deployment", "bulwark-registry").podLabels();
            assertThat(opens(egress, "to", registry, 8080)).isTrue();
        });
        JsonNode ingress = overlay.one("NetworkPolicy", "bulwark-registry").at("/spec/ingress");
        assertThat(overlay.workloads().filter(workload -> !workload.name().equals("bulwark-registry")))
                .allSatisfy(client -> assertThat(opens(ingress, "from", client.podLabels(), 8080))
                        .isTrue());
    }

    /** The console's port is for people and instances, the management port for Prometheus; neither for the other. */
    @ForEveryOverlay
    void theStreamsPortsAreOpenToDifferentPeers(Overlay overlay) {
        JsonNode ingress = overlay.one("NetworkPolicy", "bulwark-stream").at("/spec/ingress");
        Map<String, String> client = Map.of("bulwark.io/console-client", "true");
        assertThat(opens(ingress, "from", client, 8080)).isTrue();
        assertThat(opens(ingress, "from", client, 9000)).isFalse();
        assertThat(Manifest.each(ingress)
                        .filter(rule -> rule.toString().contains("kubernetes.io/metadata.name"))
                        .flatMap(rule -> Manifest.each(rule.path("ports")))
                        .map(port -> port.path("port").asInt()))
                .containsExactly(9000);
    }

    @ForEveryOverlay
    void theBrokersListenerLetsEveryProgramIn(Overlay overlay) {
        JsonNode peers = overlay.one("Kafka", "bulwark").at("/spec/kafka/listeners/0/networkPolicyPeers");
        assertThat(overlay.workloads())
                .allSatisfy(workload -> assertThat(Manifest.each(peers))
                        .anyMatch(peer -> !peer.has("namespaceSelector")
                                && Selector.of(peer.path("podSelector")).matches(workload.podLabels())));
    }

    @ForEveryOverlay
    void onlyWhoFetchesImagesReachesTheInternetAndOnlyItsEncryptedWeb(Overlay overlay) {
        assertThat(overlay.all("NetworkPolicy")
                        .filter(policy -> policy.json().toString().contains(EVERYWHERE)))
                .extracting(Manifest::name)
                .containsExactlyInAnyOrder("bulwark-worker", "bulwark-preview", "bulwark-score", "bulwark-red-team");
        assertThat(List.of("bulwark-preview", "bulwark-score", "bulwark-red-team"))
                .allSatisfy(
                        name -> assertThat(overlay.one("NetworkPolicy", name).at("/spec/egress"))
                                .isEqualTo(overlay.one("NetworkPolicy", "bulwark-worker")
                                        .at("/spec/egress")));
        assertThat(internetRule(overlay).path("ports")).hasSize(1);
        assertThat(internetRule(overlay).at("/ports/0/port").asInt()).isEqualTo(443);
        assertThat(Settings.of(overlay, "bulwark-worker").get("bulwark.fetch.schemes"))
                .isEqualTo("https");
    }

    @ForEveryOverlay
    void everyExceptionIsABlockInsideWhatItIsAnExceptionOf(Overlay overlay) {
        assertThat(internet(overlay)).hasSize(2).allSatisfy(block -> {
            assertThat(block.range().isAligned()).isTrue();
            assertThat(block.exceptions())
                    .isNotEmpty()
                    .allMatch(AddressRange::isAligned)
                    .allMatch(block.range()::contains);
        });
    }

    @ForEveryOverlay
    void aWorkerReachesNoMetadataServiceAndNoAddressOfTheCluster(Overlay overlay) {
        List<Open> open = internet(overlay);
        assertThat(FORBIDDEN.stream().map(AddressRange::of))
                .allSatisfy(range -> assertThat(open).noneMatch(block -> block.lets(range)));
        assertThat(open).noneMatch(block -> block.lets(IPV4_IN_IPV6));
    }

    @ForEveryOverlay
    void aWorkerReachesThePublicInternet(Overlay overlay) {
        assertThat(Stream.of("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450::1"))
                .allSatisfy(address ->
                        assertThat(internet(overlay)).anyMatch(block -> block.lets(AddressRange.of(address))));
    }

    private static JsonNode internetRule(Overlay overlay) {
        return Manifest.each(overlay.one("NetworkPolicy", "bulwark-worker").at("/spec/egress"))
                .filter(rule -> rule.toString().contains(EVERYWHERE))
                .findFirst()
                .orElseThrow();
    }

    private static List<Open> internet(Overlay overlay) {
        return Manifest.each(internetRule(overlay).path("to"))
                .map(peer -> peer.path("ipBlock"))
                .map(block -> new Open(
                        AddressRange.of(block.path("cidr").asText()),
                        Manifest.each(block.path("except"))
                                .map(exception -> AddressRange.of(exception.asText()))
                                .toList()))
                .toList();
    }

    private static boolean opens(JsonNode rules, String side, Map<String, String> labels, int port) {
        return Manifest.each(rules)
                .filter(rule -> Manifest.each(rule.path("ports"))
                        .anyMatch(open -> open.path("port").asInt() == port))
                .flatMap(rule -> Manifest.each(rule.path(side)))
                .anyMatch(peer -> peer.has("podSelector")
                        && !peer.has("namespaceSelector")
                        && Selector.of(peer.path("podSelector")).matches(labels));
    }

    private static Stream<JsonNode> rules(Overlay overlay) {
        return overlay.all("NetworkPolicy")
                .flatMap(policy -> Stream.concat(
                        Manifest.each(policy.at("/spec/ingress")), Manifest.each(policy.at("/spec/egress"))));
    }

    /** A block of addresses with its exceptions. */
    private record Open(AddressRange range, List<AddressRange> exceptions) {

        /** Whether any address of the other gets through. */
        boolean lets(AddressRange other) {
            return range.overlaps(other) && exceptions.stream().noneMatch(exception -> exception.contains(other));
        }
    }
}
