package io.bulwark.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.deploy.Checkout;
import io.bulwark.deploy.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The dashboards by themselves; {@code MetricsIT} holds their expressions to the programs. */
class DashboardsTest {

    private static final int COLUMNS = 24;

    static List<Dashboard> dashboards() {
        return Dashboard.all();
    }

    @Test
    void eachHasItsOwnNameAndIdentifier() {
        assertThat(dashboards()).hasSize(5);
        assertThat(dashboards())
                .extracting(board -> board.json().path("uid").asText())
                .doesNotHaveDuplicates();
        assertThat(dashboards())
                .extracting(board -> board.json().path("title").asText())
                .doesNotHaveDuplicates()
                .allMatch(title -> title.startsWith("Bulwark: "));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void everyPanelSaysWhatItShowsAndInWhichUnit(Dashboard dashboard) {
        assertThat(dashboard.panels()).isNotEmpty().allSatisfy(panel -> {
            assertThat(panel.path("title").asText()).isNotBlank();
            assertThat(panel.path("description").asText())
                    .as("%s", panel.path("title"))
                    .endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
            assertThat(panel.path("targets")).isNotEmpty();
        });
        assertThat(dashboard.panels().map(panel -> panel.path("title").asText()))
                .doesNotHaveDuplicates();
        assertThat(dashboard.panels().map(panel -> panel.path("id").asInt())).doesNotHaveDuplicates();
    }

    /** Whatever Prometheus a Grafana has: the data source and the namespace are chosen at the top of the page. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void everyQueryGoesToTheChosenSourceAndNamespace(Dashboard dashboard) {
        assertThat(dashboard.panels().flatMap(panel -> Yaml.each(panel.path("targets"))))
                .allSatisfy(target -> {
                    assertThat(target.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                    assertThat(PromQl.of(target.path("expr").asText()).selectors())
                            .isNotEmpty()
                            .allSatisfy(
                                    selector -> assertThat(selector.matchers()).containsKey("namespace"));
                });
        assertThat(Yaml.each(dashboard.json().at("/templating/list"))
                        .map(variable -> variable.path("name").asText()))
                .containsExactly("datasource", "namespace");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void noTwoPanelsLieOnEachOther(Dashboard dashboard) {
        Set<String> cells = new HashSet<>();
        assertThat(dashboard.panels()).allSatisfy(panel -> {
            JsonNode at = panel.path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(COLUMNS);
            for (int x = at.path("x").asInt();
                    x < at.path("x").asInt() + at.path("w").asInt();
                    x++) {
                for (int y = at.path("y").asInt();
                        y < at.path("y").asInt() + at.path("h").asInt();
                        y++) {
                    assertThat(cells.add(x + "," + y))
                            .as("%s at %d,%d", panel.path("title"), x, y)
                            .isTrue();
                }
            }
        });
    }

    /** Each expression becomes a rule's, so that promtool reads all of a dashboard at once. */
    @ParameterizedTest
    @MethodSource("dashboards")
    void promtoolReadsEveryExpression(Dashboard dashboard, @TempDir Path folder) throws IOException {
        StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
        List<String> expressions = dashboard.expressions().toList();
        for (int i = 0; i < expressions.size(); i++) {
            rules.append("  - record: panel:%d\n    expr: |\n      %s\n"
                    .formatted(i, expressions.get(i).replace("\n", "\n      ")));
        }
        Files.writeString(folder.resolve("rules.yaml"), rules);
        assertThat(Program.PROMTOOL.output(folder, "check", "rules", "rules.yaml"))
                .contains(expressions.size() + " rules found");
    }

    @Test
    void everyDashboardIsAConfigMapThatGrafanaFinds() {
        String rendered = Program.KUBECTL.output(Checkout.path("deploy"), "kustomize", "grafana");
        assertThat(dashboards()).allSatisfy(board -> assertThat(rendered).contains("  " + board.file() + ": |"));
        assertThat(rendered.split("grafana_dashboard: \"1\"", -1))
                .hasSize(dashboards().size() + 1);
    }
}
