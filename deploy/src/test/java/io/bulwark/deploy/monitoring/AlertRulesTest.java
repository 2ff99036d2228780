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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The alert rules by themselves; {@code MetricsIT} holds them to the programs. */
class AlertRulesTest {

    private static final Path FOLDER = Checkout.path("deploy/prometheus");

    @Test
    void promtoolFindsNothingWrong() {
        assertThat(Program.PROMTOOL.output(FOLDER, "check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml"))
                .contains("SUCCESS");
    }

    @Test
    void theirUnitTestsPass() {
        assertThat(Program.PROMTOOL.output(FOLDER, "test", "rules", "alerts-test.yaml"))
                .contains("SUCCESS");
    }

    @Test
    void everyAlertIsTestedOnceFiringAndOnceSilent() {
        List<JsonNode> tests = Yaml.each(
                        Yaml.read("deploy/prometheus/alerts-test.yaml").path("tests"))
                .flatMap(test -> Yaml.each(test.path("alert_rule_test")))
                .toList();
        assertThat(alerts()).isNotEmpty().allSatisfy(alert -> {
            List<Integer> expected = tests.stream()
                    .filter(test -> test.path("alertname").equals(alert.path("alert")))
                    .map(test -> test.path("exp_alerts").size())
                    .toList();
            assertThat(expected).as("%s", alert.path("alert")).contains(0).anyMatch(firing -> firing > 0);
        });
    }

    @Test
    void everyAlertHasASeverityAndWordsAndARunbook() throws IOException {
        String runbook = Files.readString(FOLDER.resolve("runbook.md"));
        assertThat(alerts()).allSatisfy(alert -> {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
            assertThat(alert.at("/annotations/summary").asText()).isNotBlank().doesNotEndWith(".");
            assertThat(alert.at("/annotations/description").asText())
                    .isNotBlank()
                    .endsWith(".");
            assertThat(alert.at("/annotations/runbook").asText())
                    .isEqualTo("deploy/prometheus/runbook.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(runbook).contains("\n## " + name + "\n");
        });
    }

    @Test
    void theRunbookSpeaksOfNoOtherAlerts() throws IOException {
        List<String> names = alerts().map(alert -> alert.path("alert").asText()).toList();
        try (Stream<String> lines = Files.lines(FOLDER.resolve("runbook.md"))) {
            assertThat(lines.filter(line -> line.startsWith("## ")).map(line -> line.substring(3)))
                    .containsExactlyElementsOf(names);
        }
    }

    /** Kustomize cannot put one file into another; the copy for the Prometheus operator is made by hand. */
    @Test
    void thePrometheusOperatorGetsTheSameRules() {
        assertThat(Yaml.read("deploy/kubernetes/components/monitoring/prometheus-rule.yaml")
                        .at("/spec/groups"))
                .as("spec.groups of prometheus-rule.yaml is what deploy/prometheus/alerts.yaml has under groups")
                .isEqualTo(Yaml.read("deploy/prometheus/alerts.yaml").path("groups"));
    }

    static Stream<JsonNode> alerts() {
        return Yaml.each(Yaml.read("deploy/prometheus/alerts.yaml").path("groups"))
                .flatMap(group -> Yaml.each(group.path("rules")));
    }
}
