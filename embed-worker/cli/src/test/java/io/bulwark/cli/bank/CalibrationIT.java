package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** {@code bulwark bank calibrate} on whole files, those of the samples. */
class CalibrationIT extends BankCommandCase {

    private static final int FLAGGED_HELD_OUT = 24;

    /** The numbers of the local node's policy are those of its samples, and it decides unseen ones well. */
    @Test
    void the_bundled_policy_is_what_calibration_finds_for_the_bundled_samples() throws IOException {
        Path local = BankCommandLine.checkout().resolve("deploy/local");
        Properties committed = BankCommandLine.properties(local.resolve("policy.properties"));
        String references = local.resolve("samples/bank").toString();
        Path found = folder.resolve("found.properties");
        assertThat(commands.run("build", "--bank", "samples", "--twin", ModelPackage.CLEAN_PARENT, references))
                .isEqualTo(ExitCodes.OK);

        assertThat(commands.run(
                        "calibrate",
                        "-k",
                        committed.getProperty("bulwark.policy.k"),
                        "--holds-back",
                        "--no-changed",
                        "--each-file",
                        "--bank",
                        "samples",
                        "--twin",
                        ModelPackage.CLEAN_PARENT,
                        "--flagged-labels",
                        committed.getProperty("bulwark.policy.flagged-labels"),
                        "--files",
                        references,
                        "--write",
                        found.toString(),
                        "--held-out",
                        local.resolve("samples/held-out").toString()))
                .isEqualTo(ExitCodes.OK);

        JsonNode heldOut = commands.answers().get(1);
        assertThat(heldOut.get("correct").asDouble() / heldOut.get("pictures").asDouble())
                .as("held-out samples decided rightly")
                .isGreaterThanOrEqualTo(0.87);
        Properties settings = BankCommandLine.properties(found);
        for (String name : settings.stringPropertyNames()) {
            if (name.endsWith("made-for")) {
                assertThat(settings.getProperty(name))
                        .isEqualTo(committed.getProperty(name).replace("default/", "samples/"));
            } else if (name.endsWith("labels") || name.endsWith("model") || name.endsWith("holds-back")) {
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

    /**
     * Each of these is judged in the whole and in overlapping tiles, of which the worst counts. One number of neighbours
     * says little of 56 pictures, so the promises of several are added up. Where text is filled for one view more, more
     * may be flagged than the rate says, if chance explains it.
     */
    @Test
    void of_wide_pictures_no_more_are_falsely_flagged_than_is_promised() throws IOException {
        Path samples = BankCommandLine.checkout().resolve("deploy/local/samples");
        Path references = wide(samples.resolve("bank"));
        Path heldOut = wide(samples.resolve("held-out"));
        assertThat(commands.run("build", "--bank", "wide", references.toString()))
                .isEqualTo(ExitCodes.OK);

        List<FalseFlags> withoutText = Stream.of("5", "7", "9")
                .map(k -> calibrateWide(references, heldOut, k, "--no-text"))
                .toList();
        FalseFlags withText = calibrateWide(references, heldOut, "7", "--text");

        assertThat(withoutText.stream().mapToDouble(FalseFlags::count).sum())
                .as("%s", withoutText)
                .isLessThanOrEqualTo(withoutText.stream()
                        .mapToDouble(found -> found.rate() * found.safe())
                        .sum());
        assertThat(atLeast(withText.count(), withText.safe(), withText.rate()))
                .as("how likely that many are falsely flagged: %s", withText)
                .isGreaterThanOrEqualTo(0.05);
    }

    /** Among the safe held-out pictures, and the rate that the calibration promised. */
    private record FalseFlags(int count, int safe, double rate) {}

    /** The probability of {@code count} successes or more in {@code draws} draws, by the binomial distribution. */
    private static double atLeast(int count, int draws, double rate) {
        double exactly = Math.pow(1 - rate, draws);
        double fewer = 0;
        for (int i = 0; i < count; i++) {
            fewer += exactly;
            exactly *= rate / (1 - rate) * (draws - i) / (i + 1);
        }
        return 1 - fewer;
    }

    private FalseFlags calibrateWide(Path references, Path heldOut, String k, String text) {
        assertThat(commands.run(
                        "calibrate",
                        "--bank",
                        "wide",
                        "-k",
                        k,
                        "--no-changed",
                        text,
                        "--flagged-labels",
                        "gambling",
                        "--files",
                        references.toString(),
                        "--held-out",
                        heldOut.toString()))
                .isEqualTo(ExitCodes.OK);

        JsonNode calibration = commands.answers().get(0);
        assertThat(calibration.get("views").asDouble()).isGreaterThan(2);
        JsonNode unseen = commands.answers().get(1);
        return new FalseFlags(
                unseen.get("falseFlags").asInt(),
                unseen.get("pictures").asInt() - FLAGGED_HELD_OUT,
                calibration.at("/falseFlags/rate").asDouble());
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
}
