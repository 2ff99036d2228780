package io.bulwark.lab.bank;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.lab.BulwarkCommand;
import io.bulwark.lab.local.KafkaProcess;
import io.bulwark.lab.local.Ports;
import io.bulwark.lab.local.Topology;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bank's commands with the real model over a real broker. */
class BankIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private StringWriter out;
    private StringWriter err;

    @TempDir
    static Path data;

    private static KafkaProcess kafka;

    @BeforeAll
    static void startBroker() {
        kafka = KafkaProcess.start(data.resolve("kafka"), Ports.free());
        Topology.create(kafka.bootstrapServers());
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @BeforeEach
    void drawPictures() throws IOException {
        for (int i = 0; i < 6; i++) {
            draw("discs/" + i + ".png", i, true, false);
            draw("squares/" + i + ".png", i, false, false);
        }
    }

    @Test
    void a_built_bank_is_listed_verified_and_calibrated() {
        assertThat(run("build", "--bank", "whole", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(answers()).singleElement().satisfies(answer -> {
            assertThat(answer.get("written").asInt()).isEqualTo(12);
            assertThat(answer.get("removed").asInt()).isZero();
        });

        assertThat(ids("whole")).hasSize(12).contains("discs/0.png", "squares/5.png");

        assertThat(run("verify", "--bank", "whole", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.OK);
        JsonNode verified = answers().get(0);
        assertThat(verified.get("ready").asBoolean()).isTrue();
        assertThat(verified.get("references").asInt()).isEqualTo(12);
        assertThat(verified.at("/leaveOneOut/accuracy").asDouble()).isBetween(0.5, 1.0);

        Path settings = folder.resolve("policy.properties");
        assertThat(run(
                        "calibrate",
                        "--bank",
                        "whole",
                        "--flagged-labels",
                        "discs",
                        "-k",
                        "3",
                        "--write",
                        settings.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(properties(settings))
                .containsEntry("bulwark.policy.flagged-labels", "discs")
                .containsEntry("bulwark.policy.k", "3")
                .containsKeys("bulwark.policy.flag", "bulwark.policy.safe", "bulwark.policy.temperature");
    }

    @Test
    void building_again_removes_what_the_folder_no_longer_holds_and_adding_does_not() throws IOException {
        assertThat(run("build", "--bank", "again", folder.toString())).isEqualTo(ExitCodes.OK);
        Files.delete(folder.resolve("discs/0.png"));

        assertThat(run("add", "--bank", "again", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(ids("again")).hasSize(12);

        assertThat(run("build", "--bank", "again", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).get("removed").asInt()).isEqualTo(1);
        assertThat(ids("again")).hasSize(11).doesNotContain("discs/0.png");
    }

    @Test
    void a_transparent_picture_is_known_over_white_and_over_black() throws IOException {
        Path lens = draw("lens.png", 3, true, true);

        assertThat(run("add", "--bank", "clear", "--label", "lenses", lens.toString()))
                .isEqualTo(ExitCodes.OK);

        assertThat(ids("clear")).containsExactly("lenses/lens.png@black", "lenses/lens.png@white");
    }

    @Test
    void a_removed_reference_is_gone_and_an_unknown_one_changes_nothing() {
        assertThat(run("build", "--bank", "less", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(run("remove", "--bank", "less", "discs/1.png", "discs/missing.png"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("discs/missing.png").contains("Nothing is changed");
        assertThat(ids("less")).hasSize(12);

        assertThat(run("remove", "--bank", "less", "discs/1.png")).isEqualTo(ExitCodes.OK);
        assertThat(ids("less")).hasSize(11).doesNotContain("discs/1.png");
    }

    @Test
    void an_exported_bank_comes_back_as_it_was() {
        assertThat(run("build", "--bank", "kept", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(run("list", "--bank", "kept")).isEqualTo(ExitCodes.OK);
        List<JsonNode> before = answers();
        Path file = folder.resolve("kept.avro");

        assertThat(run("export", "--bank", "kept", file.toString())).isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).get("exported").asInt()).isEqualTo(12);
        assertThat(run("remove", "--bank", "kept", "discs/1.png", "squares/2.png"))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("import", file.toString())).isEqualTo(ExitCodes.OK);

        assertThat(answers().get(0).get("imported").asInt()).isEqualTo(12);
        assertThat(run("list", "--bank", "kept")).isEqualTo(ExitCodes.OK);
        assertThat(answers()).isEqualTo(before);
    }

    @Test
    void an_export_of_nothing_leaves_the_file_that_is_there() throws IOException {
        Path file = Files.writeString(folder.resolve("older.avro"), "an older export");
        assertThat(run("export", "--bank", "nobody", file.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("the bank nobody has no reference");
        assertThat(file).hasContent("an older export");
    }

    @Test
    void a_disabled_reference_says_until_when_and_no_time_at_all_enables_it() {
        assertThat(run("build", "--bank", "pause", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(run("disable", "--bank", "pause", "--for", "24h", "discs/1.png"))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("list", "--bank", "pause", "--label", "discs")).isEqualTo(ExitCodes.OK);
        assertThat(answers().stream().filter(answer -> answer.has("disabledUntil")))
                .singleElement()
                .satisfies(answer -> assertThat(answer.get("id").asText()).isEqualTo("discs/1.png"));

        assertThat(run("disable", "--bank", "pause", "--for", "0s", "discs/1.png"))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("list", "--bank", "pause")).isEqualTo(ExitCodes.OK);
        assertThat(answers()).hasSize(12).noneMatch(answer -> answer.has("disabledUntil"));
    }

    @Test
    void a_bank_that_cannot_serve_fails_its_check_with_what_mends_it() {
        assertThat(run("verify", "--bank", "nothing")).isEqualTo(ExitCodes.FAILED);

        assertThat(answers().get(0).get("message").asText()).contains("bulwark bank build --bank nothing");
    }

    @Test
    void with_a_twin_every_change_is_made_for_both_models_in_one_go() throws IOException {
        draw("discs/clear.png", 3, true, true);
        assertThat(twin("build", "twins", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).get("written").asInt()).isEqualTo(14);
        assertThat(byModel("twins"))
                .hasSize(2)
                .allSatisfy(
                        (model, ids) -> assertThat(ids).hasSize(14).contains("discs/0.png", "discs/clear.png@white"));

        assertThat(twin("remove", "twins", "discs/0.png")).isEqualTo(ExitCodes.OK);
        assertThat(twin("disable", "twins", "--for", "24h", "discs/1.png")).isEqualTo(ExitCodes.OK);
        assertThat(byModel("twins").values()).allSatisfy(ids -> assertThat(ids).hasSize(13));
        assertThat(run("list", "--bank", "twins")).isEqualTo(ExitCodes.OK);
        assertThat(answers().stream().filter(answer -> answer.has("disabledUntil")))
                .hasSize(2);

        Files.delete(folder.resolve("squares/5.png"));
        assertThat(twin("build", "twins", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).get("removed").asInt()).isEqualTo(1);
        assertThat(byModel("twins").values()).allSatisfy(ids -> assertThat(ids).hasSize(13));
        assertThat(twin("verify", "twins", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.OK);
        assertThat(answers()).hasSize(2);
    }

    @Test
    void a_twin_whose_bank_lacks_a_reference_is_found_out_and_gets_no_threshold() {
        assertThat(twin("build", "uneven", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(run("remove", "--bank", "uneven", "discs/0.png")).isEqualTo(ExitCodes.OK);

        assertThat(twin("verify", "uneven", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(answers().get(2).get("problem").asText())
                .contains("discs/0.png")
                .contains("--twin");
        assertThat(twin("calibrate", "uneven", "--flagged-labels", "discs", "-k", "3", "--twin-budget", "0.2"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("discs/0.png");
        assertThat(twin("remove", "uneven", "discs/0.png")).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("Nothing is changed");
    }

    @Test
    void a_twin_is_calibrated_on_the_references_or_on_clean_pictures() {
        assertThat(twin("build", "drift", folder.toString())).isEqualTo(ExitCodes.OK);
        Path settings = folder.resolve("twin.properties");
        assertThat(twin(
                        "calibrate",
                        "drift",
                        "--flagged-labels",
                        "discs",
                        "-k",
                        "3",
                        "--twin-budget",
                        "0.2",
                        "--write",
                        settings.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(properties(settings))
                .containsEntry("bulwark.twin.model", ModelPackage.DEFAULT)
                .containsEntry("bulwark.twin.precision", "bf16")
                .containsKeys("bulwark.policy.flag", "bulwark.twin.temperature", "bulwark.twin.floor")
                .hasEntrySatisfying(
                        "bulwark.twin.threshold",
                        threshold -> assertThat(Double.parseDouble((String) threshold))
                                .isBetween(0.0, 0.1));
        assertThat(answers().get(0).at("/twin/images").asInt()).isEqualTo(12);

        assertThat(twin(
                        "calibrate",
                        "drift",
                        "--flagged-labels",
                        "discs",
                        "-k",
                        "3",
                        "--twin-budget",
                        "0.2",
                        "--twin-clean",
                        folder.resolve("discs").toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).at("/twin/images").asInt()).isEqualTo(6);
    }

    @Test
    void too_few_clean_images_for_the_budget_are_refused_with_the_number_needed() {
        assertThat(twin("build", "few", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(twin("calibrate", "few", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("12 clean images").contains("at least 99");
    }

    @Test
    void files_that_are_no_pictures_are_left_out_by_name() throws IOException {
        Files.writeString(folder.resolve("discs/page.png"), "<html>");

        assertThat(run("build", "--bank", "mixed", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(answers().get(0).get("written").asInt()).isEqualTo(12);
        assertThat(answers().get(0).get("refused").get(0).asText()).contains("page.png");
    }

    /** The numbers of the local node's policy are those of its samples, and it decides unseen ones well. */
    @Test
    void the_bundled_policy_is_what_calibration_finds_for_the_bundled_samples() throws IOException {
        Path local = checkout().resolve("deploy/local");
        Properties committed = properties(local.resolve("policy.properties"));
        String bank = local.resolve("samples/bank").toString();
        Path found = folder.resolve("found.properties");
        assertThat(run("build", "--bank", "samples", "--twin", ModelPackage.CLEAN_PARENT, bank))
                .isEqualTo(ExitCodes.OK);

        assertThat(run(
                        "calibrate",
                        "--bank",
                        "samples",
                        "--twin",
                        ModelPackage.CLEAN_PARENT,
                        "--flagged-labels",
                        committed.getProperty("bulwark.policy.flagged-labels"),
                        "--files",
                        bank,
                        "--write",
                        found.toString(),
                        "--held-out",
                        local.resolve("samples/held-out").toString()))
                .isEqualTo(ExitCodes.OK);

        JsonNode heldOut = answers().get(1);
        assertThat(heldOut.get("correct").asDouble() / heldOut.get("pictures").asDouble())
                .as("held-out samples decided rightly")
                .isGreaterThanOrEqualTo(0.88);
        Properties settings = properties(found);
        for (String name : settings.stringPropertyNames()) {
            if (name.endsWith("made-for")) {
                assertThat(settings.getProperty(name))
                        .isEqualTo(committed.getProperty(name).replace("default/", "samples/"));
            } else if (name.endsWith("labels") || name.endsWith("model")) {
                assertThat(settings.getProperty(name)).isEqualTo(committed.getProperty(name));
            } else {
                // Another processor rounds otherwise in the last bits.
                assertThat(Double.parseDouble(settings.getProperty(name)))
                        .as(name)
                        .isCloseTo(
                                Double.parseDouble(committed.getProperty(name)),
                                org.assertj.core.api.Assertions.within(0.01));
            }
        }
    }

    /** Each of these is judged in the whole and in overlapping tiles, of which the worst counts. */
    @Test
    void of_wide_pictures_no_more_are_falsely_flagged_than_was_asked_for() throws IOException {
        Path samples = checkout().resolve("deploy/local/samples");
        Path bank = wide(samples.resolve("bank"));
        Path heldOut = wide(samples.resolve("held-out"));
        assertThat(run("build", "--bank", "wide", bank.toString())).isEqualTo(ExitCodes.OK);

        assertThat(run(
                        "calibrate",
                        "--bank",
                        "wide",
                        "--flagged-labels",
                        "gambling",
                        "--files",
                        bank.toString(),
                        "--held-out",
                        heldOut.toString()))
                .isEqualTo(ExitCodes.OK);

        JsonNode calibration = answers().get(0);
        assertThat(calibration.get("views").asDouble()).isGreaterThan(2);
        double allowed = calibration.at("/falseFlags/rate").asDouble();
        JsonNode unseen = answers().get(1);
        int safe = 56;
        assertThat(unseen.get("falseFlags").asInt()).isLessThanOrEqualTo((int) (allowed * safe));
    }

    /** The middle of each picture, 16 to 9. */
    private Path wide(Path pictures) throws IOException {
        Path target = folder.resolve("wide-" + pictures.getFileName());
        try (Stream<Path> files = Files.walk(pictures)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                BufferedImage picture = ImageIO.read(file.toFile());
                int width = Math.min(picture.getWidth(), picture.getHeight() * 16 / 9);
                int height = Math.min(picture.getHeight(), picture.getWidth() * 9 / 16);
                Path copy = target.resolve(pictures.relativize(file) + ".png");
                Files.createDirectories(copy.getParent());
                ImageIO.write(
                        picture.getSubimage(
                                (picture.getWidth() - width) / 2, (picture.getHeight() - height) / 2, width, height),
                        "png",
                        copy.toFile());
            }
        }
        return target;
    }

    @Test
    void a_hash_list_goes_into_a_bank_and_comes_out_again() throws IOException {
        assertThat(run("build", "--bank", "listed", folder.toString())).isEqualTo(ExitCodes.OK);
        Path list = folder.resolve("list.csv");
        Files.writeString(list, """
                type,hash,id,label,quality
                sha256,%s,case-1,,
                pdq,%s,case-2,terror,90
                pdq,%s,case-3,terror,10
                md5,0123,case-4,,
                """.formatted("ab".repeat(32), "0f".repeat(32), "f0".repeat(32)));

        assertThat(run("hashes", "import", "--bank", "listed", "--label", "csam", list.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).get("imported").asInt()).isEqualTo(2);
        assertThat(run("verify", "--bank", "listed", "--flagged-labels", "discs"))
                .as("hashes are no references of another model")
                .isEqualTo(ExitCodes.OK);

        Path exported = folder.resolve("exported.csv");
        assertThat(run("hashes", "export", "--bank", "listed", exported.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(Files.readString(exported))
                .contains("case-1,csam,sha256,\"" + "ab".repeat(32))
                .contains("case-2,terror,pdq,\"" + "0f".repeat(32))
                .contains("discs/0.png,discs,sha256,\"");

        Files.writeString(list, "type,hash,id,label,quality\npdq," + "00ff".repeat(16) + ",case-5,terror,90\n");
        assertThat(run("hashes", "import", "--bank", "listed", "--label", "csam", "--replace", list.toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(answers().get(0).get("removed").asInt())
                .as("those of --label, and of the labels in the list")
                .isEqualTo(2);

        assertThat(run("hashes", "remove", "--bank", "listed", "00FF".repeat(16)))
                .isEqualTo(ExitCodes.OK);
        assertThat(run("hashes", "remove", "--bank", "listed", "00ff".repeat(16)))
                .as("it is gone")
                .isEqualTo(ExitCodes.FAILED);

        Files.writeString(list, "type,hash\nsha256,xyz\n");
        assertThat(run("hashes", "import", "--bank", "listed", "--label", "csam", list.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("line 2");
    }

    private int run(String... arguments) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> line = new ArrayList<>(List.of("bank"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--json", "--bootstrap-servers", kafka.bootstrapServers()));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }

    /** With the default model in bfloat16 as the twin. */
    private int twin(String command, String bank, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of(command, "--bank", bank, "--twin", ModelPackage.DEFAULT, "--twin-precision", "bf16"));
        line.addAll(List.of(arguments));
        return run(line.toArray(String[]::new));
    }

    private Map<String, List<String>> byModel(String bank) {
        assertThat(run("list", "--bank", bank)).isEqualTo(ExitCodes.OK);
        return answers().stream()
                .collect(Collectors.groupingBy(
                        answer -> answer.get("modelFingerprint").asText(),
                        Collectors.mapping(answer -> answer.get("id").asText(), Collectors.toList())));
    }

    private List<JsonNode> answers() {
        return out.toString().lines().map(BankIT::json).toList();
    }

    private List<String> ids(String bank) {
        assertThat(run("list", "--bank", bank)).isEqualTo(ExitCodes.OK);
        return answers().stream().map(answer -> answer.get("id").asText()).toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException noJson) {
            throw new AssertionError(line, noJson);
        }
    }

    private static Properties properties(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            throw new AssertionError(file.toString(), unreadable);
        }
        return properties;
    }

    private static Path checkout() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
                .filter(candidate -> Files.isDirectory(candidate.resolve("deploy/local")))
                .findFirst()
                .orElseThrow();
    }

    private Path draw(String name, int i, boolean disc, boolean transparent) throws IOException {
        BufferedImage picture =
                new BufferedImage(120, 120, transparent ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        if (!transparent) {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, 120, 120);
        }
        graphics.setColor(disc ? new Color(200, 20 * i, 0) : new Color(0, 20 * i, 200));
        if (disc) {
            graphics.fillOval(10 + i, 10, 100 - 2 * i, 100);
        } else {
            graphics.fillRect(10 + i, 10, 100 - 2 * i, 100);
        }
        graphics.dispose();
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }
}
