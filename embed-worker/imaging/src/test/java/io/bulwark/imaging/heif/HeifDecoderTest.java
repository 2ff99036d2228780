package io.bulwark.imaging.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.PixelBudget;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by {@code heif-enc}, decoded by this machine's command, beside the pictures that they were made from. */
class HeifDecoderTest {

    private static final DecodeLimits LIMITS = DecodeLimits.standard();

    @ParameterizedTest
    @ValueSource(strings = {"lossless.heic", "lossless.avif"})
    void aLosslessFileGivesThePictureBack(String name) {
        assertThat(distance(picture(name), HeifSources.picture())).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"grid.heic", "deep.heic", "deep.avif"})
    void gridsAndTenBitsAreDecoded(String name) {
        assertThat(distance(picture(name), HeifSources.picture())).isLessThan(3);
    }

    @Test
    void turnsAndMirrorsOfTheFileAreApplied() {
        Raster turned = picture("turned.heic");
        BufferedImage source = HeifSources.picture();
        BufferedImage expected = new BufferedImage(64, 96, BufferedImage.TYPE_INT_RGB);
        BufferedImage mirrored = new BufferedImage(96, 64, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 96; x++) {
                expected.setRGB(63 - y, x, source.getRGB(x, y));
                mirrored.setRGB(95 - x, y, source.getRGB(x, y));
            }
        }

        assertThat(distance(turned, expected)).isLessThan(3);
        assertThat(turned.orientation()).isEqualTo(1);
        assertThat(distance(picture("mirrored.avif"), mirrored)).isLessThan(3);
    }

    @Test
    void theOrientationOfExifIsNotAppliedToo() {
        HeifCommand command = InstalledHeif.command();
        byte[] file = HeifFiles.file("lossless.heic");
        try (var lease = new PixelBudget(LIMITS).lease()) {
            DecodeResult result = new HeifDecoder(lease, command, (png, room) -> {
                        Raster raster = new Raster(Mode.L, 1, 1, new byte[1], new byte[0], 6);
                        return Decoded.still("png", raster);
                    })
                    .decode(file);

            assertThat(((Decoded) result).frames().get(0).orientation()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha.heic", "alpha.avif"})
    void alphaIsKept(String name) {
        Raster raster = picture(name);

        assertThat(raster.mode()).isEqualTo(Mode.RGBA);
        assertThat(distance(raster, HeifSources.picture())).isLessThan(4);
        for (int x = 0; x < 96; x++) {
            assertThat(raster.samples()[4 * (96 * 30 + x) + 3] & 0xff).isCloseTo(HeifSources.alpha(x), within(4));
        }
    }

    @Test
    void theColourProfileComesAlong() {
        assertThat(picture("profile.heic").colour()).isPresent();
        assertThat(picture("lossless.heic").colour()).isEmpty();
    }

    @Test
    void thePrimaryPictureIsDecodedWhereverItStands() {
        byte[] file = HeifFiles.file("several.heic");

        assertThat(distance(picture(file), HostileImages.picture(64, 48))).isLessThan(3);
        assertThat(distance(picture(HeifFiles.withPrimary(file, 2)), HeifSources.picture()))
                .isLessThan(3);
    }

    @Test
    void paddingIsCroppedAway() {
        assertThat(distance(picture("odd.heic"), HostileImages.picture(97, 63))).isLessThan(3);
    }

    @ParameterizedTest
    @CsvSource({"grid.heic", "lossless.avif"})
    void whatIsCutIsRefused(String name) {
        byte[] whole = HeifFiles.file(name);
        for (int part = 1; part <= 9; part += 2) {
            assertRefused(decode(Arrays.copyOf(whole, whole.length * part / 10), LIMITS), Refusal.CORRUPT_IMAGE);
        }
    }

    @Test
    void aPictureThatStatesTooSmallASizeIsRefused() {
        assertRefused(decode(HeifFiles.withSize(HeifFiles.file("lossless.avif"), 8, 8), LIMITS), Refusal.CORRUPT_IMAGE);
    }

    @Test
    void memoryForThePngCountsAsTaken() {
        byte[] file = HeifFiles.file("lossless.heic");
        long needed = 96 * 64 * 4 + (2 << 20);

        assertRefused(decode(file, LIMITS.withMemoryBytes(needed)), Refusal.TOO_MANY_PIXELS);
        assertThat(decode(file, LIMITS.withMemoryBytes(needed + 50_000))).isInstanceOf(Decoded.class);
    }

    @Test
    void withoutACommandTheRefusalNamesTheSetting() {
        for (String name : new String[] {"lossless.heic", "lossless.avif", "sequence.avif"}) {
            DecodeResult result = new StandardImageDecoder(LIMITS, JpegReduction.none(), HeifCommand.none())
                    .decode(HeifFiles.file(name));

            assertRefused(result, Refusal.UNSUPPORTED_FORMAT);
            assertThat(((Refused) result).detail()).contains("bulwark.decode.heif-command", "libheif-examples");
        }
    }

    private static void assertRefused(DecodeResult result, Refusal refusal) {
        assertThat(result)
                .asInstanceOf(type(Refused.class))
                .extracting(Refused::refusal)
                .isEqualTo(refusal);
    }

    private static DecodeResult decode(byte[] file, DecodeLimits limits) {
        return new StandardImageDecoder(limits, JpegReduction.none(), InstalledHeif.command()).decode(file);
    }

    private static Raster picture(String name) {
        return picture(HeifFiles.file(name));
    }

    private static Raster picture(byte[] file) {
        DecodeResult result = decode(file, LIMITS);
        assertThat(result).isInstanceOf(Decoded.class);
        assertThat(((Decoded) result).format()).isEqualTo("heif");
        return ((Decoded) result).frames().get(0);
    }

    /** Mean difference of samples, in levels of 255. */
    private static double distance(Raster found, BufferedImage wanted) {
        assertThat(found.width()).isEqualTo(wanted.getWidth());
        assertThat(found.height()).isEqualTo(wanted.getHeight());
        int channels = found.mode().bytesPerPixel();
        long sum = 0;
        for (int i = 0; i < found.width() * found.height(); i++) {
            int rgb = wanted.getRGB(i % found.width(), i / found.width());
            for (int channel = 0; channel < 3; channel++) {
                int sample = found.samples()[channels * i + channel] & 0xff;
                sum += Math.abs(sample - (rgb >> 16 - 8 * channel & 0xff));
            }
        }
        return sum / (3.0 * found.width() * found.height());
    }
}
