package io.bulwark.imaging.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeLimits.FrameSampling;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.HostileImages;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Valid files with seeded damage: whatever comes of them, it is a result, and its pixels are where they should be. */
class DecoderFuzzTest {

    private static final List<byte[]> SEEDS = List.of(
            HostileImages.jpeg(60, 45),
            HostileImages.progressiveJpeg(60, 45),
            HostileImages.jpegWithOrientation(50, 40, 6),
            HostileImages.png(40, 30),
            HostileImages.gray16Png(30, 20),
            HostileImages.gif(40, 30),
            HostileImages.animatedGif(12, 9, 12),
            GoldenPictures.file("tiny_5x7.png"),
            GoldenPictures.file("same_size_56.png"),
            GoldenPictures.file("palette_transparent.png"),
            GoldenPictures.file("photo_lossy.webp"),
            GoldenPictures.file("cmyk.jpg"));

    // Small enough that a damaged header cannot make a test slow.
    private final ImageDecoder decoder = new StandardImageDecoder(
            new DecodeLimits(2_000_000, 4_000_000, 1_000, 20_000_000, FrameSampling.standard()));
    private final Preprocessor preprocessor =
            Preprocessor.moderation(PreprocessSpec.unit(32, Interpolation.BILINEAR), ViewPolicy.COVER);

    @Property(tries = 4000)
    void damagedFileGivesAResult(@ForAll("files") byte[] seed, @ForAll long damage) {
        check(damaged(seed, new Random(damage)));
    }

    @Property(tries = 1000)
    void randomBytesBehindAMagicNumberGiveAResult(@ForAll("files") byte[] seed, @ForAll long damage) {
        byte[] file = new byte[200 + new Random(damage).nextInt(2000)];
        new Random(damage).nextBytes(file);
        System.arraycopy(seed, 0, file, 0, 12);
        check(file);
    }

    @Provide
    Arbitrary<byte[]> files() {
        return Arbitraries.of(SEEDS).dontShrink();
    }

    private void check(byte[] file) {
        assertThatCode(() -> {
                    DecodeResult result = decoder.decode(file);
                    if (result instanceof Refused refused) {
                        assertThat(refused.detail()).isNotBlank();
                    } else {
                        checkPicture((Decoded) result);
                        decoder.withDecoded(file, again -> {
                            checkSame((Decoded) result, (Decoded) again);
                            return null;
                        });
                    }
                })
                .doesNotThrowAnyException();
    }

    private void checkPicture(Decoded picture) {
        assertThat(picture.frames()).hasSameSizeAs(picture.frameNumbers()).hasSizeBetween(1, 9);
        for (Raster raster : picture.frames()) {
            assertThat(raster.samples())
                    .hasSize(raster.width() * raster.height() * raster.mode().bytesPerPixel());
            assertThat(raster.orientation()).isBetween(1, 8);
        }
        assertThat(preprocessor.views(picture))
                .isNotEmpty()
                .allSatisfy(view -> assertThat(view.pixels()).hasSize(32 * 32 * 3));
    }

    /** Nothing is seen of the picture whose array it was. */
    private static void checkSame(Decoded picture, Decoded again) {
        for (int i = 0; i < picture.frames().size(); i++) {
            byte[] samples = picture.frames().get(i).samples();
            assertThat(Arrays.equals(again.frames().get(i).samples(), 0, samples.length, samples, 0, samples.length))
                    .isTrue();
        }
    }

    private static byte[] damaged(byte[] seed, Random random) {
        byte[] file = seed.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = 0; i < 1 + random.nextInt(8); i++) {
                    file[random.nextInt(file.length)] = (byte) random.nextInt(256);
                }
            }
            case 1 -> {
                // Headers are where lengths and sizes stand.
                for (int i = 0; i < 1 + random.nextInt(3); i++) {
                    file[random.nextInt(Math.min(file.length, 100))] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> file = Arrays.copyOf(file, random.nextInt(file.length));
            default -> {
                int from = random.nextInt(file.length);
                int length = random.nextInt(Math.min(64, file.length - from));
                int to = random.nextInt(file.length - length);
                System.arraycopy(seed, from, file, to, length);
            }
        }
        return file;
    }
}
