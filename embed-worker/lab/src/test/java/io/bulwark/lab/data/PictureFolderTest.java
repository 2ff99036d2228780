package io.bulwark.lab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.picture.PictureFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two classes named as ImageNet names them. */
class PictureFolderTest {

    private static final PreprocessSpec INPUT = spec(24, 24);

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        TestPictures.write(folder.resolve("n01440764/n01440764_10026.JPEG.png"), 40, 30, 1);
        TestPictures.write(folder.resolve("n02102040/a.png"), 30, 50, 2);
        TestPictures.write(folder.resolve("n02102040/b.png"), 24, 24, 3);
    }

    private static PreprocessSpec spec(int height, int width) {
        return new PreprocessSpec(
                height, width, 24, ResizeMode.SHORTEST, Interpolation.BICUBIC, true, 0, new float[3], new float[] {
                    1, 1, 1
                });
    }

    private PictureFolder open() throws IOException {
        return PictureFolder.open(PictureFiles.of(List.of(folder), List.of()), INPUT);
    }

    @Test
    void eachPictureIsReadWhenItIsAskedForAsThePackagePreparesIt() throws IOException {
        try (PictureFolder pictures = open()) {
            assertThat(pictures.classes()).containsExactly("n01440764", "n02102040");
            assertThat(pictures.size()).isEqualTo(3);
            assertThat(pictures.side()).isEqualTo(24);
            assertThat(List.of(pictures.label(0), pictures.label(1), pictures.label(2)))
                    .containsExactly(0, 1, 1);
            byte[] pixels = new byte[24 * 24 * 3];
            pictures.read(1, pixels);
            assertThat(pixels)
                    .isEqualTo(new ExactPictureReader(INPUT).pixels(PictureFile.of(folder.resolve("n02102040/a.png"))));
        }
    }

    @Test
    void anotherFileIsAnotherSetAndABrokenOneIsNamedWhenItIsRead() throws IOException {
        String before = open().fingerprint();
        assertThat(open().fingerprint()).isEqualTo(before);
        Files.writeString(folder.resolve("n02102040/b.png"), "no picture");

        PictureFolder broken = open();

        assertThat(broken.fingerprint()).isNotEqualTo(before);
        assertThatThrownBy(() -> broken.read(2, new byte[24 * 24 * 3]))
                .isInstanceOf(DataLayoutException.class)
                .hasMessageContaining("b.png");
    }

    @Test
    void anInputThatIsNoSquareIsNotLearntFrom() {
        assertThatThrownBy(() -> PictureFolder.open(PictureFiles.of(List.of(folder), List.of()), spec(24, 20)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20x24");
    }
}
