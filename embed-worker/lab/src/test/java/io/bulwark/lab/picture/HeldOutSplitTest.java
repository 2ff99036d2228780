package io.bulwark.lab.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.picture.PictureSet.HeldOutOptions.HeldOutSplit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeldOutSplitTest {

    private static byte[] file(int number) {
        return ("file " + number).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aboutOneFileInFiveIsHeldOut() {
        HeldOutSplit split = new HeldOutSplit(5);

        long held =
                IntStream.range(0, 5000).filter(i -> split.holdsOut(file(i))).count();

        assertThat(held).isBetween(900L, 1100L);
    }

    @Test
    void theSideIsDecidedByTheFirstFourBytesOfTheDigest() {
        // SHA-256 of "abc" begins with ba7816bf, which is 3128432319.
        byte[] abc = "abc".getBytes(StandardCharsets.UTF_8);

        assertThat(new HeldOutSplit(3).holdsOut(abc)).isEqualTo(3128432319L % 3 == 0);
        assertThat(new HeldOutSplit(7).holdsOut(abc)).isEqualTo(3128432319L % 7 == 0);
        assertThat(new HeldOutSplit(11).holdsOut(abc)).isEqualTo(3128432319L % 11 == 0);
    }

    @Test
    void aCopyElsewhereIsOnTheSameSide(@TempDir Path folder) throws IOException {
        HeldOutSplit split = new HeldOutSplit(2);
        for (int i = 0; i < 20; i++) {
            Path copy = Files.write(folder.resolve("other-name-" + i), file(i));

            assertThat(split.holdsOut(copy)).isEqualTo(split.holdsOut(file(i)));
        }
    }

    @Test
    void holdingOutEverythingIsRefusedAndHoldingOutNothingIsNot() {
        assertThatThrownBy(() -> new HeldOutSplit(1)).hasMessageContaining("allowed are 0 (none) and 2 and more");
        assertThat(IntStream.range(0, 50).filter(i -> new HeldOutSplit(0).holdsOut(file(i))))
                .isEmpty();
    }
}
