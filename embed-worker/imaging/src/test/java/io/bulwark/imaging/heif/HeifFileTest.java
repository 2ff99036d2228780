package io.bulwark.imaging.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.PixelBudget.Lease;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.heif.HeifDecoder.HeifFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused from the boxes alone, before any command runs. */
class HeifFileTest {

    private final Lease lease = new PixelBudget(DecodeLimits.standard()).lease();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lossless.heic",
                "lossless.avif",
                "grid.heic",
                "turned.heic",
                "mirrored.avif",
                "alpha.avif",
                "deep.heic"
            })
    void theSizeIsThatOfThePrimaryPicture(String name) {
        assertThat(HeifFile.read(HeifFiles.file(name), lease).pixels()).isEqualTo(96 * 64);
    }

    @Test
    void thePrimaryPictureIsTheOnlyOneThatIsNotHidden() {
        byte[] file = HeifFiles.file("several.heic");
        byte[] first = HeifFile.read(file, lease).primaryAlone();
        byte[] second = HeifFile.read(HeifFiles.withPrimary(file, 2), lease).primaryAlone();

        int flagsOfFirst = HeifFiles.after(file, "infe") + 3;
        assertThat(first[flagsOfFirst]).isZero();
        assertThat(second[flagsOfFirst]).isEqualTo((byte) 1);
        assertThat(Arrays.mismatch(first, file)).as("another item's flags").isGreaterThan(flagsOfFirst);
    }

    @Test
    void aSizeBeyondTheLimitIsRefusedWhereverItIsStated() {
        byte[] file = HeifFiles.file("grid.heic");
        assertRefused(HeifFiles.withSize(file, 10_000, 10_000), Refusal.TOO_MANY_PIXELS, "10000x10000");
        assertRefused(HeifFiles.withSize(file, -1, 1), Refusal.TOO_MANY_PIXELS, "4294967295x1");
        byte[] ofTile = file.clone();
        int second = new String(file, StandardCharsets.ISO_8859_1).indexOf("ispe", HeifFiles.after(file, "ispe"));
        ofTile[second + 8] = 1;
        assertRefused(ofTile, Refusal.TOO_MANY_PIXELS, "16777280x64");
        assertRefused(HeifFiles.withSize(file, 0, 5), Refusal.CORRUPT_IMAGE, "0x5");
    }

    @Test
    void sequencesAreRefusedByBrandAndByBox() {
        byte[] sequence = HeifFiles.file("sequence.avif");
        assertRefused(sequence, Refusal.UNSUPPORTED_FORMAT, "sequence");
        byte[] renamed = sequence;
        for (String brand : new String[] {"avis", "avis", "msf1"}) {
            renamed = HeifFiles.renamed(renamed, brand, "avif");
        }
        assertRefused(renamed, Refusal.UNSUPPORTED_FORMAT, "sequence");
    }

    @Test
    void aCropOfMoreThanPaddingIsRefused() {
        byte[] file = HeifFiles.file("odd.heic");
        int crop = HeifFiles.after(file, "clap");
        assertThat(HeifFile.read(file, lease).pixels()).isEqualTo(98 * 64);
        assertThat(HeifFile.read(HeifFiles.with16(file, crop + 2, 98 - 15), lease)
                        .pixels())
                .isPositive();
        assertRefused(HeifFiles.with16(file, crop + 2, 98 - 16), Refusal.UNSUPPORTED_FORMAT, "leaves out");
        assertRefused(HeifFiles.with16(file, crop + 2, 99), Refusal.UNSUPPORTED_FORMAT, "leaves out");
        assertRefused(HeifFiles.with16(file, crop + 10, 40), Refusal.UNSUPPORTED_FORMAT, "leaves out");
        assertRefused(HeifFiles.with16(file, crop + 6, 0), Refusal.UNSUPPORTED_FORMAT, "leaves out");
    }

    @Test
    void turnsInAnotherOrderThanViewersApplyAreRefused() {
        byte[] file = HeifFiles.file("odd.heic");
        // The crop comes after a property that is a turn now.
        assertRefused(HeifFiles.renamed(file, "colr", "irot"), Refusal.UNSUPPORTED_FORMAT, "order");
    }

    @Test
    void layersOtherCodecsAndPremultipliedAlphaAreRefused() {
        byte[] file = HeifFiles.file("grid.heic");
        assertRefused(HeifFiles.renamed(file, "colr", "a1op"), Refusal.UNSUPPORTED_FORMAT, "layers");
        assertRefused(HeifFiles.renamed(file, "hvc1", "unci"), Refusal.UNSUPPORTED_FORMAT, "neither HEVC, AV1");
        assertRefused(HeifFiles.renamed(file, "grid", "iovl"), Refusal.UNSUPPORTED_FORMAT, "neither HEVC, AV1");
        byte[] alpha = HeifFiles.file("alpha.avif");
        assertRefused(HeifFiles.renamed(alpha, "auxl", "prem"), Refusal.UNSUPPORTED_FORMAT, "premultiplied");
    }

    @Test
    void aHiddenPrimaryPictureIsRefused() {
        byte[] file = HeifFiles.file("lossless.avif");
        file[HeifFiles.after(file, "infe") + 3] = 1;
        assertRefused(file, Refusal.UNSUPPORTED_FORMAT, "hides");
    }

    @Test
    void whatReadersCouldTakeInTwoWaysIsRefused() {
        byte[] file = HeifFiles.file("several.heic");
        assertRefused(HeifFiles.renamed(file, "mdat", "meta"), Refusal.CORRUPT_IMAGE, "2 boxes of type meta");
        assertRefused(HeifFiles.renamed(file, "iloc", "pitm"), Refusal.CORRUPT_IMAGE, "2 boxes of type pitm");
        assertRefused(HeifFiles.renamed(file, "pitm", "free"), Refusal.CORRUPT_IMAGE, "0 boxes of type pitm");
        assertRefused(HeifFiles.withPrimary(file, 77), Refusal.CORRUPT_IMAGE, "does not hold");
        assertRefused(
                HeifFiles.with16(file, HeifFiles.after(file, "infe") + 4, 2), Refusal.CORRUPT_IMAGE, "one number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"grid.heic", "alpha.avif", "several.heic"})
    void anyDamageEndsInARefusalOrAPicture(String name) {
        byte[] whole = HeifFiles.file(name);
        int data = HeifFiles.after(whole, "mdat") - 8;
        for (int length = 12; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            if (length == data) {
                assertThat(HeifFile.read(cut, lease).pixels()).as("boxes alone").isPositive();
            } else {
                assertThatThrownBy(() -> HeifFile.read(cut, lease)).isInstanceOf(RefusedException.class);
            }
        }
        Random random = new Random(9);
        for (int turn = 0; turn < 20_000; turn++) {
            byte[] noisy = whole.clone();
            for (int i = 0; i < 3; i++) {
                noisy[random.nextInt(600)] = (byte) random.nextInt();
            }
            try {
                assertThat(HeifFile.read(noisy, lease).pixels())
                        .isBetween(1L, lease.limits().maxPixels());
            } catch (RefusedException refused) {
                assertThat(refused.getMessage()).contains("HEIF");
            }
        }
    }

    @Test
    void aLevelOfTooManyBoxesIsRefused() {
        byte[] file = Arrays.copyOf(HeifFiles.file("lossless.avif"), 200_000);
        for (int at = HeifFiles.file("lossless.avif").length; at + 8 <= file.length; at += 8) {
            file[at + 3] = 8;
        }
        assertRefused(file, Refusal.CORRUPT_IMAGE, "more than 4096 boxes");
    }

    private void assertRefused(byte[] file, Refusal refusal, String words) {
        assertThatThrownBy(() -> HeifFile.read(file, lease))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.result().refusal()).isEqualTo(refusal))
                .hasMessageContaining(words);
    }
}
