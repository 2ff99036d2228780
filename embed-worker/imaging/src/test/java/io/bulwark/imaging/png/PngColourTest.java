package io.bulwark.imaging.png;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.DecodeResult.Refused;
import io.bulwark.imaging.colour.IccColour;
import io.bulwark.imaging.colour.IccWriter;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which of a PNG's words about colour counts. Each test's picture is one pixel of 200, 50, 100. */
class PngColourTest {

    private static final int[] PLAIN = {200, 50, 100};
    private static final int[] SWAPPED = {100, 50, 200};
    private static final int[] LINEAR = {229, 122, 168};

    private static final byte[] PROFILE = iccp(IccWriter.swapped().bytes());
    private static final byte[] JUNK = iccp(new byte[40]);
    private static final byte[] LINEAR_GAMMA = gamma(100_000);
    private static final byte[] CODES_OF_LINEAR = {1, 8, 0, 1};

    @Test
    void codePointsComeBeforeProfileBeforeSrgbBeforeGamma() {
        assertShows(LINEAR, png -> png.chunk("iCCP", PROFILE).chunk("cICP", CODES_OF_LINEAR));
        assertShows(PLAIN, png -> png.chunk("cICP", new byte[] {1, 13, 0, 1}).chunk("iCCP", PROFILE));
        assertShows(SWAPPED, png -> png.chunk("sRGB", new byte[1]).chunk("iCCP", PROFILE));
        assertShows(SWAPPED, png -> png.chunk("iCCP", PROFILE).chunk("gAMA", LINEAR_GAMMA));
        assertShows(PLAIN, png -> png.chunk("gAMA", LINEAR_GAMMA).chunk("sRGB", new byte[1]));
        assertShows(LINEAR, png -> png.chunk("gAMA", LINEAR_GAMMA));
    }

    @Test
    void whatCannotBeUsedLeavesTheWordToTheNext() {
        assertShows(LINEAR, png -> png.chunk("iCCP", JUNK).chunk("gAMA", LINEAR_GAMMA));
        assertShows(SWAPPED, png -> png.chunk("cICP", new byte[] {99, 99, 0, 1}).chunk("iCCP", PROFILE));
        assertShows(SWAPPED, png -> png.chunk("cICP", new byte[] {1, 8, 0, 0}).chunk("iCCP", PROFILE));
        assertShows(SWAPPED, png -> png.chunk("cICP", new byte[] {1, 8, 0}).chunk("iCCP", PROFILE));
        assertShows(LINEAR, png -> png.chunk("sRGB", new byte[] {9}).chunk("gAMA", LINEAR_GAMMA));
        assertShows(LINEAR, png -> png.chunk("sRGB", new byte[2]).chunk("gAMA", LINEAR_GAMMA));
        assertShows(PLAIN, png -> png.chunk("gAMA", new byte[5]));
        assertShows(LINEAR, png -> png.chunk("gAMA", gamma(0)).chunk("gAMA", LINEAR_GAMMA));
        // It can be read, but is for gray pictures: nothing else is asked then.
        assertShows(
                PLAIN, png -> png.chunk("iCCP", iccp(IccWriter.gray(1).bytes())).chunk("gAMA", LINEAR_GAMMA));
    }

    @Test
    void theFirstOfEachKindCounts() {
        assertShows(LINEAR, png -> png.chunk("gAMA", LINEAR_GAMMA).chunk("gAMA", gamma(45_455)));
        assertShows(SWAPPED, png -> png.chunk("iCCP", PROFILE).chunk("iCCP", JUNK));
        assertShows(PLAIN, png -> png.chunk("iCCP", JUNK).chunk("iCCP", PROFILE));
        assertShows(LINEAR, png -> png.chunk("cICP", CODES_OF_LINEAR).chunk("cICP", new byte[] {1, 13, 1, 1}));
    }

    @Test
    void wrongChecksumsAndChunksBehindThePictureCountForNothing() {
        assertShows(PLAIN, png -> png.damagedChunk("iCCP", PROFILE));
        assertShows(SWAPPED, png -> png.damagedChunk("cICP", CODES_OF_LINEAR).chunk("iCCP", PROFILE));
        assertShows(PLAIN, png -> png.damagedChunk("gAMA", LINEAR_GAMMA));
        byte[] behind = pixel().rows(new byte[] {0, (byte) 200, 50, 100})
                .chunk("iCCP", PROFILE)
                .chunk("gAMA", LINEAR_GAMMA)
                .chunk("cICP", CODES_OF_LINEAR)
                .end();
        assertThat(shown(behind)).containsExactly(PLAIN);
    }

    @Test
    void aProfileIsNoneUnlessItInflatesToItsEnd() {
        byte[] cut = java.util.Arrays.copyOf(PROFILE, PROFILE.length - 20);
        byte[] checksum = PROFILE.clone();
        checksum[checksum.length - 1]++;
        byte[] method = PROFILE.clone();
        method[2] = 1;
        byte[] nameless = PROFILE.clone();
        nameless[0] = 0;
        for (byte[] broken : new byte[][] {cut, checksum, method, nameless, new byte[0], {'p'}, {'p', 0}}) {
            assertShows(PLAIN, png -> png.chunk("iCCP", broken));
        }
    }

    @Test
    void aProfileWhoseNameIsTooLongToCountEverywhereIsRefused() {
        byte[] name = "n".repeat(78).getBytes(StandardCharsets.US_ASCII);
        byte[] longest =
                ByteBuffer.allocate(78 + PROFILE.length).put(name).put(PROFILE).array();
        assertShows(SWAPPED, png -> png.chunk("iCCP", longest));
        byte[] longer = ByteBuffer.allocate(79 + PROFILE.length)
                .put((byte) 'n')
                .put(longest)
                .array();
        assertRefused(png -> png.chunk("iCCP", longer), "name of 80 letters");
    }

    @Test
    void profilesThatAreBombsAreRefused() {
        byte[] bomb = iccpOfDeflated(PngWriter.deflatedZeros(200_000_000));
        assertRefused(png -> png.chunk("iCCP", bomb), "ICC profile has " + (IccColour.LARGEST + 1));
        byte[] broken = java.util.Arrays.copyOf(PROFILE, PROFILE.length - 1);
        assertRefused(png -> png.chunk("iCCP", broken).chunk("iCCP", PROFILE), "a further profile");
    }

    @Test
    void whatNoBrowserShowsIsRefused() {
        assertRefused(png -> png.chunk("cICP", new byte[] {1, 13, 1, 1}), "matrix 1");
        assertRefused(png -> png.chunk("cICP", new byte[] {1, 13, 0, 2}), "range 2");
        assertRefused(png -> png.chunk("cICP", new byte[] {9, 16, 0, 1}), "high dynamic range");
    }

    @Test
    void primariesCountBesideAGamma() {
        byte[] swapped = chromaticities(31_270, 32_900, 15_000, 6_000, 30_000, 60_000, 64_000, 33_000);
        assertShows(PLAIN, png -> png.chunk("cHRM", swapped));
        assertShows(new int[] {100, 46, 201}, png -> png.chunk("cHRM", swapped).chunk("gAMA", gamma(45_455)));
        assertShows(LINEAR, png -> png.chunk("cHRM", new byte[31]).chunk("gAMA", LINEAR_GAMMA));
    }

    @Test
    void paletteAndColourKeyAreComparedBeforeColoursAreConverted() {
        byte[] keyed = pixel().chunk("iCCP", PROFILE)
                .chunk("tRNS", new byte[] {0, (byte) 200, 0, 50, 0, 100})
                .rows(new byte[] {0, (byte) 200, 50, 100})
                .end();
        assertThat(shown(keyed)).containsExactly(255, 255, 255);
        byte[] palette = new PngWriter(1, 1, 8, 3, false)
                .chunk("PLTE", new byte[] {(byte) 200, 50, 100})
                .chunk("iCCP", PROFILE)
                .chunk("cICP", CODES_OF_LINEAR)
                .rows(new byte[2])
                .end();
        assertThat(shown(palette)).containsExactly(SWAPPED);
    }

    private static PngWriter pixel() {
        return new PngWriter(1, 1, 8, 2, false);
    }

    private static byte[] file(UnaryOperator<PngWriter> chunks) {
        return chunks.apply(pixel()).rows(new byte[] {0, (byte) 200, 50, 100}).end();
    }

    private static void assertShows(int[] expected, UnaryOperator<PngWriter> chunks) {
        assertThat(shown(file(chunks))).containsExactly(expected);
    }

    private static int[] shown(byte[] file) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file);
        assertThat(result).isInstanceOf(Decoded.class);
        byte[] rgb = UprightPicture.of(((Decoded) result).frames().get(0)).rgb();
        return new int[] {rgb[0] & 0xff, rgb[1] & 0xff, rgb[2] & 0xff};
    }

    private static void assertRefused(UnaryOperator<PngWriter> chunks, String detail) {
        DecodeResult result = new StandardImageDecoder(DecodeLimits.standard()).decode(file(chunks));
        assertThat(result).isInstanceOf(Refused.class);
        assertThat(((Refused) result).detail()).contains(detail);
    }

    private static byte[] gamma(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] chromaticities(int... values) {
        ByteBuffer chunk = ByteBuffer.allocate(32);
        for (int value : values) {
            chunk.putInt(value);
        }
        return chunk.array();
    }

    private static byte[] iccp(byte[] profile) {
        return iccpOfDeflated(PngWriter.deflate(profile));
    }

    private static byte[] iccpOfDeflated(byte[] deflated) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        chunk.writeBytes(new byte[] {'p', 0, 0});
        chunk.writeBytes(deflated);
        return chunk.toByteArray();
    }
}
