package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.audit.DetectScores.CleanFile;
import io.bulwark.lab.audit.DetectScores.DetectEntry;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditDetectCommandTest {

    /** Small encoders of one dimension. */
    private static final String GOLDEN = "../perception/src/test/resources/golden/";

    private static final DetectScores THRESHOLDS = new DetectScores(0.1, 0.2, 0.9);

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeEach
    void pictures() throws IOException {
        for (int i = 0; i < 6; i++) {
            draw("references/stripes", i, 72, true);
            draw("references/checks", i, 72, false);
        }
        for (int i = 20; i < 32; i++) {
            draw("mine", i, 72 + 16 * (i % 2 * 12), i % 3 == 0);
        }
    }

    @Test
    void thresholds_are_of_one_half_of_the_files_and_each_attack_is_looked_at_by_all_detectors() throws IOException {
        assertThat(run()).as(commands.err()).isEqualTo(ExitCodes.OK);

        Path ledger = folder.resolve("out/audit-detect.jsonl");
        List<String> lines = Files.readAllLines(ledger);
        JsonNode answer = commands.json();
        JsonNode clean = answer.path("rows").path(0);
        long tests = Files.readAllLines(folder.resolve("out/audit-detect-names.txt")).stream()
                .filter(line -> line.startsWith("test "))
                .count();
        assertThat(clean.path("attacked").asLong()).isEqualTo(tests);
        assertThat(answer.path("calibrated").asLong()).isEqualTo(12 - tests);
        assertThat(answer.path("calibratedSafe").asLong()).isBetween(1L, 12 - tests);
        assertThat(clean.path("shares").path("any").path("high").asDouble()).isPositive();
        assertThat(answer.path("rows"))
                .extracting(row -> row.path("attack").asText())
                .contains("twin", "robust", "both");
        assertThat(folder.resolve("out/audit-detect.md")).content().contains("| attack on | goal |");

        assertThat(run()).as(commands.err()).isEqualTo(ExitCodes.OK);
        assertThat(Files.readAllLines(ledger)).isEqualTo(lines);
        assertThat(run("--budget", "0.01")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("of 12 files calibrate", "needs 299");
    }

    @Test
    void attacks_can_be_chosen() throws IOException {
        assertThat(run("--budget", "0.96", "--attacks", "both")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("--budget", "0.96", "--attacks", "blur")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("--budget", "0.96", "--attacks", "twin"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(commands.out())
                .contains("\"attack\":\"twin\"")
                .doesNotContain("robust\",\"goal", "scaling\",\"goal");
    }

    @Test
    void near_flagged_needs_enough_files_that_are_safe() {
        assertThat(run("--budget", "0.6")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err())
                .containsPattern("[0-3] of \\d files that calibrate are SAFE")
                .contains("needs 4");
    }

    @Test
    void safe_files_are_edited_in_every_way_and_a_run_that_was_stopped_goes_on_with_more() throws IOException {
        // Like the references, but for their colours.
        for (int i = 0; i < 18; i++) {
            draw("mine", i / 6 * 24 + i % 6, 72, false);
        }
        String[] options = {"--budget", "0.96", "--attacked", "0", "--edited"};

        assertThat(run(with(options, "1"))).as(commands.err()).isEqualTo(ExitCodes.OK);
        List<String> first = Files.readAllLines(folder.resolve("out/audit-detect.jsonl"));
        assertThat(first).hasSize(1 + Benign.all().size());
        assertThat(run(with(options, "2"))).as(commands.err()).isEqualTo(ExitCodes.OK);

        assertThat(Files.readAllLines(folder.resolve("out/audit-detect.jsonl")))
                .startsWith(first.toArray(String[]::new))
                .hasSize(1 + 2 * Benign.all().size());
        JsonNode answer = commands.json();
        assertThat(answer.path("rows")).hasSize(1);
        assertThat(answer.path("edits")).hasSize(Benign.all().size() + 1);
        assertThat(answer.path("edits").path(0).path("decided").asInt()).isEqualTo(2);
        assertThat(folder.resolve("out/audit-detect.md"))
                .content()
                .contains("| edit | edited | decided |", "| mirrored | 2 | 2 |", "| all kinds | 66 | 66 |");
    }

    @Test
    void a_collage_takes_four_safe_files() {
        assertThat(run("--budget", "0.96", "--edited", "1")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).containsPattern("[0-3] test files are SAFE, --edited needs 4 for a collage");
        assertThat(run("--edited", "-1")).isEqualTo(ExitCodes.USAGE);
    }

    /** A copy of two pixels no longer shows the picture. */
    @Test
    void what_shrinking_alone_turns_is_not_attacked() throws IOException {
        assertThat(run("--budget", "0.96", "--side", "2")).as(commands.err()).isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("rows"))
                .as(commands.out())
                .extracting(row -> row.path("attack").asText())
                .contains("none")
                .doesNotContain("twin", "robust", "both");
    }

    /** The index holds nothing else back. */
    @Test
    void near_flagged_is_told_of_clean_files_that_are_safe_alone() {
        List<CleanFile> clean = List.of(
                new CleanFile(true, new DetectScores(0, 0, 0.95)),
                new CleanFile(true, new DetectScores(0, 0, 0.1)),
                new CleanFile(false, new DetectScores(0.2, 0, 0)),
                new CleanFile(false, new DetectScores(0, 0, 0)));

        assertThat(new DetectTable("about", 300, 299, THRESHOLDS, clean, List.of(), List.of()).markdown())
                .containsPattern("\\| none \\|  \\| 4 \\|  \\| 0\\.250 .*\\| 0\\.000 .*\\| 0\\.500 .*\\| 0\\.500 ")
                .contains("on the 299 of them that are SAFE: near-flagged 0.9000", "of the 2 that are SAFE");
        assertThat(new DetectTable("about", 300, 299, THRESHOLDS, clean.subList(2, 4), List.of(), List.of()).markdown())
                .containsPattern("\\| none \\|  \\| 2 \\|  \\| 0\\.500 .*\\| 0\\.000 .*\\| \\| 0\\.500 ");
    }

    @Test
    void of_what_won_each_detector_s_share_is_told_and_any_is_one_of_them() {
        DetectTable table = new DetectTable(
                "about",
                300,
                299,
                THRESHOLDS,
                List.of(
                        new CleanFile(true, new DetectScores(0, 0, 0)),
                        new CleanFile(true, new DetectScores(0, 0.3, 0))),
                List.of(),
                List.of(
                        attack("twin", true, new DetectScores(0.5, 0, 0)),
                        attack("twin", true, new DetectScores(0, 0, 0.95)),
                        attack("twin", true, new DetectScores(0.1, 0.2, 0.9)),
                        attack("twin", false, new DetectScores(1, 1, 1)),
                        attack("both", false, new DetectScores(0, 0, 0))));

        assertThat(table.markdown())
                .contains(
                        "calibrated on 300 clean files: twin 0.1000",
                        "| none |  | 2 |  | 0.000 [",
                        "| twin | evade | 4 | 3 | 0.333 [",
                        "| 0.667 [",
                        "| both | evade | 1 | 0 | | | | |");
    }

    @Test
    void of_edits_that_were_decided_each_detector_s_share_is_told_by_kind_and_of_all_kinds() {
        DetectTable table = new DetectTable(
                "about",
                300,
                299,
                THRESHOLDS,
                List.of(new CleanFile(true, DetectScores.NONE)),
                List.of(
                        edit("mirrored", true, new DetectScores(0, 0, 0.95)),
                        edit("mirrored", true, new DetectScores(0.1, 0.2, 0.9)),
                        edit("mirrored", false, DetectScores.NONE),
                        edit("filter: grey", true, new DetectScores(0, 0.3, 0)),
                        edit("filter: grey", true, DetectScores.NONE)),
                List.of());

        assertThat(table.markdown())
                .containsPattern("\\| mirrored \\| 3 \\| 2 \\| 0\\.000 .*\\| 0\\.000 .*\\| 0\\.500 .*\\| 0\\.500 ")
                .containsPattern("\\| filter: grey \\| 2 \\| 2 \\| 0\\.000 .*\\| 0\\.500 .*\\| 0\\.000 .*\\| 0\\.500 ")
                .containsPattern("\\| all kinds \\| 5 \\| 4 \\| 0\\.000 .*\\| 0\\.250 .*\\| 0\\.250 .*\\| 0\\.500 ");
    }

    private static DetectEntry edit(String kind, boolean decided, DetectScores scores) {
        return new DetectEntry("a", DetectEntry.BENIGN, kind, decided, scores);
    }

    private static DetectEntry attack(String on, boolean won, DetectScores scores) {
        return new DetectEntry("a", on, "evade", won, scores);
    }

    private static String[] with(String[] options, String last) {
        return Stream.concat(Stream.of(options), Stream.of(last)).toArray(String[]::new);
    }

    private int run(String... more) {
        commands.clearOut();
        List<String> arguments = new ArrayList<>(List.of(
                "audit",
                "detect",
                folder.resolve("mine").toString(),
                "--references",
                folder.resolve("references").toString(),
                "--model",
                GOLDEN + "vit_b",
                "--twin",
                GOLDEN + "convnext_a",
                "--flagged-labels",
                "stripes",
                "--iterations",
                "2",
                "--json",
                "--out",
                folder.resolve("out").toString()));
        arguments.addAll(more.length == 0 ? List.of("--budget", "0.96") : List.of(more));
        if (!arguments.contains("--side")) {
            arguments.addAll(List.of("--side", "48"));
        }
        if (!arguments.contains("--attacked")) {
            arguments.addAll(List.of("--attacked", "1"));
        }
        return commands.run(arguments.toArray(String[]::new));
    }

    /** All but square, so that a file has one view: of the squeezed checks alone the small encoder is sure. */
    private void draw(String where, int number, int width, boolean onlyAcross) throws IOException {
        BufferedImage image = new BufferedImage(width, width - 4, BufferedImage.TYPE_INT_RGB);
        int step = width / 6;
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                boolean dark = onlyAcross ? (y + number) / step % 2 == 0 : ((x + number) / step + y / step) % 2 == 0;
                image.setRGB(x, y, (dark ? new Color(40, 30, 60) : new Color(220, 180 + number, 90)).getRGB());
            }
        }
        Path file = folder.resolve(where).resolve(number + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
