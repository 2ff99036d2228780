package io.bulwark.lab.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceFileTest {

    @Test
    void squaresOfOnePhotographAreOfOneFile() {
        assertThat(SourceFile.of(Path.of("queries/photograph/2560x1600-8e3703fae3a3-10.png")))
                .isEqualTo(SourceFile.of(Path.of("2560x1600-8e3703fae3a3-100.png")))
                .isNotEqualTo(SourceFile.of(Path.of("2560x1600-8e3703fae3a4-10.png")));
    }

    @Test
    void anyOtherPictureIsASeparateFile() {
        assertThat(SourceFile.of(Path.of("mine/safe/holiday-10.png")))
                .isNotEqualTo(SourceFile.of(Path.of("mine/safe/holiday-11.png")))
                .isNotEqualTo(SourceFile.of(Path.of("mine/nsfw/holiday-10.png")))
                .isEqualTo(SourceFile.of(Path.of("elsewhere/safe/holiday-10.png")))
                .isEqualTo(new SourceFile("safe/holiday-10.png"));
    }

    @Test
    void numbersAreEvenlySpreadAndOfEachPurposeOthers() {
        double[] split = IntStream.range(0, 2000)
                .mapToDouble(i -> new SourceFile("file " + i).fraction("split"))
                .toArray();

        assertThat(Arrays.stream(split)).allMatch(fraction -> fraction >= 0 && fraction < 1);
        assertThat(IntStream.range(0, 2000).filter(i -> split[i] < 0.3).count()).isBetween(500L, 700L);
        assertThat(new SourceFile("a").fraction("split")).isNotEqualTo(new SourceFile("a").fraction("calibration"));
        assertThat(new SourceFile("a").fraction("split")).isEqualTo(new SourceFile("a").fraction("split"));
    }
}
