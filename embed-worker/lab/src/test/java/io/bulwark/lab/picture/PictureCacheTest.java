package io.bulwark.lab.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.lab.picture.PictureSet.HeldOutOptions.HeldOutSplit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureCacheTest {

    private static final int SIDE = 24;

    @TempDir
    Path pictures;

    @TempDir
    Path caches;

    @BeforeEach
    void draw() throws IOException {
        write("birds/gull.png", 40, 40, "png");
        write("birds/owl.png", 30, 36, "png");
        write("fish/cod.png", 50, 50, "png");
        Files.writeString(pictures.resolve("fish/README.txt"), "no picture");
    }

    private void write(String name, int width, int height, String format) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(name.hashCode());
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, random.nextInt(1 << 24));
        }
        Path file = pictures.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, format, file.toFile());
    }

    private PictureCache open(int crops, HeldOutSplit split, String... excluded) throws IOException {
        List<PictureFiles> files = PictureFiles.of(List.of(pictures), List.of(excluded));
        return PictureCache.open(files, new PictureCache.Settings(SIDE, crops, split), caches, (done, total) -> {});
    }

    private static List<byte[]> all(PictureSet set) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            byte[] pixels = new byte[set.side() * set.side() * 3];
            set.read(i, pixels);
            all.add(pixels);
        }
        return all;
    }

    @Test
    void picturesComeInTheOrderOfTheirNamesWithTheClassOfTheirFolder() throws IOException {
        try (PictureCache cache = open(0, new HeldOutSplit(0))) {
            assertThat(cache.size()).isEqualTo(3);
            assertThat(List.of(cache.name(0), cache.name(1), cache.name(2)))
                    .containsExactly("birds/gull.png", "birds/owl.png", "fish/cod.png");
            assertThat(cache.classes()).containsExactly("birds", "fish");
            assertThat(cache.label(1)).isZero();
            assertThat(cache.label(2)).isEqualTo(1);
        }
    }

    @Test
    void aSecondOpeningReadsWhatTheFirstDecoded() throws IOException {
        List<byte[]> first;
        try (PictureCache cache = open(0, new HeldOutSplit(0))) {
            first = all(cache);
        }
        List<PictureFiles> files = PictureFiles.of(List.of(pictures), List.of());

        try (PictureCache again = PictureCache.open(
                files, new PictureCache.Settings(SIDE, 0, new HeldOutSplit(0)), caches, (done, total) -> {
                    throw new AssertionError("decoded again");
                })) {
            assertThat(all(again)).usingRecursiveComparison().isEqualTo(first);
        }
    }

    @Test
    void heldOutAndExcludedFilesAreNotThere() throws IOException {
        HeldOutSplit split = new HeldOutSplit(2);
        try (PictureCache cache = open(0, split, "cod.png")) {
            for (int i = 0; i < cache.size(); i++) {
                assertThat(cache.name(i)).isNotEqualTo("fish/cod.png");
                assertThat(split.holdsOut(pictures.resolve(cache.name(i)))).isFalse();
            }
        }
        assertThat(PictureFiles.of(List.of(pictures), List.of("od.png")))
                .as("an ending is of whole path elements")
                .hasSize(3);
        assertThat(PictureFiles.of(List.of(pictures), List.of("birds/owl.png"))).hasSize(2);
    }

    @Test
    void aLargePhotographIsCutIntoRandomSquaresTheSameEachTime() throws IOException {
        write("photos/wall.jpg", 700, 640, "jpeg");
        byte[] file = Files.readAllBytes(pictures.resolve("photos/wall.jpg"));
        PictureCutter cutter = PictureCutter.of(SIDE, 5);

        List<byte[]> once = cutter.cut(file, new SplittableRandom(3));

        assertThat(once).hasSize(1 + 5).allMatch(square -> square.length == SIDE * SIDE * 3);
        assertThat(cutter.cut(file, new SplittableRandom(3)))
                .usingRecursiveComparison()
                .isEqualTo(once);
        assertThat(once.get(1)).isNotEqualTo(once.get(2));
    }

    @Test
    void unsqueezedAPictureIsCoveredBySquaresOfItsShorterSide() throws IOException {
        write("photos/tall.png", 30, 40, "png");
        write("photos/square.png", 30, 31, "png");
        PictureCutter cutter = PictureCutter.of(SIDE, 0, false);

        List<byte[]> tall =
                cutter.cut(Files.readAllBytes(pictures.resolve("photos/tall.png")), new SplittableRandom(1));

        assertThat(tall).hasSize(2).allMatch(square -> square.length == SIDE * SIDE * 3);
        assertThat(cutter.cut(Files.readAllBytes(pictures.resolve("photos/square.png")), new SplittableRandom(1)))
                .hasSize(1);
    }

    @Test
    void aListingNamesPicturesBesideIt() throws IOException {
        Path listing =
                Files.writeString(pictures.resolve("some.txt"), "# two of three\nfish/cod.png\n\nbirds/owl.png\n");

        assertThat(PictureFiles.of(List.of(listing), List.of()))
                .extracting(PictureFiles::name)
                .containsExactly("fish/cod.png", "birds/owl.png");
    }

    @Test
    void filesThatAreNoPicturesAreLeftOutAndNothingAtAllIsAnError() throws IOException {
        Files.writeString(pictures.resolve("birds/broken.png"), "not a PNG");
        try (PictureCache cache = open(0, new HeldOutSplit(0))) {
            assertThat(cache.size()).isEqualTo(3);
        }
        Path empty = Files.createDirectories(pictures.resolve("empty"));

        assertThatThrownBy(() -> PictureFiles.of(List.of(empty), List.of())).hasMessageContaining("holds no picture");
    }
}
