package io.bulwark.imaging.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.metadata.exif.ExifIFD0Directory;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.ExifOrientation;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegStructure.Colour;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegDecoderTest {

    private static final int JFIF_LENGTH = 18;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void orientationIsWhatAnExifLibraryReads(int orientation) throws Exception {
        byte[] file = HostileImages.jpegWithOrientation(20, 10, orientation);
        int theirs = JpegMetadataReader.readMetadata(new ByteArrayInputStream(file))
                .getFirstDirectoryOfType(ExifIFD0Directory.class)
                .getInt(ExifIFD0Directory.TAG_ORIENTATION);
        assertThat(theirs).isEqualTo(orientation);
        assertThat(decode(file).orientation()).isEqualTo(theirs);
        assertThat(decode(file).width()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 255})
    void orientationOutsideTheStandardIsUpright(int orientation) {
        assertThat(decode(HostileImages.jpegWithOrientation(20, 10, orientation))
                        .orientation())
                .isEqualTo(1);
    }

    @Test
    void brokenExifIsUpright() {
        byte[] tiff = {'M', 'M', 0, 42, 0x7f, -1, -1, -1, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
        assertThat(ExifOrientation.of(tiff, 0, tiff.length)).isEqualTo(1);
        for (int end = 0; end < tiff.length; end++) {
            tiff[4] = 0;
            tiff[5] = 0;
            tiff[6] = 0;
            tiff[7] = 8;
            assertThat(ExifOrientation.of(tiff, 0, end)).isIn(1, 6);
        }
    }

    @Test
    void fileWithoutColourMarkersIsYCbCrAsLibjpegSays() {
        byte[] jfif = HostileImages.jpeg(64, 48);
        byte[] bare = Arrays.copyOfRange(jfif, JFIF_LENGTH, jfif.length);
        bare[0] = (byte) 0xff;
        bare[1] = (byte) 0xd8;
        assertThat(JpegStructure.parse(bare).colour()).isEqualTo(Colour.YCBCR);
        assertThat(decode(bare).samples()).isEqualTo(decode(jfif).samples());
    }

    @Test
    void adobeMarkerDecidesWhatThreeComponentsMean() {
        byte[] jfif = HostileImages.jpeg(64, 48);
        for (int transform = 0; transform <= 1; transform++) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(jfif, 0, 2);
            out.writeBytes(new byte[] {
                (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
            });
            out.write(jfif, 2 + JFIF_LENGTH, jfif.length - 2 - JFIF_LENGTH);
            assertThat(JpegStructure.parse(out.toByteArray()).colour())
                    .isEqualTo(transform == 0 ? Colour.RGB : Colour.YCBCR);
            byte[] samples = decode(out.toByteArray()).samples();
            if (transform == 1) {
                assertThat(samples).isEqualTo(decode(jfif).samples());
            } else {
                assertThat(samples).isNotEqualTo(decode(jfif).samples());
            }
        }
    }

    @Test
    void ycckIsConvertedToCmykByLibjpegsFormula() {
        byte[] cmyk = GoldenPictures.file("cmyk.jpg");
        Raster plain = decode(cmyk);
        assertThat(plain.mode()).isEqualTo(Mode.CMYK);
        byte[] ycck = cmyk.clone();
        ycck[indexOf(ycck, "Adobe") + 11] = 2;
        assertThat(JpegStructure.parse(ycck).colour()).isEqualTo(Colour.YCCK);
        Raster converted = decode(ycck);
        for (int i = 0; i < plain.samples().length; i += 4) {
            int y = ~plain.samples()[i] & 0xff;
            int cb = (~plain.samples()[i + 1] & 0xff) - 128;
            int cr = (~plain.samples()[i + 2] & 0xff) - 128;
            assertClose(converted.samples()[i], y + 1.402 * cr);
            assertClose(converted.samples()[i + 1], y - 0.344136 * cb - 0.714136 * cr);
            assertClose(converted.samples()[i + 2], y + 1.772 * cb);
            assertThat(converted.samples()[i + 3]).isEqualTo(plain.samples()[i + 3]);
        }
    }

    private static void assertClose(byte sample, double exact) {
        assertThat((double) (sample & 0xff))
                .isBetween(Math.max(0, Math.min(255, exact)) - 0.6, Math.max(0, Math.min(255, exact)) + 0.6);
    }

    @Test
    void commentsProfilesAndThumbnailsDoNotReachTheDecoder() {
        byte[] plain = HostileImages.jpeg(32, 32);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(plain, 0, 2);
        for (int marker : new int[] {0xe1, 0xe2, 0xed, 0xfe}) {
            out.writeBytes(new byte[] {(byte) 0xff, (byte) marker, 0, 10, 'I', 'C', 'C', '_', 'P', 'R', 'O', 'F'});
        }
        out.write(plain, 2, plain.length - 2);
        assertThat(JpegStructure.parse(out.toByteArray()).essence())
                .isEqualTo(JpegStructure.parse(plain).essence());
    }

    @Test
    void kindsThatNoBrowserShowsAreNamed() {
        byte[] file = HostileImages.jpeg(32, 32);
        int frame = indexOf(file, "\u00ff\u00c0");
        for (int marker : new int[] {0xc3, 0xc9, 0xca, 0xcf}) {
            byte[] changed = file.clone();
            changed[frame + 1] = (byte) marker;
            assertRefused(changed, DecodeResult.Refusal.UNSUPPORTED_FORMAT, "arithmetic-coded");
        }
        byte[] twelve = file.clone();
        twelve[frame + 4] = 12;
        assertRefused(twelve, DecodeResult.Refusal.UNSUPPORTED_FORMAT, "12 bits");
        byte[] noHeight = file.clone();
        noHeight[frame + 5] = 0;
        noHeight[frame + 6] = 0;
        assertRefused(noHeight, DecodeResult.Refusal.CORRUPT_IMAGE, "32x0");
    }

    /**
     * Holds with libjpeg-turbo, which browsers have. The libjpeg that is part of the JDK's own sources takes levels by
     * 1024: what is a black and white picture in browsers is one black to it. A JDK that fails here must not be
     * shipped.
     */
    @ParameterizedTest
    @ValueSource(ints = {96, 480, 512, 640, 896, 1008})
    void levelsFarBeyondWhiteAndBlackAreWhiteAndBlackAsInBrowsers(int levels) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(FlatBlocks.board(levels));
        byte[] samples = ((Decoded) result).frames().get(0).samples();
        assertThat(samples[0] & 0xff).isEqualTo(Math.min(255, 128 + levels));
        assertThat(samples[8] & 0xff).isEqualTo(Math.max(0, 128 - levels));
    }

    @Test
    void twoFrameHeadersAreRefused() {
        byte[] file = HostileImages.jpeg(32, 32);
        int frame = indexOf(file, "\u00ff\u00c0");
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.write(file, 0, frame + 19);
        twice.write(file, frame, file.length - frame);
        assertRefused(twice.toByteArray(), DecodeResult.Refusal.CORRUPT_IMAGE, "two frame headers");
    }

    private static void assertRefused(byte[] file, DecodeResult.Refusal refusal, String detail) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).refusal()).isEqualTo(refusal);
        assertThat(((Refused) result).detail()).contains(detail);
    }

    private static int indexOf(byte[] file, String magic) {
        return new String(file, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(magic);
    }

    private static Raster decode(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return ((Decoded) result).frames().get(0);
    }
}
