package io.bulwark.imaging.colour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.RefusedException;
import io.bulwark.imaging.colour.Primaries.CodePoints;
import io.bulwark.imaging.colour.Primaries.GammaColour;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodePointsTest {

    /** What Chromium 156 shows of 200, 50, 100 and of 30, 180, 60. */
    @ParameterizedTest
    @CsvSource({
        "1, 13, 200, 50, 100, 30, 180, 60", "1, 1, 197, 39, 91, 18, 176, 49", "1, 6, 197, 39, 91, 18, 176, 49",
        "1, 4, 201, 46, 100, 24, 181, 57", "1, 5, 189, 26, 76, 8, 165, 36", "1, 7, 206, 68, 115, 48, 188, 77",
        "1, 8, 229, 122, 168, 96, 219, 133", "1, 17, 200, 34, 87, 13, 177, 44", "4, 13, 236, 44, 97, 0, 177, 47",
        "5, 13, 204, 50, 100, 0, 180, 63", "6, 13, 195, 59, 100, 53, 177, 59", "8, 13, 227, 14, 99, 0, 185, 39",
        "10, 13, 255, 0, 117, 0, 241, 0", "11, 13, 213, 24, 100, 0, 184, 31", "12, 13, 218, 24, 100, 0, 183, 31",
        "22, 13, 202, 60, 100, 4, 176, 60", "12, 8, 245, 115, 170, 0, 222, 124"
    })
    void codesGiveChromiumsColours(int primaries, int transfer, int r, int g, int b, int r2, int g2, int b2) {
        CodePoints codes = new CodePoints(primaries, transfer);
        assertThat(codes.areKnown()).isTrue();
        IccColourTest.assertClose(
                IccColourTest.show(codes.conversion(), 200, 50, 100, 30, 180, 60), 1, new int[] {r, g, b, r2, g2, b2});
    }

    @Test
    void sRgbNeedsNoConversion() {
        assertThat(new CodePoints(1, 13).conversion()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "1, 2", "0, 13", "3, 13", "13, 13", "99, 99", "1, 9", "1, 10", "1, 12", "1, 0", "2, 16"})
    void unknownCodesSayNothing(int primaries, int transfer) {
        assertThat(new CodePoints(primaries, transfer).areKnown()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 18})
    void highDynamicRangeIsRefusedByName(int transfer) {
        assertThatThrownBy(() -> new CodePoints(9, transfer).areKnown())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("high dynamic range (transfer " + transfer);
    }

    @ParameterizedTest
    @CsvSource({"0.43, true", "0.44, false", "0.45455, false", "0.47, false", "0.5, true"})
    void aPowerNearTheUsualOneIsSRgb(double encoding, boolean converted) {
        assertThat(new GammaColour(encoding, Optional.empty()).conversion().isPresent())
                .isEqualTo(converted);
    }

    @Test
    void powersAndPrimariesGiveChromiumsColours() {
        assertGamma(1, Optional.empty(), 229, 122, 168);
        assertGamma(0.1, Optional.empty(), 84, 0, 0);
        assertGamma(0.45455, Optional.of(Primaries.SRGB), 201, 46, 100);
        assertGamma(0.45455, white(0.3457, 0.3585), 210, 49, 101);
        assertGamma(0.45455, Optional.of(new Primaries(0.3127, 0.329, 0.15, 0.06, 0.3, 0.6, 0.64, 0.33)), 100, 46, 201);
    }

    @Test
    void impossiblePrimariesSayNothingNorDoesTheirPower() {
        assertGamma(1, Optional.of(new Primaries(0, 0, 0, 0, 0, 0, 0, 0)), 200, 50, 100);
        assertGamma(1, Optional.of(new Primaries(0.3127, 0.329, 1.64, 0.33, 0.3, 0.6, 0.15, 0.06)), 200, 50, 100);
        assertGamma(1, Optional.of(new Primaries(0.3127, 0.329, 0.64, 0.33, 0.64, 0.33, 0.15, 0.06)), 200, 50, 100);
        assertThatThrownBy(() -> new GammaColour(1, white(0.3, 0)).conversion())
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("a y of 0");
    }

    private static Optional<Primaries> white(double x, double y) {
        return Optional.of(new Primaries(x, y, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06));
    }

    private static void assertGamma(double encoding, Optional<Primaries> primaries, int... expected) {
        IccColourTest.assertClose(
                IccColourTest.show(new GammaColour(encoding, primaries).conversion(), 200, 50, 100), 1, expected);
    }
}
