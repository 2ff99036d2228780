package io.bulwark.perception.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.safetensors.ElementType.Halves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalvesTest {

    @Test
    void everyHalfThatIsANumberSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float value = Halves.fromHalf((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(Halves.toHalf(value)).isEqualTo((short) bits);
                assertThat(value).isEqualTo(slowHalf(bits));
            }
        }
    }

    /** IEEE 754-2019 section 3.4, term by term. */
    private static float slowHalf(int bits) {
        double sign = bits >= 0x8000 ? -1 : 1;
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        if (exponent == 31) {
            return (float) (sign * Double.POSITIVE_INFINITY);
        }
        double magnitude =
                exponent == 0 ? fraction * Math.pow(2, -24) : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
        return (float) (sign * magnitude);
    }

    @Test
    void aFloatBetweenTwoHalvesGoesToTheNearerAndATieToTheEvenOne() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            double low = Halves.fromHalf((short) bits);
            double high = Halves.fromHalf((short) (bits + 1));
            float middle = (float) ((low + high) / 2);
            assertThat(Halves.toHalf(middle)).isEqualTo((short) (bits + (bits & 1)));
            assertThat(Halves.toHalf(Math.nextDown(middle))).isEqualTo((short) bits);
            assertThat(Halves.toHalf(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"65519.996, 0x7bff", "65520, 0x7c00", "-1e9, 0xfc00", "1e-9, 0x0000", "-0.0, 0x8000"})
    void theEndsOfTheHalfRangeAreInfinityAndZero(float value, String bits) {
        assertThat(Halves.toHalf(value)).isEqualTo((short) (int) Integer.decode(bits));
    }

    @ParameterizedTest
    @CsvSource({"1, 0x3f80", "1.00390625, 0x3f80", "1.01171875, 0x3f82", "-2, 0xc000", "3.4e38, 0x7f80"})
    void bfloatRoundsHalfToEven(float value, String bits) {
        assertThat(Halves.toBfloat(value)).isEqualTo((short) (int) Integer.decode(bits));
    }

    @Test
    void notANumberStaysNotANumber() {
        assertThat(Halves.fromHalf(Halves.toHalf(Float.NaN))).isNaN();
        assertThat(Halves.fromBfloat(Halves.toBfloat(Float.NaN))).isNaN();
    }

    @Test
    void everyBfloatSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 0x10000; bits++) {
            float value = Halves.fromBfloat((short) bits);
            if (!Float.isNaN(value)) {
                assertThat(Halves.toBfloat(value)).isEqualTo((short) bits);
            }
        }
    }
}
