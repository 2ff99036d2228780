package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BenchCommandsTest {

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void a_search_is_measured_beside_a_plain_loop_that_names_the_same_neighbours() throws IOException {
        int code = run(
                "bench",
                "knn",
                "--json",
                "--references",
                "200",
                "--dimension",
                "16",
                "--batch",
                "4",
                "--searches",
                "3");

        assertThat(code).isEqualTo(ExitCodes.OK);
        JsonNode line = commands.json();
        assertThat(line.path("agreeing").asInt()).isEqualTo(4);
        assertThat(line.path("medianMillis").asDouble()).isPositive();
        assertThat(line.path("plainMillis").asDouble()).isPositive();
    }

    @Test
    void preprocessing_is_measured_beside_the_jdk_and_says_how_many_views_it_made() throws IOException {
        int code = run("bench", "preprocess", "--json", "--size", "300x60", "--rounds", "2", "--views", "cover");

        assertThat(code).isEqualTo(ExitCodes.OK);
        JsonNode line = commands.json();
        assertThat(line.path("width").asInt()).isEqualTo(300);
        assertThat(line.path("views").asInt()).isGreaterThan(1);
        assertThat(line.path("jdkMillis").asDouble()).isPositive();
    }

    /** A small version of the published table: each scenario, of few streams. */
    @Test
    void kept_promises_seldom_alarm_and_broken_ones_are_found() throws IOException {
        int code = run(
                "bench", "promises", "--json", "--streams", "5", "--draws", "2000", "--known", "500", "--days", "5");

        assertThat(code).as("%s", commands.out()).isEqualTo(ExitCodes.OK);
        int kept = 0;
        int found = 0;
        for (String line : commands.out().lines().toList()) {
            JsonNode scenario = new ObjectMapper().readTree(line);
            kept += scenario.path("kept").asBoolean() ? 1 : 0;
            found += scenario.path("within").asInt();
        }
        assertThat(kept).as("rates, and traffic that did not drift").isEqualTo(102);
        assertThat(found).isGreaterThan(20);
    }

    @Test
    void streams_too_short_to_find_anything_are_refused() {
        assertThat(run("bench", "promises", "--draws", "100")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("100").contains("2000");
    }

    @Test
    void a_size_that_is_none_is_a_mistake_that_says_what_is_wanted() {
        assertThat(run("bench", "preprocess", "--size", "large")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("'large'").contains("640x480");
    }

    @Test
    void a_view_policy_that_nobody_knows_is_named_beside_the_known() {
        assertThat(run("bench", "preprocess", "--views", "half")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("'half'").contains("center-crop");
    }

    private int run(String... arguments) {
        return commands.run(arguments);
    }
}
