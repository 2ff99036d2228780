package io.bulwark.imaging.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReducedJpegTest {

    private static final ImageDecoder WHOLE = new StandardImageDecoder(DecodeLimits.standard());

    private static ImageDecoder reducing(int leastSide) {
        return new StandardImageDecoder(DecodeLimits.standard(), new JpegReduction(leastSide));
    }

    private static Raster decode(ImageDecoder decoder, byte[] file) {
        DecodeResult result = decoder.decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        return ((Decoded) result).frames().get(0);
    }

    /** Quality 1.0, so that what a test asks for is what the file holds. */
    private static byte[] gray(int width, int height, IntBinaryOperator level) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.getRaster().setSample(x, y, 0, level.applyAsInt(x, y));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam finest = writer.getDefaultWriteParam();
        finest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        finest.setCompressionQuality(1);
        try (var stream = ImageIO.createImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), finest);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    @Property(tries = 300)
    void theDivisorIsTheLargestThatKeepsTheShorterSide(
            @ForAll @IntRange(min = 1, max = 9000) int width,
            @ForAll @IntRange(min = 1, max = 9000) int height,
            @ForAll @IntRange(min = 1, max = 2000) int least) {
        int divisor = new JpegReduction(least).divisor(width, height);
        int shorter = Math.min(width, height);

        assertThat(divisor).isIn(1, 2, 4, 8);
        assertThat(divisor == 1 || shorter / divisor >= least).isTrue();
        assertThat(divisor == 8 || shorter / (2 * divisor) < least).isTrue();
    }

    @Test
    void withoutAReductionEveryPictureIsWhole() {
        assertThat(JpegReduction.none().divisor(65_535, 65_535)).isEqualTo(1);
        assertThat(JpegReduction.none().isNone()).isTrue();
        assertThat(new JpegReduction(1).isNone()).isFalse();
        assertThatThrownBy(() -> new JpegReduction(0)).hasMessageContaining("0");
    }

    @ParameterizedTest
    @CsvSource({"2, 64, 3", "4, 32, 3", "8, 16, 1"})
    void aReducedSampleIsTheMeanOfTheSamplesThatItStandsFor(int divisor, int least, int tolerance) throws IOException {
        byte[] file = gray(128, 128, (x, y) -> (int) (127 + 60 * Math.sin(x / 17.0) + 50 * Math.cos(y / 13.0)));
        Raster whole = decode(WHOLE, file);

        Raster reduced = decode(reducing(least), file);

        assertThat(reduced.mode()).isEqualTo(Mode.L);
        assertThat(reduced.width()).isEqualTo(128 / divisor);
        for (int y = 0; y < reduced.height(); y++) {
            for (int x = 0; x < reduced.width(); x++) {
                int sum = 0;
                for (int i = 0; i < divisor * divisor; i++) {
                    int at = (y * divisor + i / divisor) * 128 + x * divisor + i % divisor;
                    sum += whole.samples()[at] & 0xff;
                }
                double mean = sum / (double) (divisor * divisor);
                assertThat((double) (reduced.samples()[y * reduced.width() + x] & 0xff))
                        .isCloseTo(mean, within((double) tolerance));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 32, 16})
    void stripesOfOnePixelBecomeTheirMeanWhereSkippingPixelsWouldShowOneOfThem(int least) throws IOException {
        byte[] file = gray(128, 128, (x, y) -> (x & 1) == 0 ? 20 : 220);

        for (byte sample : decode(reducing(least), file).samples()) {
            assertThat((double) (sample & 0xff)).isCloseTo(120, within(3.0));
        }
    }

    @ParameterizedTest
    @CsvSource({"203, 101, 50, 102, 51", "210, 99, 49, 105, 50", "99, 99, 50, 99, 99"})
    void sidesAreRoundedUpAndSmallPicturesLeftWhole(
            int width, int height, int least, int reducedWidth, int reducedHeight) {
        Raster raster = decode(reducing(least), HostileImages.jpeg(width, height));

        assertThat(List.of(raster.width(), raster.height())).containsExactly(reducedWidth, reducedHeight);
        assertThat(raster.mode()).isEqualTo(Mode.RGB);
        assertThat(raster.samples()).hasSize(reducedWidth * reducedHeight * 3);
    }

    @Test
    void progressiveFilesAreReducedAndTheOrientationStays() {
        assertThat(decode(reducing(20), HostileImages.progressiveJpeg(96, 80)).width())
                .isEqualTo(24);
        assertThat(decode(reducing(20), HostileImages.jpegWithOrientation(96, 80, 6))
                        .orientation())
                .isEqualTo(6);
    }

    @Test
    void inkIsDecodedWhole() {
        byte[] cmyk = GoldenPictures.file("cmyk.jpg");

        assertThat(decode(reducing(1), cmyk)).usingRecursiveComparison().isEqualTo(decode(WHOLE, cmyk));
    }

    @Test
    void otherFormatsAreDecodedWhole() {
        assertThat(decode(reducing(1), HostileImages.png(40, 30)).width()).isEqualTo(40);
    }

    @Test
    void damagedFilesAreRefusedAsTheWholeDecodeRefusesThem() {
        for (byte[] file : List.of(HostileImages.truncatedJpeg(), HostileImages.truncatedJpegWithEnd())) {
            assertThat(reducing(1).decode(file)).isEqualTo(WHOLE.decode(file));
        }
    }

    @Property(tries = 100)
    void whateverDamageDoesTheResultIsAPictureOfItsSizeOrARefusal(@ForAll long seed) {
        byte[] file = HostileImages.jpeg(90, 70);
        Random random = new Random(seed);
        for (int i = random.nextInt(6); i >= 0; i--) {
            file[random.nextInt(file.length)] = (byte) random.nextInt();
        }
        ImageDecoder small = new StandardImageDecoder(
                new DecodeLimits(2_000_000, 4_000_000, 1_000, 20_000_000, FrameSampling.standard()),
                new JpegReduction(8));

        assertThatCode(() -> {
                    if (small.decode(file) instanceof Decoded decoded) {
                        Raster raster = decoded.frames().get(0);
                        assertThat(raster.samples())
                                .hasSize(raster.width()
                                        * raster.height()
                                        * raster.mode().bytesPerPixel());
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void viewsOfAReducedPictureAreAlmostThoseOfTheWholeOne() {
        byte[] file = PreprocessBenchmark.syntheticJpeg(640, 480, 4);
        PreprocessSpec spec = PreprocessSpec.unit(48, Interpolation.BICUBIC);
        Preprocessor preprocessor = Preprocessor.moderation(
                spec, ViewPolicy.COVER, ModerationOptions.standard().withoutDetails());

        List<View> whole = preprocessor.views((Decoded) WHOLE.decode(file));
        Decoded reduced =
                (Decoded) new StandardImageDecoder(DecodeLimits.standard(), spec.jpegReduction()).decode(file);
        List<View> views = preprocessor.views(reduced);

        assertThat(reduced.frames().get(0).width()).isEqualTo(320);
        assertThat(views).hasSameSizeAs(whole);
        double difference = 0;
        byte[] one = whole.get(0).pixels();
        byte[] other = views.get(0).pixels();
        for (int i = 0; i < one.length; i++) {
            difference += Math.abs((one[i] & 0xff) - (other[i] & 0xff));
        }
        assertThat(difference / one.length).isLessThan(1.5);
    }

    @Test
    void theLeastSideLeavesADetailTwiceTheInput() {
        assertThat(PreprocessSpec.unit(224, Interpolation.BICUBIC)
                        .jpegReduction()
                        .leastSide())
                .isEqualTo(1120);
    }

    @Test
    void viewsOfReducedPicturesHaveAFingerprintOfTheirOwn() {
        Preprocessor whole = Preprocessor.moderation(PreprocessSpec.unit(96, Interpolation.BICUBIC), ViewPolicy.COVER);

        String reduced = whole.after(new JpegReduction(192)).fingerprint();

        assertThat(reduced)
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(whole.fingerprint())
                .isNotEqualTo(whole.after(new JpegReduction(193)).fingerprint());
        assertThat(whole.after(JpegReduction.none())).isSameAs(whole);
        assertThat(whole.after(new JpegReduction(192)).spec()).isEqualTo(whole.spec());
    }
}
