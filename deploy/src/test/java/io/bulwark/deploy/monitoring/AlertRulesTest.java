package io.bulwark.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The alert rules by themselves. {@code MetricsIT} holds those of {@code alerts.yaml} to the programs; those of {@code
 * kubernetes-alerts.yaml} are about what only a cluster has.
 */
class AlertRulesTest {

    private static final Path FOLDER = Checkout.path("deploy/prometheus");

    @TempDir
    private Path folder;

    static List<String> files() {
        return List.of("alerts", "kubernetes-alerts");
    }

    @ParameterizedTest
    @MethodSource("files")
    void promtoolFindsNothingWrong(String file) {
        assertThat(Program.PROMTOOL.output(FOLDER, "check", "rules", "--lint=all", "--lint-fatal", file + ".yaml"))
                .contains("SUCCESS");
    }

    @ParameterizedTest
    @MethodSource("files")
    void theirUnitTestsPass(String file) {
        assertThat(Program.PROMTOOL.output(FOLDER, "test", "rules", file + "-test.yaml"))
                .contains("SUCCESS");
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyAlertIsTestedOnceFiringAndOnceSilent(String file) {
        List<JsonNode> tests = Yaml.each(
                        Yaml.read("deploy/prometheus/" + file + "-test.yaml").path("tests"))
                .flatMap(test -> Yaml.each(test.path("alert_rule_test")))
                .toList();
        assertThat(alerts(file)).isNotEmpty().allSatisfy(alert -> {
            List<Integer> expected = tests.stream()
                    .filter(test -> test.path("alertname").equals(alert.path("alert")))
                    .map(test -> test.path("exp_alerts").size())
                    .toList();
            assertThat(expected).as("%s", alert.path("alert")).contains(0).anyMatch(firing -> firing > 0);
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyAlertHasASeverityAndWordsAndARunbook(String file) throws IOException {
        String runbook = Files.readString(FOLDER.resolve("runbook.md"));
        assertThat(alerts(file)).allSatisfy(alert -> {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
            assertThat(alert.at("/annotations/summary").asText()).isNotBlank().doesNotEndWith(".");
            assertThat(alert.at("/annotations/description").asText())
                    .isNotBlank()
                    .endsWith(".");
            assertThat(alert.at("/annotations/runbook_url").asText())
                    .isEqualTo("deploy/prometheus/runbook.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(runbook).contains("\n## " + name + "\n");
        });
    }

    /** In a message a path is no link, so pages say that it is one, and each place that has it where yours belongs. */
    @Test
    void asLongAsTheRulesHaveAPathThePageSaysWhereYourAddressBelongs() throws IOException {
        String path = "deploy/prometheus/runbook.md";
        assertThat(files().stream().flatMap(AlertRulesTest::alerts))
                .extracting(alert -> alert.at("/annotations/runbook_url").asText())
                .allMatch(link -> link.startsWith(path + "#"));
        assertThat(Files.readString(Checkout.path("deploy/docs/monitoring.md")))
                .contains("`runbook_url` is a path in this repository, which is no link where an alert is read")
                .contains(
                        "on Kubernetes as `runbook` in the overlay's `platform.yaml` (in the chart `platform.runbook`)");
        assertThat(Files.readString(Checkout.path("deploy/docs/kubernetes.md")))
                .contains("where your alerts' runbook is");
        try (Stream<Path> overlays = Files.list(Checkout.path("deploy/kubernetes/overlays"))) {
            assertThat(overlays.map(overlay ->
                            Yaml.read("deploy/kubernetes/overlays/" + overlay.getFileName() + "/platform.yaml")))
                    .isNotEmpty()
                    .allSatisfy(platform ->
                            assertThat(platform.at("/data/runbook").asText()).isEqualTo(path));
        }
    }

    /** In a message a path is no link; the page says how to make one of it. */
    @Test
    void withThePagesCommandEveryAlertLinksToYourRunbook() throws IOException, InterruptedException {
        String page = Files.readString(Checkout.path("deploy/docs/monitoring.md"));
        Matcher block = Pattern.compile("(?ms)^```sh\n(RUNBOOK=.*?)^```").matcher(page);
        assertThat(block.find()).isTrue();
        Files.createSymbolicLink(folder.resolve("deploy"), Checkout.path("deploy"));

        Process shell = new ProcessBuilder("bash", "-euc", block.group(1))
                .directory(folder.toFile())
                .inheritIO()
                .start();

        assertThat(shell.waitFor()).isZero();
        List<String> links = Yaml.each(
                        Yaml.read(folder.resolve("alerts.yaml").toString()).path("groups"))
                .flatMap(group -> Yaml.each(group.path("rules")))
                .map(alert -> alert.at("/annotations/runbook_url").asText())
                .toList();
        assertThat(links)
                .hasSize((int) alerts().count())
                .allMatch(link -> link.matches("https://\\S+/runbook\\.md#[a-z]+"));
    }

    @Test
    void theRunbookSpeaksOfNoOtherAlerts() throws IOException {
        List<String> names = files().stream()
                .flatMap(AlertRulesTest::alerts)
                .map(alert -> alert.path("alert").asText())
                .toList();
        try (Stream<String> lines = Files.lines(FOLDER.resolve("runbook.md"))) {
            assertThat(lines.filter(line -> line.startsWith("## ")).map(line -> line.substring(3)))
                    .containsExactlyElementsOf(names);
        }
    }

    /** Kustomize cannot put one file into another; the copies for the Prometheus operator are made by hand. */
    @ParameterizedTest
    @CsvSource({"alerts, prometheus-rule", "kubernetes-alerts, kubernetes-rule"})
    void thePrometheusOperatorGetsTheSameRules(String file, String copy) {
        assertThat(Yaml.read("deploy/kubernetes/components/monitoring/" + copy + ".yaml")
                        .at("/spec/groups"))
                .as("spec.groups of %s.yaml is what deploy/prometheus/%s.yaml has under groups", copy, file)
                .isEqualTo(Yaml.read("deploy/prometheus/" + file + ".yaml").path("groups"));
    }

    /** The alerts on the programs, which every deployment has. */
    static Stream<JsonNode> alerts() {
        return alerts("alerts");
    }

    private static Stream<JsonNode> alerts(String file) {
        return Yaml.each(Yaml.read("deploy/prometheus/" + file + ".yaml").path("groups"))
                .flatMap(group -> Yaml.each(group.path("rules")));
    }
}
