package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.experiment.FileBootstrap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FileBootstrapTest {

    @Test
    void squaresOfOneFileMakeTheIntervalNoNarrowerThanFilesDo() {
        List<Double> scores = new ArrayList<>();
        List<Integer> files = new ArrayList<>();
        List<Integer> pictures = new ArrayList<>();
        // 19 files of 13 squares, which stand and fall together.
        for (int i = 0; i < 19 * 13; i++) {
            scores.add(i / 13 % 4 == 0 ? 0.0 : 1.0);
            files.add(i / 13);
            pictures.add(i);
        }

        FileBootstrap byFile = FileBootstrap.of(scores, files, 1);
        FileBootstrap byPicture = FileBootstrap.of(scores, pictures, 1);
        Proportion wilson = Proportion.mean(scores);

        assertThat(byFile.value()).isEqualTo(wilson.value(), within(1e-9));
        assertThat(byFile.files()).isEqualTo(19);
        assertThat(byFile.pictures()).isEqualTo(19 * 13);
        assertThat(byFile.high() - byFile.low()).isGreaterThan(2.5 * (wilson.high() - wilson.low()));
        // Where each picture is a file, it is about what Wilson says.
        assertThat(byPicture.low()).isEqualTo(wilson.low(), within(0.01));
        assertThat(byPicture.high()).isEqualTo(wilson.high(), within(0.01));
    }

    @Test
    void whereAllAgreeTheIntervalIsWilsonsOfTheNumberOfFiles() {
        FileBootstrap all = FileBootstrap.of(Collections.nCopies(100, 1.0), numbered(100, 10), 1);

        assertThat(all.value()).isEqualTo(1);
        assertThat(all.low()).isEqualTo(Proportion.of(10, 10).low(), within(1e-9));
        assertThat(all.high()).isEqualTo(1, within(1e-9));
        assertThat(FileBootstrap.of(Collections.nCopies(100, 0.0), numbered(100, 10), 1)
                        .high())
                .isEqualTo(Proportion.of(0, 10).high(), within(1e-9));
    }

    @Test
    void ofFewFilesTheIntervalIsNoNarrowerThanWilsonsOfTheirNumber() {
        // Two files, of which one is half right: only three different means can be drawn.
        FileBootstrap two = FileBootstrap.of(List.of(0.0, 1.0, 0.0), List.of("a", "a", "b"), 1);
        Proportion wilson = new Proportion(2 / 3.0, 2);

        assertThat(two.low()).isLessThanOrEqualTo(wilson.low());
        assertThat(two.high()).isGreaterThanOrEqualTo(wilson.high());
    }

    @Test
    void ofThirtySixFilesTheIntervalHoldsARareShareAsOftenAsItSays() {
        var chance = new SplittableRandom(1);
        int held = 0;
        int percentiles = 0;
        for (int sample = 0; sample < 200; sample++) {
            List<Double> scores = chance.doubles(36)
                    .mapToObj(drawn -> drawn < 0.05 ? 1.0 : 0.0)
                    .toList();
            FileBootstrap guarded = FileBootstrap.of(scores, numbered(36, 36), sample);
            FileBootstrap.GroupedMean alone = FileBootstrap.GroupedMean.of(scores, numbered(36, 36), sample);
            held += guarded.low() <= 0.05 && 0.05 <= guarded.high() ? 1 : 0;
            percentiles += alone.low() <= 0.05 && 0.05 <= alone.high() ? 1 : 0;
        }
        assertThat(held).isGreaterThanOrEqualTo(184); // 190 expected; fewer than 184 have a chance of 0.02 then
        assertThat(percentiles).isLessThan(180);
    }

    @Test
    void aSeedGivesTheSameIntervalEachTime() {
        List<Double> scores = List.of(0.0, 1.0, 1.0, 0.0, 1.0);

        assertThat(FileBootstrap.of(scores, numbered(5, 5), 7)).isEqualTo(FileBootstrap.of(scores, numbered(5, 5), 7));
    }

    @Test
    void scoresWithoutFilesAreRefused() {
        assertThatThrownBy(() -> FileBootstrap.of(List.of(1.0), List.of(), 1)).hasMessageContaining("0 files");
        assertThatThrownBy(() -> FileBootstrap.of(List.of(), List.of(), 1)).hasMessageContaining("at least one");
    }

    private static List<Integer> numbered(int pictures, int files) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            numbers.add(i % files);
        }
        return numbers;
    }
}
