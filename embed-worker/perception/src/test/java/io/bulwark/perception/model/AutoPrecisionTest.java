package io.bulwark.perception.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.AutoPrecision.Cpu;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoPrecisionTest {

    private final List<String> closed = new ArrayList<>();

    @Test
    void bf16IsTriedWhereTheCpuMultipliesIt() {
        assertThat(AutoPrecision.ofCpu(true)).isEqualTo(Precision.BF16);
        assertThat(AutoPrecision.ofCpu(false)).isEqualTo(Precision.FP32);
    }

    /**
     * On such a machine bf16 runs at 0.05 of fp32's speed; the flags are those of a Zen 2, an Alder Lake and a Skylake
     * server, shortened.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "flags\t\t: fpu sse4_2 movbe popcnt aes xsave avx f16c rdrand bmi1 avx2 smep bmi2 rdseed adx clflushopt"
                        + " clwb sha_ni xsaveopt xsavec xgetbv1 clzero rdpru wbnoinvd arat umip rdpid overflow_recov",
                "flags\t\t: fpu sse4_2 fma avx f16c avx2 bmi2 avx_vnni umip pku ospke waitpkg gfni vaes vpclmulqdq rdpid",
                "flags\t\t: fpu fma avx f16c avx2 avx512f avx512dq avx512cd avx512bw avx512vl avx512_vnni xsaveopt"
            })
    void withoutUnitsForBf16AutoDoesNotEvenOpenIt(String flags) {
        List<Precision> opened = new ArrayList<>();

        Encoder chosen = AutoPrecision.open(AutoPrecision.ofCpu(Cpu.multipliesBf16(flags)), precision -> {
            opened.add(precision);
            return new Turned(precision, 0);
        });

        assertThat(chosen.description().precision()).isEqualTo("fp32");
        assertThat(opened).containsExactly(Precision.FP32);
    }

    @Test
    void theFastPrecisionIsKeptWhereItAgrees() {
        Encoder chosen = AutoPrecision.open(Precision.BF16, precision -> new Turned(precision, 0.02));

        assertThat(chosen.description().precision()).isEqualTo("bf16");
        assertThat(closed).containsExactly("fp32");
    }

    @Test
    void fp32IsKeptWhereTheFastPrecisionDisagreesOnOneImage() {
        Encoder chosen = AutoPrecision.open(Precision.BF16, precision -> new Turned(precision, 0.2));

        assertThat(chosen.description().precision()).isEqualTo("fp32");
        assertThat(closed).containsExactly("bf16");
    }

    @Test
    void fp32IsKeptWhereTheFastPrecisionAnswersNoNumber() {
        Encoder chosen = AutoPrecision.open(Precision.FP16, precision -> new Turned(precision, Double.NaN));

        assertThat(chosen.description().precision()).isEqualTo("fp32");
    }

    @Test
    void fp32IsKeptWhereTheFastPrecisionCannotBeLoaded() {
        Encoder chosen = AutoPrecision.open(Precision.FP16, precision -> {
            if (precision == Precision.FP16) {
                throw refusal();
            }
            return new Turned(precision, 0);
        });

        assertThat(chosen.description().precision()).isEqualTo("fp32");
        assertThat(closed).isEmpty();
    }

    @Test
    void fp32IsKeptWhereTheFastPrecisionFailsOnTheFirstBatch() {
        Encoder chosen = AutoPrecision.open(Precision.FP16, precision -> new Turned(precision, 0) {
            @Override
            public Embeddings embed(ByteBuffer views, int count) {
                if (precision == Precision.FP16) {
                    throw refusal();
                }
                return super.embed(views, count);
            }
        });

        assertThat(chosen.description().precision()).isEqualTo("fp32");
        assertThat(closed).containsExactly("fp16");
    }

    private static EncoderException refusal() {
        return new EncoderException("failed", new IllegalStateException("not implemented for 'Half'"));
    }

    @Test
    void withoutAFastPrecisionTheModelIsLoadedOnce() {
        List<Precision> opened = new ArrayList<>();

        AutoPrecision.open(Precision.FP32, precision -> {
            opened.add(precision);
            return new Turned(precision, 0);
        });

        assertThat(opened).containsExactly(Precision.FP32);
    }

    /** Embeds everything as one direction; below fp32 the last image is turned away from it by an angle. */
    private class Turned implements Encoder {

        private final Precision precision;
        private final double angle;

        Turned(Precision precision, double angle) {
            this.precision = precision;
            this.angle = precision == Precision.FP32 ? 0 : angle;
        }

        @Override
        public EncoderDescription description() {
            PreprocessSpec input = PreprocessSpec.unit(8, Interpolation.BICUBIC);
            return new EncoderDescription("f", "turned", "test", 2, precision.label(), input, List.of());
        }

        @Override
        public Embeddings embed(ByteBuffer views, int count) {
            assertThat(views.remaining()).isEqualTo(count * 8 * 8 * 3);
            float[] values = new float[2 * count];
            for (int image = 0; image < count; image++) {
                double turn = image == count - 1 ? angle : 0;
                values[2 * image] = (float) Math.cos(turn);
                values[2 * image + 1] = (float) Math.sin(turn);
            }
            return new Embeddings(count, 2, values, new float[0]);
        }

        @Override
        public void close() {
            closed.add(precision.label());
        }
    }
}
