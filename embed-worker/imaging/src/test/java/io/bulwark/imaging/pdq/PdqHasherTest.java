package io.bulwark.imaging.pdq;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants;
import io.bulwark.imaging.pdq.PdqHash.PdqVariants.PdqFingerprint;
import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PdqHasherTest {

    /** The vectors are those of others: ORIGIN.md beside them says whose. */
    @Test
    void agreesToTheBitWithPublishedHashes() throws IOException, NoSuchAlgorithmException {
        try (BufferedReader vectors =
                new BufferedReader(new InputStreamReader(resource("reference-vectors.csv"), StandardCharsets.UTF_8))) {
            List<String> rows = vectors.lines().skip(1).toList();
            assertThat(rows).isNotEmpty();
            for (String row : rows) {
                String[] cells = row.split(",");
                byte[] file = resource(cells[0]).readAllBytes();

                assertThat(sha256(file)).isEqualTo(cells[1]);
                assertThat(PdqHasher.hash(TestPictures.decode(file)).hash()).isEqualTo(PdqHash.parse(cells[2]));
            }
        }
    }

    @Test
    void agreesToTheBitWithThePlainDefinitionOverTheWholePicture() {
        for (Raster picture : pictures()) {
            UprightPicture upright = UprightPicture.of(picture);
            PdqFingerprint found = PdqHasher.hash(picture);

            assertThat(found).isEqualTo(SlowPdq.exact(upright));
            assertThat(found).isEqualTo(SlowPdq.singlePrecision(upright));
        }
    }

    private static List<Raster> pictures() {
        List<Raster> pictures = new ArrayList<>();
        List<Path> samples = TestPictures.samples();
        for (int i = 0; i < samples.size(); i += 9) {
            pictures.add(TestPictures.decode(samples.get(i)));
        }
        for (int i = 0; i < 16; i++) {
            pictures.add(TestPictures.waves(65 + i * 97, 1300 - i * 71, i, 1 + i % 8));
        }
        pictures.add(TestPictures.waves(5, 40, 1, 1));
        pictures.add(TestPictures.waves(64, 64, 2, 1));
        pictures.add(TestPictures.waves(127, 129, 3, 1));
        return pictures;
    }

    @Test
    void hashesWhatAPersonSees() {
        for (int orientation = 1; orientation <= 8; orientation++) {
            Raster stored = TestPictures.waves(301, 187, orientation, orientation);

            assertThat(PdqHasher.hash(stored))
                    .isEqualTo(PdqHasher.hash(UprightPicture.of(stored).raster()));
        }
    }

    @Test
    void transparencyLiesOverWhite() {
        Raster opaque = TestPictures.waves(200, 150, 4, 1);
        byte[] rgba = new byte[200 * 150 * 4];
        byte[] flattened = opaque.samples().clone();
        for (int i = 0; i < 200 * 150; i++) {
            boolean seen = i % 200 > 60;
            System.arraycopy(opaque.samples(), 3 * i, rgba, 4 * i, 3);
            rgba[4 * i + 3] = (byte) (seen ? 255 : 0);
            if (!seen) {
                Arrays.fill(flattened, 3 * i, 3 * i + 3, (byte) 255);
            }
        }

        assertThat(PdqHasher.hash(new Raster(Mode.RGBA, 200, 150, rgba, new byte[0], 1)))
                .isEqualTo(PdqHasher.hash(new Raster(Mode.RGB, 200, 150, flattened, new byte[0], 1)));
    }

    @Test
    void aGrayPictureHasTheHashOfTheSameInRgb() {
        byte[] gray = new byte[300 * 200];
        byte[] rgb = new byte[3 * gray.length];
        Raster waves = TestPictures.waves(300, 200, 5, 1);
        for (int i = 0; i < gray.length; i++) {
            gray[i] = waves.samples()[3 * i];
            Arrays.fill(rgb, 3 * i, 3 * i + 3, gray[i]);
        }

        assertThat(PdqHasher.hash(new Raster(Mode.L, 300, 200, gray, new byte[0], 1)))
                .isEqualTo(PdqHasher.hash(new Raster(Mode.RGB, 300, 200, rgb, new byte[0], 1)));
    }

    @Test
    void copiesThatWereRecompressedOrResizedMatch() {
        for (int seed = 0; seed < 12; seed++) {
            Raster picture = TestPictures.waves(700, 500, seed, 1);
            PdqFingerprint hash = PdqHasher.hash(picture);

            assertThat(hash.quality()).isGreaterThanOrEqualTo(50);
            assertThat(List.of(
                            TestPictures.recompressed(picture, 0.9f),
                            TestPictures.recompressed(picture, 0.3f),
                            TestPictures.resized(picture, 0.5),
                            TestPictures.resized(picture, 0.23),
                            TestPictures.recompressed(TestPictures.resized(picture, 1.4), 0.5f)))
                    .allMatch(copy -> PdqHasher.hash(copy).hash().isMatch(hash.hash()));
        }
    }

    /** Playing cards are left out, of which several are one picture in another frame, and so are two fedoras. */
    @Test
    void copiesOfSamplesMatchAndNoTwoSamplesDo() {
        List<PdqHash> hashes = new ArrayList<>();
        for (Path file : TestPictures.samples()) {
            Raster sample = TestPictures.decode(file);
            PdqFingerprint hash = PdqHasher.hash(sample);
            if (hash.quality() < 50 || file.toString().matches(".*(gambling|fedora).*")) {
                continue;
            }
            PdqFingerprint copy = PdqHasher.hash(TestPictures.recompressed(sample, 0.5f));

            assertThat(copy.hash().isMatch(hash.hash())).as(file.toString()).isTrue();
            assertThat(hashes).as(file.toString()).noneMatch(other -> other.isMatch(hash.hash()));
            hashes.add(hash.hash());
        }
        assertThat(hashes).hasSizeGreaterThan(200);
    }

    /** So Meta's C++ command line does before it hashes: without any filter. */
    @Test
    void theShortcutOfSkippingPixelsDownTo512StaysAMatch() {
        for (int seed = 0; seed < 6; seed++) {
            Raster picture = TestPictures.waves(1000 + 307 * seed, 2500 - 311 * seed, seed, 1);
            byte[] rgb = new byte[3 * 512 * 512];
            for (int y = 0; y < 512; y++) {
                for (int x = 0; x < 512; x++) {
                    int from = y * picture.height() / 512 * picture.width() + x * picture.width() / 512;
                    System.arraycopy(picture.samples(), 3 * from, rgb, 3 * (512 * y + x), 3);
                }
            }
            PdqHash shortcut = PdqHasher.hash(new Raster(Mode.RGB, 512, 512, rgb, new byte[0], 1))
                    .hash();

            assertThat(shortcut.distance(PdqHasher.hash(picture).hash())).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void variantsAreTheHashesOfTurnedAndMirroredCopies() {
        for (int seed = 0; seed < 6; seed++) {
            Raster picture = TestPictures.waves(640, 480, seed, 1);
            PdqVariants variants = PdqHasher.variants(picture);

            assertThat(variants.upright()).isEqualTo(PdqHasher.hash(picture));
            for (int orientation = 1; orientation <= 8; orientation++) {
                Raster turned = new Raster(Mode.RGB, 640, 480, picture.samples(), new byte[0], orientation);
                PdqHash expected = PdqHasher.hash(turned).hash();
                PdqHash found = variants.hashes().get(Pose.ofExif(orientation));

                assertThat(found.distance(expected)).isLessThanOrEqualTo(24);
                assertThat(variants.hashes().values())
                        .filteredOn(other -> other.distance(expected) < found.distance(expected))
                        .isEmpty();
            }
        }
    }

    /**
     * The hashes that Meta's Java port prints for the files of a picture and its seven variants (ThreatExchange,
     * pdq/java/README.md): which bits trade places, and which flip.
     */
    @Test
    void posesTurnAPublishedHashIntoThePublishedHashesOfItsVariants() {
        Map<Pose, String> published = new EnumMap<>(Pose.class);
        published.put(Pose.UPRIGHT, "f8f8f0cce0f4e84d0e370a22028f67f0b36e2ed596623e1d33e6339c4e9c9b22");
        published.put(Pose.TURNED_270, "b0a10efd71cc3f429413d48d0ffffe12e34e0e17ada952a9d29684210aa9e5af");
        published.put(Pose.TURNED_180, "adad5a64b5a142e55362a09057dacd5ae63b847fc23794b766b319361fc93188");
        published.put(Pose.TURNED_90, "a5f4a457a48995e8c9065c275aaa5498b61ba4bdf8fcf80387c32f8b0bfc4f05");
        published.put(Pose.FLIPPED, "f8f80f31e0f417b00e37f5cd028f980fb36ed02a9662c1e233e6cc634e9c64dd");
        published.put(Pose.MIRRORED, "8dad2599b1a1bd1853625f6553da32a1e63b7280c2374b4866b366c91bc9ce77");
        published.put(Pose.TRANSPOSED, "f0a1f102f1dcc0bd9c5309720fff018de34ef1e8ada9a956d2967ade0ea91a50");
        published.put(Pose.TRANSVERSED, "a5f05ba8a4896a17c106a3da5aaaab07b61b5b42f8fc07fc83c3d0740bfcb0fa");
        long[] words = PdqHash.parse(published.get(Pose.UPRIGHT)).words();
        double[] signs = new double[PdqHash.BITS];
        for (int bit = 0; bit < signs.length; bit++) {
            signs[bit] = (words[3 - bit / 64] >>> bit % 64 & 1) == 1 ? 1 : -1;
        }

        published.forEach(
                (pose, hex) -> assertThat(positive(PdqHasher.seen(signs, pose)).distance(PdqHash.parse(hex)))
                        .as(pose.name())
                        .isLessThanOrEqualTo(16));
    }

    private static PdqHash positive(double[] coefficients) {
        long[] words = new long[4];
        for (int bit = 0; bit < PdqHash.BITS; bit++) {
            if (coefficients[bit] > 0) {
                words[3 - bit / 64] |= 1L << bit % 64;
            }
        }
        return PdqHash.of(words);
    }

    @Test
    void whatHasNothingToSeeHasNoQuality() {
        byte[] flat = new byte[3 * 90 * 60];
        Arrays.fill(flat, (byte) 77);

        assertThat(PdqHasher.hash(new Raster(Mode.RGB, 90, 60, flat, new byte[0], 1))
                        .quality())
                .isZero();
    }

    @Test
    void bitsThatAreChanceHaveNoQuality() {
        for (boolean vertical : new boolean[] {true, false}) {
            Raster stripes = TestPictures.stripes(320, 213, vertical);

            assertThat(SlowPdq.exact(UprightPicture.of(stripes)).quality()).isGreaterThan(50);
            assertThat(PdqHasher.hash(stripes).quality()).isZero();
            assertThat(PdqHasher.variants(stripes).quality()).isZero();
        }
    }

    @Test
    void aSideOfLessThanFivePixelsIsTooSmall() {
        Raster small = TestPictures.waves(400, 4, 1, 1);

        assertThat(PdqHasher.hash(small)).isEqualTo(new PdqFingerprint(PdqHash.parse("0".repeat(64)), 0));
        assertThat(PdqHasher.variants(small).upright()).isEqualTo(PdqHasher.hash(small));
        assertThat(PdqHasher.hash(TestPictures.waves(400, 5, 1, 1)).hash()).isNotEqualTo(PdqHash.parse("0".repeat(64)));
    }

    private static String sha256(byte[] file) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    }

    private static InputStream resource(String name) {
        return PdqHasherTest.class.getResourceAsStream(name);
    }
}
