package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whatever a pod names is there: config maps, secrets and their keys, volumes, accounts, hosts, files, images. */
class PodReferencesTest {

    private static final Pattern HOST_AND_PORT = Pattern.compile("\\b(bulwark-[a-z-]+):(\\d+)");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([A-Z_]+)}");
    private static final Pattern EXPANSION = Pattern.compile("\\$\\(([A-Z_]+)\\)");
    private static final Pattern FILE = Pattern.compile("=(/etc/\\S+)");
    private static final Pattern FILE_OF_KAFKA = Pattern.compile("\\{directory:(/[^:]+:[^}]+)}");

    @ForEveryOverlay
    void everyKeyOfAConfigMapOrSecretIsThere(Overlay overlay) {
        Promises promises = Promises.of(overlay);
        assertThat(overlay.workloads()).isNotEmpty().allSatisfy(workload -> {
            for (JsonNode variable : workload.container().path("env")) {
                JsonNode configMap = variable.at("/valueFrom/configMapKeyRef");
                JsonNode secret = variable.at("/valueFrom/secretKeyRef");
                if (!configMap.isMissingNode()) {
                    assertThat(promises.missingInConfigMap(text(configMap, "name"), text(configMap, "key")))
                            .isEmpty();
                }
                if (!secret.isMissingNode()) {
                    assertThat(promises.missingInSecret(text(secret, "name"), text(secret, "key")))
                            .isEmpty();
                }
            }
            for (JsonNode volume : workload.podSpec().path("volumes")) {
                if (volume.has("configMap")) {
                    assertThat(promises.configMaps())
                            .containsKey(volume.at("/configMap/name").asText());
                }
                for (JsonNode item : volume.at("/secret/items")) {
                    assertThat(promises.missingInSecret(
                                    volume.at("/secret/secretName").asText(), text(item, "key")))
                            .isEmpty();
                }
            }
        });
    }

    /** Strimzi's user operator owns the secret of a user's name, and takes away what anybody else puts into it. */
    @ForEveryOverlay
    void aSecretOfYoursIsNoneThatAnOperatorMakes(Overlay overlay) {
        assertThat(overlay.all("KafkaUser").map(Manifest::name)).doesNotContainAnyElementsOf(Promises.YOURS.keySet());
        assertThat(overlay.all("Cluster").map(database -> database.name() + "-app"))
                .doesNotContainAnyElementsOf(Promises.YOURS.keySet());
    }

    @ForEveryOverlay
    void everyVolumeThatIsClaimedIsThere(Overlay overlay) {
        assertThat(overlay.workloads()
                        .flatMap(workload -> Manifest.each(workload.podSpec().path("volumes")))
                        .filter(volume -> volume.has("persistentVolumeClaim"))
                        .map(volume ->
                                volume.at("/persistentVolumeClaim/claimName").asText()))
                .allSatisfy(claim ->
                        assertThat(overlay.find("PersistentVolumeClaim", claim)).isPresent());
    }

    @ForEveryOverlay
    void everyMountHasItsVolumeAndEveryVolumeItsMount(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            Set<String> mounted = texts(workload.container().path("volumeMounts"), "/name");
            Set<String> there = new HashSet<>(texts(workload.podSpec().path("volumes"), "/name"));
            there.addAll(texts(workload.at("/spec/volumeClaimTemplates"), "/metadata/name"));
            assertThat(mounted).as("%s", workload).isEqualTo(there);
        });
    }

    @ForEveryOverlay
    void everyPodHasItsOwnServiceAccount(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            String account = workload.podSpec().path("serviceAccountName").asText();
            assertThat(account).isEqualTo(workload.name());
            assertThat(overlay.find("ServiceAccount", account)).isPresent();
        });
    }

    @ForEveryOverlay
    void everyHostInSettingsAndVariablesIsAServiceWithThatPort(Overlay overlay) {
        Promises promises = Promises.of(overlay);
        List<MatchResult> hosts = new ArrayList<>();
        overlay.workloads()
                .map(workload -> settings(overlay, workload))
                .forEach(text -> HOST_AND_PORT.matcher(text).results().forEach(hosts::add));
        overlay.workloads()
                .flatMap(workload -> Manifest.each(workload.container().path("env")))
                .forEach(variable -> HOST_AND_PORT
                        .matcher(variable.path("value").asText().replaceFirst("\\$\\([A-Z_]+\\)\\.", ""))
                        .results()
                        .forEach(hosts::add));
        assertThat(hosts)
                .hasSizeGreaterThan(5)
                .allSatisfy(host -> assertThat(promises.services())
                        .hasEntrySatisfying(
                                host.group(1), ports -> assertThat(ports).contains(Integer.parseInt(host.group(2)))));
    }

    @ForEveryOverlay
    void everyVariableThatSettingsExpandAndEveryFileThatTheyNameIsInThePod(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            List<String> variables = Manifest.each(workload.container().path("env"))
                    .map(variable -> text(variable, "name"))
                    .toList();
            Set<String> files = files(workload);
            String settings = settings(overlay, workload);
            assertThat(matches(EXPRESSION, settings)).as("%s", workload).isSubsetOf(variables);
            assertThat(matches(FILE, settings))
                    .as("%s", workload)
                    .isNotEmpty()
                    .allMatch(named ->
                            files.stream().anyMatch(file -> file.equals(named) || file.startsWith(named + "/")));
            assertThat(matches(FILE_OF_KAFKA, settings)).allMatch(file -> files.contains(file.replace(':', '/')));
        });
    }

    /** Kubernetes expands $(NAME) only where NAME stands further up in the list. */
    @ForEveryOverlay
    void everyVariableThatAnotherExpandsStandsBeforeIt(Overlay overlay) {
        assertThat(overlay.workloads()).allSatisfy(workload -> {
            Set<String> before = new HashSet<>();
            for (JsonNode variable : workload.container().path("env")) {
                assertThat(matches(EXPANSION, variable.path("value").asText())).isSubsetOf(before);
                before.add(text(variable, "name"));
            }
        });
    }

    @ForEveryOverlay
    void imagesAreOfThisVersionOrOfTheTestedRegistry(Overlay overlay) {
        boolean gpu = overlay.name().equals("gpu");
        Map<String, String> images = overlay.workloads()
                .collect(Collectors.toMap(Manifest::name, workload -> text(workload.container(), "image")));
        if (overlay.find("Deployment", "bulwark-explain").isPresent()) {
            assertThat(images.remove("bulwark-explain")).isEqualTo("bulwark/cli:" + Checkout.version());
        }
        assertThat(images)
                .containsOnly(
                        Map.entry(
                                "bulwark-worker",
                                "bulwark/embed-worker" + (gpu ? "-gpu" : "") + ":" + Checkout.version()),
                        Map.entry("bulwark-preview", "bulwark/embed-worker:" + Checkout.version()),
                        Map.entry("bulwark-score", "bulwark/embed-worker:" + Checkout.version()),
                        Map.entry("bulwark-red-team", "bulwark/cli:" + Checkout.version()),
                        Map.entry("bulwark-stream", "bulwark/moderation-stream:" + Checkout.version()),
                        Map.entry(
                                "bulwark-registry",
                                "quay.io/apicurio/apicurio-registry:"
                                        + System.getProperty("bulwark.registry.version")));
    }

    /** The texts of all settings files that the pod mounts, the overlay's included. */
    private static String settings(Overlay overlay, Manifest workload) {
        String name = Manifest.each(workload.podSpec().path("volumes"))
                .filter(volume -> text(volume, "name").equals("settings"))
                .map(volume -> volume.at("/configMap/name").asText())
                .findFirst()
                .orElseThrow();
        return String.join(
                "\n", Manifest.texts(overlay.one("ConfigMap", name).at("/data")).values());
    }

    private static Set<String> files(Manifest workload) {
        Set<String> files = new HashSet<>();
        for (JsonNode mount : workload.container().path("volumeMounts")) {
            Manifest.each(workload.podSpec().path("volumes"))
                    .filter(volume -> text(volume, "name").equals(text(mount, "name")))
                    .flatMap(volume -> Manifest.each(volume.at("/secret/items")))
                    .forEach(item -> files.add(text(mount, "mountPath") + "/" + text(item, "path")));
        }
        return files;
    }

    private static Set<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
    }

    private static Set<String> texts(JsonNode list, String pointer) {
        return Manifest.each(list).map(each -> each.at(pointer).asText()).collect(Collectors.toSet());
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}
