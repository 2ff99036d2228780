package io.bulwark.imaging.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refusal;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.png.PngWriter;
import io.bulwark.imaging.preprocess.GoldenPictures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandardImageDecoderTest {

    private final ImageDecoder decoder =
            new StandardImageDecoder(DecodeLimits.forHeap(512L << 20), JpegReduction.none(), HeifCommand.none());

    @Test
    void emptyFileIsRefusedAsEmpty() {
        assertRefused(new byte[0], Refusal.EMPTY_FILE, "empty");
    }

    @Test
    void htmlUnderAnyNameIsNotAnImage() {
        assertRefused(HostileImages.html(), Refusal.NOT_AN_IMAGE, "an HTML page");
    }

    @Test
    void svgIsUnsupported() {
        assertRefused(HostileImages.svg(), Refusal.UNSUPPORTED_FORMAT, "an SVG drawing");
    }

    @ParameterizedTest
    @CsvSource({
        "%PDF-1.7, NOT_AN_IMAGE, a PDF",
        "PK\3\4zip, NOT_AN_IMAGE, a ZIP archive",
        "BM______, UNSUPPORTED_FORMAT, a BMP",
        "II*\0____, UNSUPPORTED_FORMAT, a TIFF",
        "____ftypavif, UNSUPPORTED_FORMAT, a HEIF or AVIF",
        "____ftypheic, UNSUPPORTED_FORMAT, a HEIF or AVIF",
        "____ftypisom, NOT_AN_IMAGE, a video",
        "<?xml version='1.0'?><a/>, NOT_AN_IMAGE, an XML document",
        "hello, NOT_AN_IMAGE, of no known image format",
        "G, NOT_AN_IMAGE, of no known image format"
    })
    void otherFilesAreNamedByTheirFirstBytes(String content, Refusal refusal, String name) {
        assertRefused(content.getBytes(StandardCharsets.ISO_8859_1), refusal, name);
    }

    @Test
    void truncatedJpegIsCorruptWhateverItsLastBytesSay() {
        assertRefused(HostileImages.truncatedJpeg(), Refusal.CORRUPT_IMAGE, "JPEG");
        assertRefused(HostileImages.truncatedJpegWithEnd(), Refusal.CORRUPT_IMAGE, "JPEG");
    }

    @ParameterizedTest
    @CsvSource({"alpha_rgba.png", "palette.gif", "photo_lossy.webp", "photo_420.jpg", "cmyk.jpg"})
    void everyFormatIsRefusedWhereItIsCut(String name) {
        byte[] whole = GoldenPictures.file(name);
        for (int part = 1; part <= 9; part++) {
            byte[] cut = java.util.Arrays.copyOf(whole, whole.length * part / 10);
            assertThat(decoder.decode(cut))
                    .as(name + " cut after " + cut.length)
                    .asInstanceOf(type(Refused.class))
                    .extracting(Refused::refusal)
                    .isEqualTo(Refusal.CORRUPT_IMAGE);
        }
    }

    @Test
    void hugeOneColourPngIsRefusedFromItsHeader() {
        byte[] file = HostileImages.hugePng();
        assertThat(file).hasSizeLessThan(3_000_000);
        assertRefused(file, Refusal.TOO_MANY_PIXELS, "20000x20000");
    }

    @Test
    void stripLongerThanAnyJpegIsRefused() {
        byte[] strip = new PngWriter(40_000_000, 1, 1, 0, false)
                .chunk("IDAT", PngWriter.deflatedZeros(5_000_001))
                .end();
        assertRefused(strip, Refusal.TOO_MANY_PIXELS, "40000000x1");
    }

    @Test
    void pictureBeyondTheMemoryBudgetIsRefusedNamingTheSetting() {
        ImageDecoder small = new StandardImageDecoder(DecodeLimits.standard().withMemoryBytes(100_000));
        DecodeResult result = small.decode(HostileImages.png(300, 300));
        assertThat(result)
                .isEqualTo(new Refused(
                        Refusal.TOO_MANY_PIXELS,
                        "PNG of 300x300 pixels needs 0 MB to decode, at most 0 MB are allowed"
                                + " (bulwark.decode.memory-bytes)"));
    }

    @Test
    void pixelCapNamesTheSetting() {
        ImageDecoder small = new StandardImageDecoder(DecodeLimits.standard().withMaxPixels(1000));
        for (byte[] file : List.of(
                HostileImages.png(40, 40),
                HostileImages.jpeg(40, 40),
                HostileImages.gif(40, 40),
                GoldenPictures.file("photo_lossy.webp"))) {
            assertThat(small.decode(file))
                    .asInstanceOf(type(Refused.class))
                    .extracting(Refused::detail)
                    .asString()
                    .contains("at most 1000 are allowed (bulwark.decode.max-pixels)");
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1000, 40", "40, 1000", "3, 2000", "64, 64"})
    void extremeShapesDecode(int width, int height) {
        for (byte[] file : List.of(
                HostileImages.jpeg(width, height),
                HostileImages.png(width, height),
                HostileImages.gif(width, height))) {
            Raster raster = first(file);
            assertThat(raster.width()).isEqualTo(width);
            assertThat(raster.height()).isEqualTo(height);
            assertThat(raster.samples()).hasSize(width * height * raster.mode().bytesPerPixel());
        }
    }

    @Test
    void garbageAfterTheEndChangesNothing() {
        assertThat(first(HostileImages.jpegWithGarbageAppended()).samples())
                .isEqualTo(first(HostileImages.jpeg(320, 240)).samples());
    }

    @Test
    void progressiveJpegIsThePictureOfTheBaselineOne() {
        byte[] progressive = first(HostileImages.progressiveJpeg(320, 240)).samples();
        byte[] baseline = first(HostileImages.jpeg(320, 240)).samples();
        assertThat(GoldenDecodeTest.largestDifference(progressive, baseline)).isLessThanOrEqualTo(1);
    }

    @Test
    void sixteenBitsAreKept() {
        Raster raster = first(HostileImages.gray16Png(257, 3));
        assertThat(raster.mode()).isEqualTo(Mode.I16);
        for (int x = 0; x < 257; x++) {
            int value = raster.samples()[2 * x] & 0xff | (raster.samples()[2 * x + 1] & 0xff) << 8;
            assertThat(value).isEqualTo(65535 * x / 256);
        }
    }

    @Test
    void fileIsNotModified() {
        byte[] file = GoldenPictures.file("cmyk.jpg");
        byte[] before = file.clone();
        decoder.decode(file);
        assertThat(file).isEqualTo(before);
    }

    @Test
    void manyThreadsShareOneDecoderAndItsBudget() throws Exception {
        // Fits one picture at a time, so that the others wait.
        ImageDecoder tight = new StandardImageDecoder(DecodeLimits.standard().withMemoryBytes(400_000));
        byte[] file = HostileImages.jpeg(320, 240);
        byte[] expected = first(file).samples();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<byte[]>> work = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                work.add(() -> tight.withDecoded(file, StandardImageDecoderTest::samples));
            }
            for (Future<byte[]> result : threads.invokeAll(work)) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aPictureIsDecodedIntoTheArrayOfALargerOneBefore() {
        byte[] large = decoder.withDecoded(HostileImages.jpeg(320, 240), StandardImageDecoderTest::array);
        byte[] small = decoder.withDecoded(HostileImages.jpeg(64, 48), StandardImageDecoderTest::array);

        assertThat(small).isSameAs(large);
        assertThat(Arrays.copyOf(small, 64 * 48 * 3))
                .isEqualTo(first(HostileImages.jpeg(64, 48)).samples());
    }

    @Test
    void aDecodedPictureThatMayBeKeptHasASeparateArray() {
        Raster kept = first(HostileImages.jpeg(320, 240));
        byte[] before = kept.samples().clone();
        decoder.withDecoded(HostileImages.jpeg(320, 240), StandardImageDecoderTest::array);
        decoder.withDecoded(HostileImages.progressiveJpeg(64, 48), StandardImageDecoderTest::array);
        assertThat(kept.samples()).isEqualTo(before);
    }

    @Test
    void budgetIsGivenBackAfterRefusalsToo() {
        ImageDecoder tight = new StandardImageDecoder(DecodeLimits.standard().withMemoryBytes(400_000));
        for (int i = 0; i < 5; i++) {
            assertThat(tight.decode(HostileImages.truncatedJpegWithEnd())).isInstanceOf(Refused.class);
        }
        assertThat(tight.decode(HostileImages.jpeg(320, 240))).isInstanceOf(Decoded.class);
    }

    private static byte[] array(DecodeResult result) {
        return ((Decoded) result).frames().get(0).samples();
    }

    private static byte[] samples(DecodeResult result) {
        Raster raster = ((Decoded) result).frames().get(0);
        return Arrays.copyOf(
                raster.samples(),
                raster.width() * raster.height() * raster.mode().bytesPerPixel());
    }

    private Raster first(byte[] file) {
        DecodeResult result = decoder.decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return ((Decoded) result).frames().get(0);
    }

    private void assertRefused(byte[] file, Refusal refusal, String detail) {
        DecodeResult result = decoder.decode(file);
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).refusal()).isEqualTo(refusal);
        assertThat(((Refused) result).detail()).contains(detail);
    }
}
