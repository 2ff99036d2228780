package io.bulwark.lab.evaluate.paper;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.data.PublishedSets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of two small models and every data set, whole, after a kill, and with mistakes in what it is made of. */
class EvaluateTableCommandTest {

    private static final String SPEC = """
        {"models": [{"name": "small_one", "location": "one",
                     "published": {"NIGHTS": {"clean": 60, "linf:4/255": 10.5}}},
                    {"name": "small_two", "location": "two"}],
         "data": [{"nights": "nights"}, {"bapps": "bapps", "images": 6}, {"landmarks": "roxford5k"}],
         "curve": ["linf:1/255"], "attacks": ["published", "stronger"],
         "iterations": 2, "queries": 3, "compared": true}
        """;

    @TempDir
    static Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void write() throws IOException {
        PublishedSets.nights(folder.resolve("nights"), 2, 11);
        PublishedSets.bapps(folder.resolve("bapps"), 1, 12);
        PublishedSets.landmarks(folder.resolve("roxford5k"), 2, 14);
        Files.writeString(folder.resolve("spec.json"), SPEC);
        Path config = Files.writeString(
                folder.resolve("small.json"),
                "{\"model_cfg\": {\"embed_dim\": 12, \"vision_cfg\": {\"image_size\": 16, \"patch_size\": 4, \"layers\": 1,"
                        + " \"width\": 16, \"head_width\": 8}, \"text_cfg\": {}}}");
        for (String model : List.of("one", "two")) {
            assertThat(BulwarkCommand.commandLine()
                            .execute(
                                    "model",
                                    "new",
                                    "--config",
                                    config.toString(),
                                    "--seed",
                                    String.valueOf(model.length() + model.charAt(0)),
                                    folder.resolve(model).toString()))
                    .isEqualTo(ExitCodes.OK);
        }
    }

    private int run(String... arguments) {
        return commands.run(arguments);
    }

    private static List<String> arguments(Path results, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "table",
                folder.resolve("spec.json").toString(),
                "--out",
                results.toString(),
                "--threads",
                "1",
                "--batch",
                "2"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private Path whole() {
        Path whole = folder.resolve("whole");
        assertThat(run(arguments(whole, "--json").toArray(String[]::new)))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        return whole;
    }

    @Test
    void theTableHasEveryFigureAndWhatAKillLeavesOfItGoesOnToTheSame() throws IOException {
        Path whole = whole();
        assertIsTheTable(commands.json());
        assertThat(Files.readString(whole.resolve("table.md")))
                .contains("## NIGHTS, agreement", "## BAPPS, agreement")
                .contains("## roxford5k EASY, mAP", "## roxford5k HARD, mAP")
                .contains("| small_one | ImageNet | published |")
                .contains("| LipSim margin 0.5 | all | published | – | 85.1 | – |")
                .contains("published attack: apgd 2 iterations x 1, random start")
                .contains(
                        "stronger attack: what the published one left, by apgd 2 iterations x 2, then square 3 queries");
        assertThat(Files.readString(whole.resolve("table.tex")))
                .contains("\\begin{tabular}{lllrrr}", "small\\_one & all & published", "(60.0, $");
        assertThat(whole.resolve("small_one--NIGHTS--linf.png")).exists();

        Path cut = folder.resolve("cut");
        leaveHalf(whole, cut);
        assertGoesOnTo(whole, cut);
    }

    /** The ledgers of the first model but one, whose last line was cut short. */
    private static void leaveHalf(Path whole, Path cut) throws IOException {
        List<Path> kept = ledgers(whole).stream()
                .filter(file -> file.toString().contains("small_one"))
                .sorted()
                .toList();
        for (Path file : kept.subList(0, kept.size() - 1)) {
            Path copy = cut.resolve(whole.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            byte[] bytes = Files.readAllBytes(file);
            boolean last = file.equals(kept.get(kept.size() - 2));
            Files.write(copy, last ? Arrays.copyOf(bytes, bytes.length - 9) : bytes);
        }
        Files.copy(whole.resolve("batches.jsonl"), cut.resolve("batches.jsonl"));
    }

    private void assertGoesOnTo(Path whole, Path stopped) {
        assertThat(run(arguments(stopped).toArray(String[]::new)))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        for (String file : List.of("table.md", "table.tex", "table.json", "answers/small_two--BAPPS.csv")) {
            assertThat(stopped.resolve(file)).hasSameTextualContentAs(whole.resolve(file));
        }
    }

    @Test
    @Tag("proof")
    void aRunThatWasKilledGoesOnFromItsLedgersToTheSameTable() throws Exception {
        Path whole = whole();
        Path killed = folder.resolve("killed");
        killAtTheThirdLedger(killed);
        assertThat(ledgers(killed)).isNotEmpty().hasSizeLessThan(ledgers(whole).size());

        assertGoesOnTo(whole, killed);
    }

    private void assertIsTheTable(JsonNode table) {
        List<JsonNode> rows = new ArrayList<>();
        table.path("rows").forEach(rows::add);
        JsonNode clean = row(rows, "NIGHTS", "small_one", "all", "published", "clean");
        assertThat(clean.path("measured").path("questions").asInt()).isEqualTo(4);
        assertThat(clean.path("difference").asDouble())
                .isEqualTo(100 * clean.path("measured").path("value").asDouble() - 60);
        assertThat(row(rows, "NIGHTS", "small_one", "all", "published", "linf 1/255")
                        .isMissingNode())
                .as("a point of the curve")
                .isFalse();
        for (JsonNode row : rows) {
            if (row.path("attack").asText().equals("stronger")) {
                JsonNode published = row(
                        rows,
                        row.path("data").asText(),
                        row.path("model").asText(),
                        row.path("part").asText(),
                        "published",
                        row.path("threat").asText());
                assertThat(row.path("measured").path("value").asDouble())
                        .as(row.toString())
                        .isLessThanOrEqualTo(
                                published.path("measured").path("value").asDouble());
            }
        }
    }

    private static JsonNode row(
            List<JsonNode> rows, String data, String model, String part, String attack, String threat) {
        return rows.stream()
                .filter(row -> row.path("data").asText().equals(data)
                        && row.path("model").asText().equals(model)
                        && row.path("part").asText().equals(part)
                        && row.path("attack").asText().equals(attack)
                        && row.path("threat").asText().equals(threat))
                .findFirst()
                .orElseGet(() -> new ObjectMapper().createObjectNode().path("nothing"));
    }

    private static void killAtTheThirdLedger(Path results) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Dai.djl.offline=true",
                "-XX:TieredStopAtLevel=1",
                BulwarkCommand.class.getName()));
        command.addAll(arguments(results));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(results.resolveSibling("killed.log").toFile())
                .start();
        try {
            Awaitility.await("the third ledger")
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !process.isAlive() || ledgers(results).size() >= 3);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static List<Path> ledgers(Path results) throws IOException {
        if (!Files.isDirectory(results.resolve("ledgers"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(results.resolve("ledgers"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl")).toList();
        }
    }

    @Test
    void labelledPicturesHaveACurveOverTheBankAndALinearHeadBesideItAlsoForAnEnsemble() throws IOException {
        PublishedSets.labelled(folder.resolve("own"), 4, 2, 15);
        Files.writeString(folder.resolve("own.json"), """
                {"models": [{"name": "both", "ensemble": ["one", "two"]}],
                 "data": [{"labelled": "own", "banks": [2, 8], "images": 3}],
                 "threats": ["linf:4/255"], "iterations": 2}
                """);
        Path results = folder.resolve("labelled");
        List<String> arguments = arguments(results, "--json");
        arguments.set(2, folder.resolve("own.json").toString());

        assertThat(run(arguments.toArray(String[]::new))).as(commands.err()).isEqualTo(ExitCodes.OK);

        List<JsonNode> rows = new ArrayList<>();
        commands.json().path("rows").forEach(rows::add);
        for (String judge : List.of("kNN, bank of 2", "kNN, bank of 8", "linear head, taught by 8")) {
            JsonNode clean = row(rows, "own", "both", judge, "published", "clean");
            JsonNode attacked = row(rows, "own", "both", judge, "published", "linf 4/255");
            assertThat(clean.path("measured").path("questions").asInt())
                    .as(judge)
                    .isEqualTo(3);
            assertThat(attacked.path("measured").path("value").asDouble())
                    .isLessThanOrEqualTo(clean.path("measured").path("value").asDouble());
        }
        assertThat(results.resolve("both--own--banks.png")).exists();
    }

    @Test
    void aMistakeInTheSpecIsNamedWithItsFileAndLine() throws IOException {
        assertMistake("{\"models\": [],\n \"dta\": []}", "line 2: Unrecognized field \"dta\"");
        assertMistake("{\"models\": [\n", "line 2: ");
        assertMistake("{\"models\": []}", "at least one of each");
        assertMistake(model("\"location\": \"one\"", "{\"nights\": \"n\"}"), "models[0]: wanted are a name");
        assertMistake(
                model("\"name\": \"a\", \"location\": \"one\"", "{\"nights\": \"n\", \"bapps\": \"b\"}"),
                "data[0]: wanted is one of");
        assertMistake(
                model("\"name\": \"a\", \"location\": \"one\", \"metric\": \"vit-b-17\"", "{\"nights\": \"n\"}"),
                "'vit-b-17' is none of the published metrics");
        assertMistake(
                model("\"name\": \"a\", \"location\": \"one\"", "{\"nights\": \"gone\"}"), "gone: holds no data.csv");
        assertMistake(
                model("\"name\": \"a\", \"location\": \"one\", \"ensemble\": [\"one\"]", "{\"nights\": \"n\"}"),
                "a location or an ensemble");
        PublishedSets.labelled(folder.resolve("few"), 1, 1, 16);
        assertMistake(
                model("\"name\": \"a\", \"location\": \"one\"", "{\"labelled\": \"few\", \"banks\": [3]}"),
                "a bank of 3 is asked for, of references there are 2");
    }

    private static String model(String fields, String data) {
        return "{\"models\": [{%s}], \"data\": [%s]}".formatted(fields, data);
    }

    private void assertMistake(String spec, String because) throws IOException {
        Path file = Files.writeString(folder.resolve("mistake.json"), spec);
        commands.clearErr();
        assertThat(run(
                        "evaluate",
                        "table",
                        file.toString(),
                        "--out",
                        folder.resolve("m").toString()))
                .isIn(ExitCodes.USAGE, ExitCodes.FAILED);
        assertThat(commands.err()).contains(because).doesNotContain("\tat ");
    }

    @Test
    void anotherBatchSizeWouldChangeLastBitsAndIsRefused() throws IOException {
        Path results = folder.resolve("batches");
        Files.createDirectories(results);
        Files.writeString(
                results.resolve("batches.jsonl"),
                "{\"identity\":\"batch sizes of a table\"}\n{\"model\":\"small_one\",\"batch\":4}\n");

        assertThat(run(arguments(results).toArray(String[]::new))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--batch is 2", "begun with 4 for small_one");
    }
}
