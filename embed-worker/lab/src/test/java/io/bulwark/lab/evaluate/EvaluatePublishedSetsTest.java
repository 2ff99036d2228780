package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.attack.SmallEncoder;
import io.bulwark.lab.data.PublishedSets;
import io.bulwark.perception.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of single evaluations on made-up sets in published layouts. */
class EvaluatePublishedSetsTest {

    private static final int SIDE = 32;

    @TempDir
    static Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void write() throws IOException {
        PublishedSets.nights(folder.resolve("nights"), 3, 21);
        PublishedSets.bapps(folder.resolve("bapps"), 1, 22);
        PublishedSets.landmarks(folder.resolve("roxford5k"), 3, 23);
    }

    private int run(String what, Path results, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "evaluate",
                what,
                "--model",
                SmallEncoder.GOLDEN.resolve("vit_a").toString(),
                "--batch",
                "2",
                "--threads",
                "1",
                "--iterations",
                "2",
                "--restarts",
                "1",
                "--threats",
                "linf:1/255",
                "--out",
                results.toString(),
                "--json"));
        all.addAll(List.of(more));
        return commands.run(all.toArray(String[]::new));
    }

    private JsonNode answered() throws IOException {
        return commands.json();
    }

    private static List<String> columns(JsonNode row) {
        List<String> names = new ArrayList<>();
        for (Iterator<String> fields = row.fieldNames(); fields.hasNext(); ) {
            names.add(fields.next());
        }
        return names;
    }

    @Test
    void bappsHasAColumnForEachSetAndTheirMeanUnlessTheShareOfPeopleIsAskedFor() throws IOException {
        String bapps = folder.resolve("bapps").toString();
        assertThat(run("2afc", folder.resolve("b"), "--bapps", bapps))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        JsonNode row = answered().path("rows").path(0);
        assertThat(columns(row))
                .containsExactly(
                        "threat", "agreement", "cnn", "color", "deblur", "frameinterp", "superres", "traditional");
        PublishedSets.BAPPS.forEach(
                set -> assertThat(row.path(set).path("value").asDouble()).isIn(0.0, 1.0));

        commands.clearOut();
        assertThat(run("2afc", folder.resolve("s"), "--bapps", bapps, "--scored", "SHARE"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        JsonNode shares = answered().path("rows").path(0);
        assertThat(columns(shares)).containsExactly("threat", "agreement");
        assertThat(shares.path("agreement").path("value").asDouble() * 6 % 1)
                .as("0.2 or 0.8 of each of six")
                .isNotZero();

        assertThat(run("2afc", folder.resolve("u"), "--bapps", bapps, "--track", "png"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("take the track of pixels");
    }

    @Test
    void nightsHasItsHalvesApartAndTheAuthorsStartIsNamedInTheReport() throws IOException {
        assertThat(run(
                        "2afc",
                        folder.resolve("n"),
                        "--nights",
                        folder.resolve("nights").toString(),
                        "--start",
                        "random"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(answered().path("attack").asText()).isEqualTo("apgd 2 iterations x 1, random start");
        assertThat(columns(answered().path("rows").path(1)))
                .containsExactly("threat", "agreement", "imagenet", "no-imagenet");
    }

    @Test
    void startingNoiseComesFromAFileWhoseShapeFits() throws IOException {
        String nights = folder.resolve("nights").toString();
        Path noise = noise("noise", 6, SIDE);
        assertThat(run("2afc", folder.resolve("g"), "--nights", nights, "--start", noise.toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(answered().path("attack").asText()).isEqualTo("apgd 2 iterations x 1, given start");

        for (Path wrong : List.of(noise("few", 1, SIDE), noise("large", 6, 2 * SIDE), folder.resolve("nothing"))) {
            commands.clearErr();
            assertThat(run(
                            "2afc",
                            folder.resolve("to-" + wrong.getFileName()),
                            "--nights",
                            nights,
                            "--start",
                            wrong.toString()))
                    .isEqualTo(ExitCodes.USAGE);
            assertThat(commands.err()).contains("--start").doesNotContain("\tat ");
        }
        assertThat(run(
                        "2afc",
                        folder.resolve("of-l2"),
                        "--nights",
                        nights,
                        "--start",
                        noise.toString(),
                        "--threats",
                        "l2:1"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("there is no tensor 'l2'");
    }

    private static Path noise(String name, int questions, int side) throws IOException {
        float[] values = new float[questions * 3 * side * side];
        Random random = new Random(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        Path file = folder.resolve(name + ".safetensors");
        new SafetensorsWriter()
                .add("linf", List.of((long) questions, 3L, (long) side, (long) side), values)
                .write(file);
        return file;
    }

    @Test
    void everyProtocolOfRetrievalHasAColumnInOneRun() throws IOException {
        assertThat(run(
                        "retrieval",
                        folder.resolve("r"),
                        "--landmarks",
                        folder.resolve("roxford5k").toString(),
                        "--protocol",
                        "EASY,MEDIUM,HARD"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(answered().path("data").asText()).contains("protocol EASY, MEDIUM, HARD");
        for (JsonNode row : answered().path("rows")) {
            assertThat(columns(row)).containsExactly("threat", "map-easy", "map-medium", "map-hard");
        }
        assertThat(Files.readString(folder.resolve("r/retrieval.md"))).contains("| mAP EASY | mAP MEDIUM | mAP HARD |");
    }
}
