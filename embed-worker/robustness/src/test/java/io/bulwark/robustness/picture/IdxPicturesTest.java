package io.bulwark.robustness.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.robustness.idx.IdxBytes;
import io.bulwark.robustness.idx.IdxDataSet;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxPicturesTest {

    private static final int COUNT = 40;
    private static final int SIDE = 3;

    @TempDir
    Path folder;

    /** Classes 2, 5 and 7. */
    private IdxDataSet data() {
        byte[] pixels = new byte[COUNT * SIDE * SIDE];
        new Random(4).nextBytes(pixels);
        byte[] labels = new byte[COUNT];
        for (int i = 0; i < COUNT; i++) {
            labels[i] = new byte[] {7, 2, 5}[i % 3];
        }
        return IdxDataSet.read(IdxBytes.write(folder, "t", SIDE, pixels, labels));
    }

    @Test
    void pictureAndClassAreThoseOfTheDataSet() {
        IdxDataSet data = data();
        byte[] rgb = new byte[SIDE * SIDE * 3];

        try (IdxPictures pictures = new IdxPictures(data, new HeldOutSplit(0))) {
            pictures.read(11, rgb);

            assertThat(pictures.size()).isEqualTo(COUNT);
            assertThat(pictures.side()).isEqualTo(SIDE);
            assertThat(pictures.classes()).containsExactly("2", "5", "7");
            assertThat(pictures.label(0)).isEqualTo(2);
            assertThat(pictures.label(1)).isEqualTo(0);
            assertThat(rgb).isEqualTo(data.rgb(11));
            assertThat(pictures.name(11)).isEqualTo(data.name(11));
        }
    }

    @Test
    void aPictureIsHeldOutByItsOwnPixels() {
        IdxDataSet data = data();
        HeldOutSplit split = new HeldOutSplit(4);

        try (IdxPictures pictures = new IdxPictures(data, split)) {
            TreeSet<String> kept = new TreeSet<>();
            IntStream.range(0, pictures.size()).forEach(i -> kept.add(pictures.name(i)));

            assertThat(kept).hasSizeBetween(COUNT / 2, COUNT - 1);
            for (int i = 0; i < COUNT; i++) {
                assertThat(kept.contains(data.name(i))).isEqualTo(!split.holdsOut(data.grey(i)));
            }
            assertThat(pictures.fingerprint()).isNotEqualTo(new IdxPictures(data, new HeldOutSplit(0)).fingerprint());
        }
    }

    @Test
    void picturesThatAreNotSquareAreRefused() {
        IdxDataSet flat = IdxBytes.readFlat(folder);
        assertThatThrownBy(() -> new IdxPictures(flat, new HeldOutSplit(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4x2 pixels");
    }
}
