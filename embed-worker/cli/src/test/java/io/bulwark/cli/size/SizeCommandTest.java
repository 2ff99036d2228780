package io.bulwark.cli.size;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SizeCommandTest {

    private static final Path PAGE = Path.of("../../deploy/docs/sizing.md");

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void the_page_shows_what_the_command_prints() throws IOException {
        assertThat(run("size", "--uploads", "1000000")).isEqualTo(ExitCodes.OK);

        List<String> printed = commands.out().lines().map(String::stripTrailing).toList();
        assertThat(Files.readAllLines(PAGE)).containsSequence(printed);
    }

    @Test
    void the_page_names_each_constant_with_its_command() throws IOException {
        String page = Files.readString(PAGE);

        for (double constant : List.of(
                Sizing.CPU_MILLIS,
                Sizing.VIEWS,
                Sizing.WORKER_MIB,
                Sizing.TWIN_MIB,
                Sizing.BANK_BYTES,
                Sizing.DECISIONS_A_SECOND,
                Sizing.STATE_BYTES,
                Sizing.CASES_A_SECOND,
                Sizing.VERDICT_BYTES,
                Sizing.DECISION_BYTES,
                Sizing.STATISTICS_BYTES,
                Sizing.CHANGELOG_BYTES,
                Sizing.CASE_BYTES,
                Sizing.ITEM_BYTES,
                Sizing.HUMAN_DECISION_BYTES,
                Sizing.AUDIT_LOG_BYTES,
                Sizing.PICTURE_BYTES)) {
            String number =
                    constant == Math.rint(constant) ? String.format("%,d", (long) constant) : Double.toString(constant);
            assertThat(page).contains("| " + number + " |");
        }
    }

    @Test
    void ten_times_the_uploads_take_ten_times_the_disk_and_cores() throws IOException {
        Map<String, Double> one = values("--uploads", "10000000");
        Map<String, Double> ten = values("--uploads", "100000000");

        for (String part : List.of("worker/cores", "broker/disk for the rest, all brokers", "PostgreSQL/cases")) {
            assertThat(ten.get(part) / one.get(part)).as(part).isBetween(9.99, 10.01);
        }
        assertThat(ten.get("broker/partitions of images.uploaded") % 8).isZero();
        assertThat(ten.get("broker/partitions of images.uploaded"))
                .isGreaterThanOrEqualTo(ten.get("worker/pods of 2 cores"));
    }

    @Test
    void little_traffic_still_has_two_pods_of_each_service() throws IOException {
        Map<String, Double> values = values("--uploads", "1");

        assertThat(values.get("worker/pods of 2 cores")).isEqualTo(2);
        assertThat(values.get("moderation-stream/pods")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--uploads 0",
                "--uploads 1 --peak 0.5",
                "--uploads 1 --review-share 1.1",
                "--uploads 1 --replication 0",
                "--uploads 1 --cpu-millis 0",
                "--uploads 1 --dimension 0",
                "--uploads 1 --image-bytes -1"
            })
    void numbers_that_cannot_be_are_refused(String arguments) {
        assertThat(run(("size " + arguments).split(" "))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--");
    }

    private Map<String, Double> values(String... arguments) throws IOException {
        commands.clearOut();
        assertThat(run("size", "--json", arguments[0], arguments[1])).isEqualTo(ExitCodes.OK);
        Map<String, Double> values = new HashMap<>();
        for (String line : commands.out().lines().toList()) {
            JsonNode row = new ObjectMapper().readTree(line);
            values.put(
                    row.path("part").asText() + "/" + row.path("what").asText(),
                    row.path("value").asDouble());
        }
        return values;
    }

    private int run(String... arguments) {
        return commands.run(arguments);
    }
}
