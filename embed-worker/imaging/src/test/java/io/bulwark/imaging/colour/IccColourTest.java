package io.bulwark.imaging.colour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.IccColour.Samples;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IccColourTest {

    private static final int[] COLOURS = {200, 50, 100, 30, 180, 60, 128, 128, 128, 255, 0, 0};

    /** What Chromium 156 shows of {@link #COLOURS} with the same profile. */
    @Test
    void curvesAndMatricesGiveChromiumsColours() {
        assertShows(IccWriter.swapped(), 100, 50, 200, 60, 180, 30, 128, 128, 128, 0, 0, 255);
        assertShows(rgb(IccWriter.gamma(1)), 229, 122, 168, 96, 219, 133, 188, 188, 188, 255, 0, 0);
        assertShows(rgb(IccWriter.gamma(0)), 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0);
        assertShows(rgb(IccWriter.samples(65535, 0)), 128, 232, 205, 241, 148, 227, 187, 187, 187, 0, 255, 255);
        assertShows(rgb(IccWriter.samples(0, 65535, 0, 65535, 0)), 239, 229, 176, 182, 234, 248, 22, 22, 22, 0, 0, 0);
        assertShows(
                rgb(IccWriter.parametric(4, 2.4, 0.9, 0.1, 0.2, 0.1, 0.05, 0.02)),
                210,
                87,
                123,
                76,
                192,
                94,
                147,
                147,
                147,
                255,
                39,
                39);
        double[] none = {0, 0, 0};
        assertShows(IccWriter.rgb(none, none, none, IccWriter.srgbCurve()), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Red and blue change places in the table; the matrix beside it says something else. */
    @Test
    void tableComesBeforeMatrix() {
        IccWriter both = rgb(IccWriter.gamma(1)).text(20, "Lab ").tag("A2B0", IccWriter.mft2(3, 9, c ->
                new double[] {c[2], c[1], c[0]}));

        assertClose(show(conversion(both, Samples.RGB), COLOURS), 3, new int[] {
            100, 50, 200, 60, 180, 30, 128, 128, 128, 0, 0, 255
        });
    }

    @Test
    void tableIsReadInBetweenItsPoints() {
        ColourConversion conversion = conversion(IccWriter.table("RGB ", IccWriter.mft2(3, 33, c -> c)), Samples.RGB)
                .orElseThrow();
        Random random = new Random(5);
        byte[] pixels = new byte[3 * 500];
        random.nextBytes(pixels);
        byte[] shown = new byte[pixels.length];

        conversion.toSrgb(pixels, 0, 3, 500, shown, 0, 3);

        double difference = 0;
        for (int i = 0; i < pixels.length; i++) {
            difference += Math.abs((pixels[i] & 0xff) - (shown[i] & 0xff));
        }
        assertThat(difference / pixels.length).isLessThan(0.7);
    }

    @Test
    void aColourThatReturnsIsNotComputedAgain() {
        byte[] profile = IccWriter.table("RGB ", IccWriter.mft2(3, 9, rgb -> new double[] {rgb[1], rgb[0], rgb[2]}))
                .bytes();
        TableConversion table = (TableConversion)
                IccColour.read(profile).orElseThrow().conversion(Samples.RGB).orElseThrow();
        byte[] row = new byte[3 * 1000];
        for (int i = 0; i < row.length; i++) {
            row[i] = (byte) (i % 300);
        }
        byte[] first = new byte[row.length];
        byte[] again = new byte[row.length];
        table.toSrgb(row, 0, 3, 1000, first, 0, 3);
        long once = table.converted();
        assertThat(once).isLessThanOrEqualTo(100);
        for (int i = 0; i < 1000; i++) {
            table.toSrgb(row, 0, 3, 1000, again, 0, 3);
        }
        assertThat(table.converted()).isEqualTo(once);
        assertThat(again).isEqualTo(first);
    }

    @Test
    void coloursThatShareAPlaceInMemoryDoNotTakeEachOthers() {
        byte[] profile = IccWriter.table("RGB ", IccWriter.mft2(3, 9, rgb -> new double[] {rgb[1], rgb[0], rgb[2]}))
                .bytes();
        byte[] many = new byte[3 * 300_000];
        new Random(4).nextBytes(many);
        byte[] shown = new byte[many.length];
        IccColour icc = IccColour.read(profile).orElseThrow();
        icc.conversion(Samples.RGB).orElseThrow().toSrgb(many, 0, 3, 300_000, shown, 0, 3);
        for (int i = 0; i < many.length; i += 3 * 1009) {
            byte[] alone = new byte[3];
            IccColour.read(profile)
                    .flatMap(own -> own.conversion(Samples.RGB))
                    .orElseThrow()
                    .toSrgb(many, i, 3, 1, alone, 0, 3);
            assertThat(Arrays.copyOfRange(shown, i, i + 3)).isEqualTo(alone);
        }
    }

    @Test
    void inkIsConvertedByItsTable() {
        byte[] light = IccWriter.mft2(4, 9, c ->
                new double[] {(1 - c[0]) * (1 - c[3]), (1 - c[1]) * (1 - c[3]), (1 - c[2]) * (1 - c[3])});
        ColourConversion conversion =
                conversion(IccWriter.table("CMYK", light), Samples.CMYK).orElseThrow();
        byte[] shown = new byte[6];

        conversion.toSrgb(new byte[] {0, 0, 0, 0, 0, (byte) 255, (byte) 255, 0}, 0, 4, 2, shown, 0, 3);

        assertClose(unsigned(shown), 1, new int[] {255, 255, 255, 255, 0, 0});
        assertThat(conversion(IccWriter.swapped(), Samples.CMYK)).isEmpty();
    }

    /** LittleCMS, as the JDK has it, is the peer for what the specification leaves no choice in. */
    @Test
    void profilesOfTheJdkGiveWhatLittleCmsGives() {
        for (int space : new int[] {java.awt.color.ColorSpace.CS_LINEAR_RGB, java.awt.color.ColorSpace.CS_sRGB}) {
            assertLikeLittleCms(ICC_Profile.getInstance(space).getData());
        }
        assertLikeLittleCms(IccWriter.rgb(
                        new double[] {0.5151, 0.2412, -0.0011},
                        new double[] {0.2919, 0.6922, 0.0419},
                        new double[] {0.1572, 0.0666, 0.7841},
                        IccWriter.gamma(1.8))
                .tag("desc", new byte[12])
                .bytes());
    }

    private static void assertLikeLittleCms(byte[] profile) {
        ICC_ColorSpace theirs = new ICC_ColorSpace(ICC_Profile.getInstance(profile));
        Optional<ColourConversion> ours = IccColour.read(profile).orElseThrow().conversion(Samples.RGB);
        for (int i = 0; i < COLOURS.length; i += 3) {
            float[] device = {COLOURS[i] / 255f, COLOURS[i + 1] / 255f, COLOURS[i + 2] / 255f};
            float[] expected = theirs.toRGB(device);
            int[] shown = show(ours, Arrays.copyOfRange(COLOURS, i, i + 3));
            for (int c = 0; c < 3; c++) {
                assertThat((double) shown[c]).isCloseTo(255 * expected[c], within(1.5));
            }
        }
    }

    @Test
    void sRgbsOwnProfileCostsNothing() {
        assertThat(conversion(rgb(IccWriter.srgbCurve()), Samples.RGB)).isEmpty();
    }

    @Test
    void profileIsForItsOwnKindOfSamples() {
        assertThat(conversion(IccWriter.gray(1), Samples.GRAY)).isPresent();
        assertThat(conversion(IccWriter.gray(1), Samples.RGB)).isEmpty();
        assertThat(conversion(IccWriter.swapped(), Samples.GRAY)).isPresent();
        assertThat(conversion(IccWriter.swapped().text(16, "CMYK"), Samples.RGB))
                .isEmpty();
    }

    /** Class and space are not looked at by Chromium: a scanner's or a link's profile counts as a screen's. */
    @Test
    void classOfAProfileDoesNotMatter() {
        for (String name : new String[] {"scnr", "prtr", "link", "abst", "spac", "nmcl", "junk"}) {
            assertThat(conversion(IccWriter.swapped().text(12, name), Samples.RGB))
                    .isPresent();
        }
        assertThat(conversion(IccWriter.swapped().text(16, "HSV "), Samples.RGB))
                .isPresent();
    }

    @Test
    void brokenProfilesAreNone() {
        assertNone(IccWriter.swapped().text(36, "acsq"));
        assertNone(IccWriter.swapped().text(20, "RGB "));
        assertNone(IccWriter.swapped().fixed(8, 0x0500));
        assertNone(IccWriter.swapped().fixed(68, 0.9505));
        assertNone(IccWriter.swapped().without("bXYZ"));
        assertNone(IccWriter.swapped().without("gTRC"));
        assertNone(IccWriter.swapped().tag("rXYZ", IccWriter.gamma(1)));
        assertNone(rgb(IccWriter.parametric(7, 2.2)));
        assertNone(rgb(IccWriter.parametric(0, -1)));
        assertNone(rgb(IccWriter.parametric(1, 1.8, 0.9, 0.1)));
        assertNone(IccWriter.swapped().tag("A2B0", new byte[40]));
        assertNone(IccWriter.swapped().tag("B2A0", new byte[40]));
        assertNone(IccWriter.swapped().tag("cicp", new byte[12]));
        assertNone(new IccWriter("GRAY", "Lab ").tag("kTRC", IccWriter.gamma(1)));
        byte[] cut = IccWriter.mft2(3, 9, c -> c);
        assertNone(IccWriter.table("RGB ", Arrays.copyOf(cut, cut.length - 100)));
        cut[10] = 1;
        assertNone(IccWriter.table("RGB ", cut));
        byte[] whole = IccWriter.swapped().bytes();
        assertThat(IccColour.read(Arrays.copyOf(whole, whole.length - 1))).isEmpty();
        assertThat(IccColour.read(new byte[0])).isEmpty();
        whole[128 + 4 + 4] = 0x7f;
        assertThat(IccColour.read(whole)).isEmpty();
    }

    @Test
    void codePointsInAProfileComeFirst() {
        IccWriter coded = IccWriter.swapped().tag("cicp", IccWriter.codePoints(1, 8, 0, 1));
        assertShows(coded, 229, 122, 168, 96, 219, 133, 188, 188, 188, 255, 0, 0);
        assertShows(
                IccWriter.swapped().tag("cicp", IccWriter.codePoints(99, 13, 0, 1)),
                100,
                50,
                200,
                60,
                180,
                30,
                128,
                128,
                128,
                0,
                0,
                255);
    }

    @Test
    void whatCannotBeJudgedIsRefused() {
        assertThatThrownBy(() -> IccColour.read(new byte[IccColour.LARGEST + 1]))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("ICC profile has 4194305 bytes");
        assertThatThrownBy(() -> read(IccWriter.table("RGB ", IccWriter.mft2(1, 9, c -> new double[3]))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("for 3 channels and has a table for 1");
        assertThatThrownBy(() -> read(IccWriter.swapped().tag("cicp", IccWriter.codePoints(9, 16, 0, 1))))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("high dynamic range");
    }

    @Property(tries = 3000)
    void whateverDamageDoesAProfileIsReadOrIgnoredOrRefused(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] profile = random.nextBoolean()
                ? IccWriter.swapped().bytes()
                : IccWriter.table("RGB ", IccWriter.mft2(3, 2, c -> c)).bytes();
        for (int i = random.nextInt(4); i >= 0; i--) {
            profile[random.nextInt(profile.length)] = (byte) random.nextInt();
        }
        try {
            IccColour.read(profile)
                    .flatMap(icc -> icc.conversion(Samples.RGB))
                    .ifPresent(conversion -> show(Optional.of(conversion), COLOURS));
        } catch (RefusedException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    private static IccWriter rgb(byte[] curve) {
        return IccWriter.rgb(IccWriter.RED, IccWriter.GREEN, IccWriter.BLUE, curve);
    }

    private static Optional<IccColour> read(IccWriter profile) {
        return IccColour.read(profile.bytes());
    }

    private static Optional<ColourConversion> conversion(IccWriter profile, Samples samples) {
        return read(profile).orElseThrow().conversion(samples);
    }

    private static void assertNone(IccWriter profile) {
        assertThat(read(profile)).isEmpty();
    }

    private static void assertShows(IccWriter profile, int... expected) {
        assertClose(show(conversion(profile, Samples.RGB), COLOURS), 1, expected);
    }

    static int[] show(Optional<ColourConversion> conversion, int... rgb) {
        byte[] pixels = new byte[rgb.length];
        for (int i = 0; i < rgb.length; i++) {
            pixels[i] = (byte) rgb[i];
        }
        conversion.ifPresent(found -> found.toSrgb(pixels, 0, 3, rgb.length / 3, pixels, 0, 3));
        return unsigned(pixels);
    }

    static void assertClose(int[] shown, int tolerance, int[] expected) {
        assertThat(shown).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(shown[i])
                    .as("sample %d of %s", i, Arrays.toString(shown))
                    .isCloseTo(expected[i], within(tolerance));
        }
    }

    private static int[] unsigned(byte[] bytes) {
        int[] levels = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            levels[i] = bytes[i] & 0xff;
        }
        return levels;
    }
}
