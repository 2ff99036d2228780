package io.bulwark.imaging.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.pdq.PdqHasher;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Where a file's colours are converted, and where not. */
class ColourRowsTest {

    /** Red and blue change places; of ink, cyan becomes red's level. */
    private static final ColourConversion SWAP = (from, at, step, count, to, toAt, toStep) -> {
        for (int i = 0; i < count; i++) {
            byte first = from[at + i * step];
            byte second = from[at + i * step + 1];
            to[toAt + i * toStep] = from[at + i * step + 2];
            to[toAt + i * toStep + 1] = second;
            to[toAt + i * toStep + 2] = first;
        }
    };

    private static final ColourConversion TINT = (from, at, step, count, to, toAt, toStep) -> {
        for (int i = 0; i < count; i++) {
            byte level = from[at + i * step];
            to[toAt + i * toStep] = (byte) (level + 1);
            to[toAt + i * toStep + 1] = level;
            to[toAt + i * toStep + 2] = level;
        }
    };

    private static final ColourConversion BRIGHTEN = (from, at, step, count, to, toAt, toStep) -> {
        for (int i = 0; i < count; i++) {
            for (int c = 0; c < 3; c++) {
                to[toAt + i * toStep + c] = (byte) (from[at + i * step + c] + 10);
            }
        }
    };

    @Test
    void everyModeIsSeenConverted() {
        assertSeen(Mode.RGB, SWAP, new byte[] {1, 2, 3, 4, 5, 6}, new byte[0], 3, 2, 1, 6, 5, 4);
        assertSeen(Mode.RGBA, SWAP, new byte[] {1, 2, 3, -1, 4, 5, 6, -1}, new byte[0], 3, 2, 1, 6, 5, 4);
        assertSeen(Mode.CMYK, SWAP, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, new byte[0], 3, 2, 1, 7, 6, 5);
        byte[] palette = {1, 2, 3, -1, 4, 5, 6, -1};
        assertSeen(Mode.P, SWAP, new byte[] {1, 0}, palette, 6, 5, 4, 3, 2, 1);
        assertSeen(Mode.L, BRIGHTEN, new byte[] {1, 2}, new byte[0], 11, 11, 11, 12, 12, 12);
        assertSeen(Mode.LA, BRIGHTEN, new byte[] {1, -1, 2, -1}, new byte[0], 11, 11, 11, 12, 12, 12);
        assertSeen(Mode.I16, BRIGHTEN, new byte[] {99, 1, 99, 2}, new byte[0], 11, 11, 11, 12, 12, 12);
        assertSeen(Mode.L, TINT, new byte[] {1, 2}, new byte[0], 2, 1, 1, 3, 2, 2);
    }

    @Test
    void grayStaysOneChannelUnlessItsProfileTintsIt() {
        assertThat(PixelRows.opaque(raster(Mode.L, BRIGHTEN, new byte[2], new byte[0]))
                        .channels())
                .isEqualTo(1);
        assertThat(PixelRows.opaque(raster(Mode.L, TINT, new byte[2], new byte[0]))
                        .channels())
                .isEqualTo(3);
    }

    /** Colours first, then alpha: half of the converted colour shows over white. */
    @Test
    void transparencyIsLaidOverConvertedColours() {
        byte[] half = {(byte) 200, 100, 0, (byte) 128, 1, 2, 3, -1};
        assertSeen(Mode.RGBA, SWAP, half, new byte[0], 127, 177, 227, 3, 2, 1);
        // The key is the file's colour, whatever it looks like.
        assertSeen(Mode.RGB, SWAP, new byte[] {1, 2, 3, 4, 5, 6}, new byte[] {1, 2, 3, 0}, 255, 255, 255, 6, 5, 4);
    }

    @Test
    void moderationConvertsAndParityWithPillowDoesNot() {
        byte[] samples = new byte[96 * 96 * 3];
        new Random(3).nextBytes(samples);
        Raster tagged = new Raster(Mode.RGB, 96, 96, samples, new byte[0], 1, Optional.of(SWAP));
        byte[] exchanged = new byte[samples.length];
        SWAP.toSrgb(samples, 0, 3, 96 * 96, exchanged, 0, 3);
        Raster converted = new Raster(Mode.RGB, 96, 96, exchanged, new byte[0], 1);
        PreprocessSpec spec = PreprocessSpec.unit(32, Interpolation.BICUBIC);

        assertThat(pixels(Preprocessor.moderation(spec, ViewPolicy.SQUASH), tagged))
                .isEqualTo(pixels(Preprocessor.moderation(spec, ViewPolicy.SQUASH), converted));
        assertThat(pixels(Preprocessor.exact(spec), tagged))
                .isEqualTo(pixels(Preprocessor.exact(spec), tagged.withoutColour()));
        assertThat(PdqHasher.hash(tagged)).isEqualTo(PdqHasher.hash(tagged.withoutColour()));
    }

    private static byte[] pixels(Preprocessor preprocessor, Raster raster) {
        return preprocessor.views(Decoded.still("png", raster)).get(0).pixels();
    }

    private static Raster raster(Mode mode, ColourConversion colour, byte[] samples, byte[] palette) {
        return new Raster(mode, 2, 1, samples, palette, 1, Optional.of(colour));
    }

    private static void assertSeen(
            Mode mode, ColourConversion colour, byte[] samples, byte[] palette, int... expected) {
        byte[] rgb = UprightPicture.of(raster(mode, colour, samples, palette)).rgb();
        for (int i = 0; i < expected.length; i++) {
            assertThat(rgb[i] & 0xff).as("%s, sample %d", mode, i).isEqualTo(expected[i]);
        }
    }
}
