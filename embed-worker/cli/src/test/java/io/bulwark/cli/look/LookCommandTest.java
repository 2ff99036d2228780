package io.bulwark.cli.look;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.png.PngWriter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LookCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path looked;

    @BeforeEach
    void nameTheFolder() {
        looked = folder.resolve("looked");
    }

    @Test
    void a_turned_photograph_is_upright_in_full_and_as_the_encoder_gets_it() throws IOException {
        assertThat(look(HostileImages.jpegWithOrientation(60, 20, 6))).isEqualTo(ExitCodes.OK);

        assertThat(names())
                .startsWith("frame-000.png", "look.json", "view-000-whole.png", "view-001-tile-1.png")
                .doesNotContain("frame-001.png");
        BufferedImage frame = ImageIO.read(looked.resolve("frame-000.png").toFile());
        assertThat(frame.getWidth()).isEqualTo(20);
        assertThat(frame.getHeight()).isEqualTo(60);
        BufferedImage view = ImageIO.read(looked.resolve("view-000-whole.png").toFile());
        JsonNode report = report();
        assertThat(view.getWidth()).isEqualTo(report.at("/views/0/width").asInt());
        assertThat(view.getHeight()).isEqualTo(report.at("/views/0/height").asInt());
        assertThat(report.at("/format").asText()).isEqualTo("jpeg");
        assertThat(report.at("/frames/0/orientation").asInt()).isEqualTo(6);
        assertThat(report.at("/frames/0/millis").asInt()).isZero();
        assertThat(report.at("/frames/0/colours").asText()).isEqualTo("sRGB");
        assertThat(report.at("/frames/0/mode").asText()).isEqualTo("RGB");
        assertThat(report.at("/views/1/name").asText()).isEqualTo("tile-1");
        assertThat(report.at("/leasedBytes").asLong()).isGreaterThanOrEqualTo(3 * 60 * 20);
        assertThat(report.at("/preprocessFingerprint").asText()).matches("[0-9a-f]{64}");
    }

    @Test
    void what_is_seen_through_is_kept_in_the_frame_and_laid_over_white_and_black_or_left_out_in_the_views()
            throws IOException {
        byte[] file = new PngWriter(2, 1, 8, 6, false)
                .rows(new byte[] {0, 10, 20, 30, 0, 40, 50, 60, (byte) 128})
                .end();

        assertThat(look(file, "--views", "squash")).isEqualTo(ExitCodes.OK);

        BufferedImage frame = ImageIO.read(looked.resolve("frame-000.png").toFile());
        assertThat(frame.getRGB(0, 0)).isEqualTo(0x000a141e);
        assertThat(frame.getRGB(1, 0)).isEqualTo(0x8028323c);
        assertThat(names())
                .containsExactly(
                        "frame-000.png",
                        "look.json",
                        "view-000-whole-white.png",
                        "view-001-whole-black.png",
                        "view-002-whole-opaque.png");
        assertThat(ImageIO.read(looked.resolve("view-000-whole-white.png").toFile())
                        .getRGB(0, 0))
                .isEqualTo(0xffffffff);
        assertThat(ImageIO.read(looked.resolve("view-001-whole-black.png").toFile())
                        .getRGB(0, 0))
                .isEqualTo(0xff000000);
    }

    @Test
    void the_frames_of_an_animation_come_with_their_numbers() throws IOException {
        assertThat(look(HostileImages.animatedGif(16, 16, 20), "--views", "squash", "--json"))
                .isEqualTo(ExitCodes.OK);

        JsonNode report = report();
        assertThat(report.at("/totalFrames").asInt()).isEqualTo(20);
        assertThat(report.at("/frames/0/millis").asInt()).isEqualTo(100);
        assertThat(report.at("/frames")).hasSizeBetween(2, 19);
        JsonNode last = report.at("/frames").get(report.at("/frames").size() - 1);
        assertThat(last.at("/number").asInt()).isPositive();
        assertThat(looked.resolve(last.at("/picture").asText())).isRegularFile();
        assertThat(names()).anyMatch(name -> name.startsWith("view-000-frame-0-whole"));
        ObjectNode line = (ObjectNode) new ObjectMapper().readTree(out.toString());
        assertThat(line.remove("command").asText()).isEqualTo("look");
        assertThat(line).isEqualTo(report);
    }

    @Test
    void the_same_file_leaves_the_same_bytes() throws IOException {
        byte[] file = HostileImages.png(50, 40);
        look(file);
        byte[] frame = Files.readAllBytes(looked.resolve("frame-000.png"));
        byte[] report = Files.readAllBytes(looked.resolve("look.json"));

        assertThat(look(file)).isEqualTo(ExitCodes.OK);

        assertThat(looked.resolve("frame-000.png")).hasBinaryContent(frame);
        assertThat(looked.resolve("look.json")).hasBinaryContent(report);
    }

    @Test
    void an_earlier_look_is_replaced() throws IOException {
        look(HostileImages.animatedGif(16, 16, 20));

        assertThat(look(HostileImages.png(16, 16))).isEqualTo(ExitCodes.OK);

        assertThat(names()).containsExactly("frame-000.png", "look.json", "view-000-whole.png");
    }

    @Test
    void a_folder_of_other_things_is_left_alone() throws IOException {
        Files.createDirectories(looked);
        Files.writeString(looked.resolve("frame-000.png"), "mine");

        assertThat(look(HostileImages.png(16, 16))).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString()).contains("frame-000.png", "name an empty or a new folder");
        assertThat(names()).containsExactly("frame-000.png");
    }

    @Test
    void a_look_that_somebody_added_to_is_left_alone() throws IOException {
        look(HostileImages.png(16, 16));
        Files.writeString(looked.resolve("notes.txt"), "mine");

        assertThat(look(HostileImages.png(16, 16))).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString()).contains("notes.txt");
        assertThat(names()).contains("notes.txt", "frame-000.png");
    }

    @Test
    void a_refused_file_prints_its_reason_and_writes_nothing() throws IOException {
        assertThat(look(HostileImages.truncatedJpeg())).isEqualTo(ExitCodes.FAILED);

        assertThat(out.toString()).contains("CORRUPT_IMAGE", "JPEG");
        assertThat(looked).doesNotExist();
    }

    @Test
    void a_refused_file_prints_its_reason_for_machines() throws IOException {
        assertThat(look(HostileImages.html(), "--json")).isEqualTo(ExitCodes.FAILED);

        JsonNode answer = new ObjectMapper().readTree(out.toString());
        assertThat(answer.at("/refused").asText()).isEqualTo("NOT_AN_IMAGE");
        assertThat(answer.at("/detail").asText()).contains("HTML");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThat(run("look", folder.resolve("none.png").toString(), "--out", looked.toString()))
                .isEqualTo(ExitCodes.FAILED);

        assertThat(err.toString()).contains("none.png").doesNotContain("\tat ");
    }

    @Test
    void turns_and_mirror_are_views_of_their_own() throws IOException {
        assertThat(look(HostileImages.png(16, 16), "--quarter-turns", "--mirror"))
                .isEqualTo(ExitCodes.OK);

        assertThat(names()).contains("view-001-whole-turn-90.png", "view-004-whole-mirror.png");
    }

    private int look(byte[] bytes, String... more) throws IOException {
        Path file = Files.write(folder.resolve("upload"), bytes);
        List<String> arguments = Stream.concat(
                        Stream.of("look", file.toString(), "--out", looked.toString()), Stream.of(more))
                .toList();
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        CommandLine commands = BulwarkCommand.commandLine();
        return commands.setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> children = Files.list(looked)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(looked.resolve("look.json").toFile());
    }
}
