package io.bulwark.robustness.idx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDataSetTest {

    private static final byte[] PIXELS = {0, 1, 2, 3, 4, 5, (byte) 250, 7, 8, 9, 10, 11};
    private static final int UNSIGNED_BYTE = 8;

    @TempDir
    Path folder;

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private Path images(int... extents) throws IOException {
        return file("a-images-idx3-ubyte", IdxBytes.of(UNSIGNED_BYTE, extents, PIXELS));
    }

    private Path labels(byte... labels) throws IOException {
        return file("a-labels-idx1-ubyte", IdxBytes.of(UNSIGNED_BYTE, new int[] {labels.length}, labels));
    }

    @Test
    void picturesAndLabelsAreThoseOfTheFilesZippedOrNot() throws IOException {
        Path images = images(2, 2, 3);
        Path labels = labels((byte) 9, (byte) 200);
        Path zippedImages = file("z-images-idx3-ubyte.gz", IdxBytes.gzipped(Files.readAllBytes(images)));
        file("z-labels-idx1-ubyte.gz", IdxBytes.gzipped(Files.readAllBytes(labels)));

        for (IdxDataSet data : new IdxDataSet[] {IdxDataSet.read(images, labels), IdxDataSet.read(zippedImages)}) {
            assertThat(data.size()).isEqualTo(2);
            assertThat(data.height()).isEqualTo(2);
            assertThat(data.width()).isEqualTo(3);
            assertThat(data.label(0)).isEqualTo(9);
            assertThat(data.label(1)).as("unsigned").isEqualTo(200);
            assertThat(data.grey(1)).containsExactly(250, 7, 8, 9, 10, 11);
            assertThat(data.rgb(0)).startsWith(0, 0, 0, 1, 1, 1, 2, 2, 2).hasSize(18);
            assertThat(data.name(1)).isEqualTo(data.file().getFileName() + "#1");
        }
        assertThat(IdxDataSet.read(zippedImages).fingerprint())
                .isEqualTo(IdxDataSet.read(images, labels).fingerprint());
    }

    @Test
    void otherLabelsAreAnotherFingerprint() throws IOException {
        Path images = images(2, 2, 3);
        String one = IdxDataSet.read(images, labels((byte) 0, (byte) 1)).fingerprint();

        assertThat(IdxDataSet.read(images, labels((byte) 1, (byte) 1)).fingerprint())
                .isNotEqualTo(one);
    }

    @Test
    void aFileIsRecognisedByItsFirstBytes() throws IOException {
        assertThat(IdxDataSet.isImages(images(2, 2, 3))).isTrue();
        assertThat(IdxDataSet.isImages(labels((byte) 1))).isFalse();
        assertThat(IdxDataSet.isImages(file("listing.txt", "a.png\nb.png\n".getBytes())))
                .isFalse();
        assertThat(IdxDataSet.isImages(file("empty", new byte[0]))).isFalse();
        assertThat(IdxDataSet.isImages(folder)).isFalse();
    }

    @Test
    void aHeaderThatPromisesMoreThanIsThereIsOneClearError() throws IOException {
        assertThatThrownBy(() -> IdxDataSet.read(images(2, 2, 4)))
                .isInstanceOf(IdxException.class)
                .hasMessageContaining("a-images-idx3-ubyte holds fewer than the 16 bytes that its header says");
        // Half a gigabyte that is not there: refused after twelve bytes.
        assertThatThrownBy(() -> IdxDataSet.read(images(1 << 19, 1 << 5, 1 << 5)))
                .isInstanceOf(IdxException.class)
                .hasMessageContaining("holds fewer");
    }

    @Test
    void aFileThatGoesOnBehindItsLastPictureIsRefused() throws IOException {
        assertThatThrownBy(() -> IdxDataSet.read(images(1, 2, 3)))
                .isInstanceOf(IdxException.class)
                .hasMessageContaining("holds more than the 6 bytes");
    }

    @Test
    void extentsWhoseProductOverflowsOrIsNothingAreRefusedBeforeMemoryIsAskedFor() throws IOException {
        for (int[] hostile : new int[][] {
            {-1, 2, 3},
            {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE},
            {1 << 20, 1 << 20, 1 << 24},
            {0, 2, 3}
        }) {
            assertThatThrownBy(() -> IdxDataSet.read(images(hostile)))
                    .as(Arrays.toString(hostile))
                    .isInstanceOf(IdxException.class)
                    .hasMessageContaining("a-images-idx3-ubyte says that extent");
        }
    }

    @Test
    void anotherTypeOfElementsIsRefused() throws IOException {
        Path floats = file("f-images-idx3-ubyte", IdxBytes.of(13, new int[] {1, 1, 3}, PIXELS));

        assertThatThrownBy(() -> IdxDataSet.read(floats))
                .isInstanceOf(IdxException.class)
                .hasMessageContaining("begins with 00000d03, wanted is 00000803");
    }

    @Test
    void imagesAndLabelsAreOfOneNumber() throws IOException {
        Path images = images(2, 2, 3);
        Path labels = labels((byte) 1);

        assertThatThrownBy(() -> IdxDataSet.read(images, labels))
                .isInstanceOf(IdxException.class)
                .hasMessageContaining("2 images")
                .hasMessageContaining("1 labels");
    }

    @Test
    void aNameThatDoesNotSayWhereTheLabelsAreIsRefused() throws IOException {
        Path images = Files.move(images(2, 2, 3), folder.resolve("pictures"));

        assertThatThrownBy(() -> IdxDataSet.read(images))
                .isInstanceOf(IdxException.class)
                .hasMessageContaining("where its labels are");
    }

    @Property(tries = 300)
    void bytesOfAnyKindAreReadOrRefusedByName(@ForAll @Size(max = 40) byte[] bytes) throws IOException {
        byte[] file = bytes.clone();
        System.arraycopy(new byte[] {0, 0, 8, 1}, 0, file, 0, Math.min(3, file.length));
        Path path = Files.createTempFile("any", "-images-idx3");
        try {
            Files.write(path, file);
            try {
                IdxDataSet.read(path, path);
            } catch (IdxException refused) {
                assertThat(refused).hasMessageContaining(path.toString());
            }
        } finally {
            Files.delete(path);
        }
    }
}
