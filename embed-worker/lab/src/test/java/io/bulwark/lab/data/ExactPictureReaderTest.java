package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.data.Distortion.DistortionCanvas;
import io.bulwark.lab.data.PictureSource.Box;
import io.bulwark.lab.data.PictureSource.Distorted;
import io.bulwark.lab.data.PictureSource.PictureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExactPictureReaderTest {

    private static final int SIZE = 24;

    @TempDir
    Path folder;

    private final ExactPictureReader reader = new ExactPictureReader(PreprocessSpec.unit(SIZE, Interpolation.BILINEAR));
    private Path file;

    @BeforeEach
    void picture() {
        file = TestPictures.write(folder.resolve("picture.png"), 60, 40, 5);
    }

    @Test
    void aBoxIsWhatLiesInIt() {
        byte[] box = reader.pixels(new PictureFile(file, Optional.of(new Box(11, 7, SIZE, SIZE))));

        byte[] whole = DistortionCanvas.of(TestPictures.image(60, 40, 5)).pixels();
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE * 3; x++) {
                assertThat(box[y * SIZE * 3 + x]).isEqualTo(whole[((y + 7) * 60 + 11) * 3 + x]);
            }
        }
    }

    @Test
    void anEncoderOf224PixelsSeesWhatWasDistortedAfterPreprocessing() {
        ExactPictureReader wide = new ExactPictureReader(PreprocessSpec.unit(224, Interpolation.BILINEAR));
        byte[] plain = wide.pixels(PictureFile.of(file));

        assertThat(wide.pixels(new Distorted(PictureFile.of(file), Distortion.NOISE, 2, 9)))
                .isEqualTo(Distortion.NOISE.apply(plain, 224, 224, 2, 9))
                .isNotEqualTo(plain);
    }

    @Test
    void anEncoderThatSeesLessSeesTheSameDistortedPictureSmaller() {
        ExactPictureReader wide = new ExactPictureReader(PreprocessSpec.unit(224, Interpolation.BILINEAR));
        PictureSource occluded = new Distorted(PictureFile.of(file), Distortion.OCCLUDE, 5, 9);

        byte[] small = reader.pixels(occluded);

        assertThat(small)
                .isEqualTo(new UprightPicture(224, 224, wide.pixels(occluded))
                        .resized(SIZE, SIZE)
                        .rgb());
        assertThat(small).isNotEqualTo(reader.pixels(PictureFile.of(file)));
    }

    @Test
    void aBoxBeyondThePictureIsNamedWithThePicturesSize() {
        assertThatThrownBy(() -> reader.pixels(new PictureFile(file, Optional.of(new Box(50, 0, 11, 10)))))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("picture.png")
                .hasMessageContaining("60x40");
    }

    @Test
    void aFileThatIsNoPictureIsNamedWithTheReason() throws IOException {
        Path note = Files.writeString(folder.resolve("note.png"), "no picture");

        assertThatThrownBy(() -> reader.pixels(PictureFile.of(note)))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("note.png")
                .hasMessageContaining("NOT_AN_IMAGE");
    }

    @Test
    void aFileThatIsMissingIsNamed() {
        assertThatThrownBy(() -> reader.pixels(PictureFile.of(folder.resolve("gone.png"))))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("gone.png");
    }
}
