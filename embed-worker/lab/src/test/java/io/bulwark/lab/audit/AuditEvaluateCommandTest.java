package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.picture.StripedPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditEvaluateCommandTest {

    /** Small encoders of one dimension. */
    private static final String GOLDEN = "../perception/src/test/resources/golden/";

    private static final int REFERENCES = 8;

    @TempDir
    static Path folder;

    @TempDir
    Path out;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void pictures() throws IOException {
        StripedPictures.references(folder, REFERENCES);
        StripedPictures.write(folder.resolve("mine"), 50, true);
        StripedPictures.write(folder.resolve("mine"), 51, false);
    }

    @Test
    void a_run_that_was_stopped_goes_on_with_the_same_options_and_tells_of_attacks_with_and_without_the_index()
            throws IOException {
        assertThat(run("--attacks", "square")).as(commands.err()).isEqualTo(ExitCodes.OK);
        assertThat(out.resolve("kept")).doesNotExist();
        Path ledger = out.resolve("audit-evaluate.jsonl");
        List<String> first = Files.readAllLines(ledger);
        assertThat(first).hasSize(3);

        assertThat(run(
                        "--attacks",
                        "square,hopskipjump-oars,gradients",
                        "--keep",
                        out.resolve("kept").toString(),
                        "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(Files.readAllLines(ledger))
                .startsWith(first.toArray(String[]::new))
                .hasSize(7);
        JsonNode answer = new ObjectMapper().readTree(commands.out().lines().reduce("", (a, b) -> b));
        assertThat(answer.path("pictures").asInt()).isEqualTo(1);
        assertThat(answer.path("about").asText()).contains("1 flagged pictures, 1 of them shrunk", "12 queries");
        assertThat(answer.path("rows")).hasSize(8);
        assertThat(answer.path("rows")
                        .path(0)
                        .path("passedWithin")
                        .path("12")
                        .path("high")
                        .asDouble())
                .isPositive();
        assertThat(out.resolve("audit-evaluate.md")).content().contains("| square | without |", "| gradients | with |");

        assertThat(kept())
                .as("what is run now alone")
                .hasSize(5)
                .first(InstanceOfAssertFactories.STRING)
                .matches("[0-9a-f]{12}-gradients-with-(safe|review|nsfw)\\.png");
        assertThat(kept().subList(1, 5))
                .extracting(name -> name.substring(13))
                .satisfiesExactly(
                        name -> assertThat(name).startsWith("gradients-without-"),
                        name -> assertThat(name).startsWith("hopskipjump-oars-with-"),
                        name -> assertThat(name).startsWith("hopskipjump-oars-without-"),
                        name -> assertThat(name).isEqualTo("original.png"));

        assertThat(run("--attacks", "square", "--seed", "2")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("name another output folder");
    }

    @Test
    void with_a_twin_what_passes_raises_no_alarm_either() throws IOException {
        assertThat(run(
                        "--twin",
                        GOLDEN + "convnext_a",
                        "--twin-threshold",
                        "0.5",
                        "--threat",
                        "linf:64/255",
                        "--attacks",
                        "joint",
                        "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("rows"))
                .extracting(row -> row.path("attack").asText())
                .containsOnly("joint");
        assertThat(answer.path("about").asText()).contains("(twin 2) above 0.5000, scaling 2 above 0.1600");
    }

    @Test
    void what_cannot_be_is_named_with_what_can() {
        assertThat(run("--attacks", "guess")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("'guess'", "hopskipjump-oars");
        assertThat(run("--attacks", "joint")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("needs the --twin");
        assertThat(run("--side", "8")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--side is 8");
        assertThat(run("--similarity", "2")).isEqualTo(ExitCodes.USAGE);
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.list(out.resolve("kept"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private int run(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "audit",
                "evaluate",
                folder.resolve("mine").toString(),
                "--references",
                folder.resolve("references").toString(),
                "--model",
                GOLDEN + "vit_b",
                "--flagged-labels",
                "stripes",
                "--queries",
                "12",
                "--iterations",
                "2",
                "--out",
                out.toString()));
        if (!List.of(more).contains("--side")) {
            all.addAll(List.of("--side", "64"));
        }
        all.addAll(List.of(more));
        return commands.run(all.toArray(String[]::new));
    }
}
