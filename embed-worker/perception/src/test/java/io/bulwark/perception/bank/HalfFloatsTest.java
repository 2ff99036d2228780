package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {

    /** Zeros, ones, subnormals and ties on either side, and the greatest: what CPython's {@code struct} packs as '<e'. */
    private static final double[] VALUES = {
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        1.0 / 3,
        65504.0,
        6.1e-5,
        6.0e-8,
        5.96e-8,
        2.98e-8,
        2.9802322387695312e-08,
        2.99e-8,
        1.0009765625,
        1.00048828125,
        1.00146484375,
        0.099976,
        -0.027,
        1234.5678
    };

    private static final String PACKED = "00000080003c00bc662e5535ff7bff0301000100000000000100013c003c023c662ee9a6d364";

    @Test
    void writesTheBytesThatPythonWrites() {
        float[] values = new float[VALUES.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) VALUES[i];
        }

        assertThat(HexFormat.of().formatHex(HalfFloats.encode(values))).isEqualTo(PACKED);
    }

    @Test
    void everyHalfSurvivesTheWayToFloatAndBack() {
        for (int half = 0; half < 1 << 16; half++) {
            float value = HalfFloats.toFloat((short) half);
            if (Float.isNaN(value)) {
                assertThat(Float.isNaN(HalfFloats.toFloat(HalfFloats.toHalf(value))))
                        .isTrue();
            } else {
                assertThat(HalfFloats.toHalf(value) & 0xFFFF).isEqualTo(half);
            }
        }
    }

    @Test
    void roundsToTheNearestHalfAndTiesToTheEvenOne() {
        Random random = new Random(1);
        for (int half = 0; half < 0x7BFF; half++) {
            float low = HalfFloats.toFloat((short) half);
            float high = HalfFloats.toFloat((short) (half + 1));
            float middle = (low + high) / 2;
            assertThat(HalfFloats.toHalf(middle) & 1).as("tie above %s", low).isZero();
            assertThat(HalfFloats.toHalf(Math.nextDown(middle))).isEqualTo((short) half);
            assertThat(HalfFloats.toHalf(Math.nextUp(middle))).isEqualTo((short) (half + 1));
            float between = low + random.nextFloat() * (high - low);
            short nearest = between - low < high - between ? (short) half : (short) (half + 1);
            if (between != middle) {
                assertThat(HalfFloats.toHalf(between)).isEqualTo(nearest);
            }
        }
    }

    @Test
    void whatIsTooGreatBecomesInfinity() {
        assertThat(HalfFloats.toFloat(HalfFloats.toHalf(65519.9f))).isEqualTo(65504f);
        assertThat(HalfFloats.toFloat(HalfFloats.toHalf(65520f))).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(HalfFloats.toFloat(HalfFloats.toHalf(-1e30f))).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(HalfFloats.toFloat(HalfFloats.toHalf(Float.POSITIVE_INFINITY)))
                .isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void anEmbeddingKeepsItsDirectionAndItsLength() {
        Random random = new Random(2);
        for (int i = 0; i < 50; i++) {
            float[] row = Rows.random(random, 1280);

            float[] back = LabelledEmbedding.ofHalf("r", "safe", HalfFloats.encode(row))
                    .embedding();

            assertThat(UnitRow.length(back, 0, 1280)).isEqualTo(1, within(1e-6));
            assertThat(UnitRow.cosine(row, 0, back)).isGreaterThan(0.999999f);
        }
    }

    @Test
    void halfAValueIsRefused() {
        assertThatThrownBy(() -> HalfFloats.decode(new byte[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 bytes");
    }
}
