package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bank's commands with the real model over a real broker. */
class BankIT extends BankCommandCase {

    @BeforeEach
    void drawPictures() throws IOException {
        for (int i = 0; i < 6; i++) {
            draw("discs/" + i + ".png", i, true, false);
            draw("squares/" + i + ".png", i, false, false);
        }
    }

    @Test
    void a_built_bank_is_listed_verified_and_calibrated() {
        assertThat(commands.run("build", "--bank", "whole", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers()).singleElement().satisfies(answer -> {
            assertThat(answer.get("written").asInt()).isEqualTo(12);
            assertThat(answer.get("removed").asInt()).isZero();
        });

        assertThat(ids("whole")).hasSize(12).contains("discs/0.png", "squares/5.png");

        assertThat(commands.run("verify", "--bank", "whole", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.OK);
        JsonNode verified = commands.answers().get(0);
        assertThat(verified.get("ready").asBoolean()).isTrue();
        assertThat(verified.get("references").asInt()).isEqualTo(12);
        assertThat(verified.at("/leaveOneOut/accuracy").asDouble()).isBetween(0.5, 1.0);

        Path settings = folder.resolve("policy.properties");
        assertThat(commands.run(
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
        assertThat(BankCommandLine.properties(settings))
                .containsEntry("bulwark.policy.flagged-labels", "discs")
                .containsEntry("bulwark.policy.k", "3")
                .containsKeys("bulwark.policy.flag", "bulwark.policy.safe", "bulwark.policy.temperature");
    }

    @Test
    void building_again_removes_what_the_folder_no_longer_holds_and_adding_does_not() throws IOException {
        assertThat(commands.run("build", "--bank", "again", folder.toString())).isEqualTo(ExitCodes.OK);
        Files.delete(folder.resolve("discs/0.png"));

        assertThat(commands.run("add", "--bank", "again", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(ids("again")).hasSize(12);

        assertThat(commands.run("build", "--bank", "again", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("removed").asInt()).isEqualTo(1);
        assertThat(ids("again")).hasSize(11).doesNotContain("discs/0.png");
    }

    @Test
    void a_transparent_picture_is_known_over_white_and_over_black() throws IOException {
        Path lens = draw("lens.png", 3, true, true);

        assertThat(commands.run("add", "--bank", "clear", "--label", "lenses", lens.toString()))
                .isEqualTo(ExitCodes.OK);

        assertThat(ids("clear")).containsExactly("lenses/lens.png@black", "lenses/lens.png@white");
    }

    @Test
    void a_removed_reference_is_gone_and_an_unknown_one_changes_nothing() {
        assertThat(commands.run("build", "--bank", "less", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(commands.run("remove", "--bank", "less", "discs/1.png", "discs/missing.png"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("discs/missing.png").contains("Nothing is changed");
        assertThat(ids("less")).hasSize(12);

        assertThat(commands.run("remove", "--bank", "less", "discs/1.png")).isEqualTo(ExitCodes.OK);
        assertThat(ids("less")).hasSize(11).doesNotContain("discs/1.png");
    }

    @Test
    void an_exported_bank_comes_back_as_it_was() {
        assertThat(commands.run("build", "--bank", "kept", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.run("list", "--bank", "kept")).isEqualTo(ExitCodes.OK);
        List<JsonNode> before = commands.answers();
        Path file = folder.resolve("kept.avro");

        assertThat(commands.run("export", "--bank", "kept", file.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("exported").asInt()).isEqualTo(12);
        assertThat(commands.run("remove", "--bank", "kept", "discs/1.png", "squares/2.png"))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.run("import", file.toString())).isEqualTo(ExitCodes.OK);

        assertThat(commands.answers().get(0).get("imported").asInt()).isEqualTo(12);
        assertThat(commands.run("list", "--bank", "kept")).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers()).isEqualTo(before);
    }

    @Test
    void an_export_of_nothing_leaves_the_file_that_is_there() throws IOException {
        Path file = Files.writeString(folder.resolve("older.avro"), "an older export");
        assertThat(commands.run("export", "--bank", "missing", file.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("the bank missing has no reference");
        assertThat(file).hasContent("an older export");
    }

    @Test
    void a_disabled_reference_says_until_when_and_no_time_at_all_enables_it() {
        assertThat(commands.run("build", "--bank", "pause", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(commands.run("disable", "--bank", "pause", "--for", "24h", "discs/1.png"))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.run("list", "--bank", "pause", "--label", "discs")).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().stream().filter(answer -> answer.has("disabledUntil")))
                .singleElement()
                .satisfies(answer -> assertThat(answer.get("id").asText()).isEqualTo("discs/1.png"));

        assertThat(commands.run("disable", "--bank", "pause", "--for", "0s", "discs/1.png"))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.run("list", "--bank", "pause")).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers()).hasSize(12).noneMatch(answer -> answer.has("disabledUntil"));
    }

    @Test
    void a_bank_that_cannot_serve_fails_its_check_with_what_mends_it() {
        assertThat(commands.run("verify", "--bank", "nothing")).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.answers().get(0).get("message").asText()).contains("bulwark bank build --bank nothing");
    }

    @Test
    void with_a_twin_every_change_is_made_for_both_models_in_one_go() throws IOException {
        draw("discs/clear.png", 3, true, true);
        assertThat(twin("build", "twins", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("written").asInt()).isEqualTo(14);
        assertThat(byModel("twins"))
                .hasSize(2)
                .allSatisfy(
                        (model, ids) -> assertThat(ids).hasSize(14).contains("discs/0.png", "discs/clear.png@white"));

        assertThat(twin("remove", "twins", "discs/0.png")).isEqualTo(ExitCodes.OK);
        assertThat(twin("disable", "twins", "--for", "24h", "discs/1.png")).isEqualTo(ExitCodes.OK);
        assertThat(byModel("twins").values()).allSatisfy(ids -> assertThat(ids).hasSize(13));
        assertThat(commands.run("list", "--bank", "twins")).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().stream().filter(answer -> answer.has("disabledUntil")))
                .hasSize(2);

        Files.delete(folder.resolve("squares/5.png"));
        assertThat(twin("build", "twins", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).get("removed").asInt()).isEqualTo(1);
        assertThat(byModel("twins").values()).allSatisfy(ids -> assertThat(ids).hasSize(13));
        assertThat(twin("verify", "twins", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.answers()).hasSize(2);
    }

    @Test
    void a_twin_whose_bank_lacks_a_reference_is_found_out_and_gets_no_threshold() {
        assertThat(twin("build", "uneven", folder.toString())).isEqualTo(ExitCodes.OK);
        assertThat(commands.run("remove", "--bank", "uneven", "discs/0.png")).isEqualTo(ExitCodes.OK);

        assertThat(twin("verify", "uneven", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.answers().get(2).get("problem").asText())
                .contains("discs/0.png")
                .contains("--twin");
        assertThat(twin("calibrate", "uneven", "--flagged-labels", "discs", "-k", "3", "--twin-budget", "0.2"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("discs/0.png");
        assertThat(twin("remove", "uneven", "discs/0.png")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("Nothing is changed");
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
        assertThat(BankCommandLine.properties(settings))
                .containsEntry("bulwark.twin.model", ModelPackage.DEFAULT)
                .containsEntry("bulwark.twin.precision", "bf16")
                .containsKeys("bulwark.policy.flag", "bulwark.twin.temperature", "bulwark.twin.floor")
                .hasEntrySatisfying(
                        "bulwark.twin.threshold",
                        threshold -> assertThat(Double.parseDouble((String) threshold))
                                .isBetween(0.0, 0.1));
        assertThat(commands.answers().get(0).at("/twin/images").asInt()).isEqualTo(12);

        assertThat(twin(
                        "calibrate",
                        "drift",
                        "--flagged-labels",
                        "discs",
                        "-k",
                        "3",
                        "--twin-budget",
                        "0.5",
                        "--each-file",
                        "--twin-clean",
                        folder.resolve("discs").toString()))
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.answers().get(0).at("/twin/images").asInt()).isEqualTo(6);
    }

    @Test
    void too_few_clean_images_for_the_budget_are_refused_with_the_number_needed() {
        assertThat(twin("build", "few", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(twin("calibrate", "few", "--flagged-labels", "discs", "-k", "3"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("12 clean images").contains("at least 99");
    }

    @Test
    void files_that_are_no_pictures_are_left_out_by_name() throws IOException {
        Files.writeString(folder.resolve("discs/page.png"), "<html>");

        assertThat(commands.run("build", "--bank", "mixed", folder.toString())).isEqualTo(ExitCodes.OK);

        assertThat(commands.answers().get(0).get("written").asInt()).isEqualTo(12);
        assertThat(commands.answers().get(0).get("refused").get(0).asText()).contains("page.png");
    }

    /** With the default model in bfloat16 as the twin. */
    private int twin(String command, String bank, String... arguments) {
        List<String> line = new ArrayList<>(
                List.of(command, "--bank", bank, "--twin", ModelPackage.DEFAULT, "--twin-precision", "bf16"));
        line.addAll(List.of(arguments));
        return commands.run(line.toArray(String[]::new));
    }

    private Map<String, List<String>> byModel(String bank) {
        assertThat(commands.run("list", "--bank", bank)).isEqualTo(ExitCodes.OK);
        return commands.answers().stream()
                .collect(Collectors.groupingBy(
                        answer -> answer.get("modelFingerprint").asText(),
                        Collectors.mapping(answer -> answer.get("id").asText(), Collectors.toList())));
    }

    private List<String> ids(String bank) {
        assertThat(commands.run("list", "--bank", bank)).isEqualTo(ExitCodes.OK);
        return commands.answers().stream()
                .map(answer -> answer.get("id").asText())
                .toList();
    }
}
