package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.MetricHeadFile;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A head is taught, and compared behind, by the commands that the page on training names. */
class HeadCommandTest {

    @TempDir
    static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void modelAndPictures() throws IOException {
        SmallChoice.write(folder);
    }

    private static Path picture(int number) {
        return SmallChoice.picture(folder, number);
    }

    private static String model() {
        return SmallChoice.model(folder).toString();
    }

    private int teach(Path file) {
        return run(
                "train",
                "head",
                "--model",
                model(),
                "--pictures",
                SmallChoice.pictures(folder).toString(),
                "--hidden",
                "32",
                "--steps",
                "200",
                "--batch",
                "16",
                "--rate",
                "3e-3",
                "--out",
                file.toString());
    }

    @Test
    void aHeadLearnsTripletsAndBothCommandsCompareBehindIt() throws IOException {
        assertThat(teach(Path.of(model()).resolve(MetricHeadFile.NAME)))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);

        try (SafetensorsFile head = SafetensorsFile.open(Path.of(model()).resolve(MetricHeadFile.NAME))) {
            assertThat(head.metadata().get("descent")).contains("weight decay 0.0");
            assertThat(head.metadata()).containsEntry("input", "raw embedding");
        }
        JsonNode plain = choose("plain");
        JsonNode headed = choose("headed", "--head");

        assertThat(headed.path("model").asText()).isEqualTo("model+head");
        assertThat(headed.path("fingerprint").asText())
                .isNotEqualTo(plain.path("fingerprint").asText());
        assertThat(agreement(headed, 0)).isGreaterThan(0.8);
        assertThat(agreement(headed, 1)).isLessThanOrEqualTo(agreement(headed, 0));
        assertThat(similarity()).isNotEqualTo(similarity("--head"));
    }

    private static double agreement(JsonNode report, int row) {
        return report.path("rows").path(row).path("agreement").path("value").asDouble();
    }

    private JsonNode choose(String results, String... more) throws IOException {
        Path to = folder.resolve(results);
        assertThat(run(
                        more,
                        "evaluate",
                        "2afc",
                        "--model",
                        model(),
                        "--pictures",
                        SmallChoice.pictures(folder).toString(),
                        "--seed",
                        "0",
                        "--threats",
                        "linf:8/255",
                        "--iterations",
                        "2",
                        "--restarts",
                        "1",
                        "--batch",
                        "8",
                        "--out",
                        to.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);
        return new ObjectMapper().readTree(to.resolve("2afc.json").toFile());
    }

    private String similarity(String... more) {
        out.getBuffer().setLength(0);
        assertThat(run(more, "similarity", picture(1).toString(), picture(2).toString(), "--model", model()))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);
        return out.toString();
    }

    @Test
    void aHeadThatIsNotThereOrOfAnotherEncoderIsNamed() {
        Path elsewhere = folder.resolve("elsewhere.safetensors");
        assertThat(teach(elsewhere)).isEqualTo(ExitCodes.OK);
        String one = picture(1).toString();

        assertThat(run("similarity", one, one, "--head", elsewhere.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(run("similarity", one, one, "--head")).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString())
                .contains("was trained behind an encoder of fingerprint")
                .contains("bulwark train head")
                .doesNotContain("\tat ");
    }

    private int run(String[] more, String... arguments) {
        String[] all = new String[arguments.length + more.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return run(all);
    }

    private int run(String... arguments) {
        CommandLine commands = BulwarkCommand.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }
}
