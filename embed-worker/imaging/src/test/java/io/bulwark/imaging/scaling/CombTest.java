package io.bulwark.imaging.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.imaging.scaling.Comb.Fourier;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CombTest {

    @ParameterizedTest
    @CsvSource({"5, 2", "2.857, 1", "2.2, 0.4", "8.37, 3"})
    void a_spacing_is_found_with_its_phase_and_not_its_overtones(double spacing, double phase) {
        long[] energy = new long[640];
        Random random = new Random(1);
        for (int i = 0; i < energy.length; i++) {
            energy[i] = 100 + random.nextInt(50);
        }
        int teeth = 0;
        for (double at = phase; Math.round(at) < energy.length; at += spacing) {
            energy[(int) Math.round(at)] += 2000;
            teeth++;
        }
        Comb comb = Comb.of(energy, 0.02);

        assertThat(1 / comb.frequency()).isCloseTo(spacing, within(0.01));
        assertThat(comb.strength()).isGreaterThan(0.3);
        assertThat(comb.positions(640).length).isBetween(teeth - 1, teeth + 1);
        long hit = java.util.Arrays.stream(comb.positions(640))
                .filter(at -> energy[at] > 2000)
                .count();
        assertThat(hit).isGreaterThan(teeth * 8L / 10);
    }

    @Test
    void noise_and_single_edges_have_none() {
        long[] noise = new Random(1).longs(640, 0, 1000).toArray();
        long[] edges = new long[640];
        edges[100] = 1_000_000;
        edges[431] = 1_000_000;

        assertThat(Comb.of(noise, 0.05).strength()).isLessThan(0.1);
        assertThat(Comb.of(edges, 0.05)).isEqualTo(Comb.NONE);
        assertThat(Comb.of(new long[640], 0.05)).isEqualTo(Comb.NONE);
    }

    @Test
    void the_transform_is_that_of_the_definition() {
        double[] series = new Random(1).doubles(50).toArray();
        double[] magnitudes = Fourier.magnitudes(series, 64);
        for (int k = 0; k <= 32; k++) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < series.length; i++) {
                re += series[i] * Math.cos(2 * Math.PI * k * i / 64);
                im -= series[i] * Math.sin(2 * Math.PI * k * i / 64);
            }
            assertThat(magnitudes[k]).isCloseTo(Math.hypot(re, im), within(1e-9));
            double[][] at = Fourier.at(series, new double[] {0.3, k / 64.0});
            assertThat(at[0][1]).isCloseTo(re, within(1e-9));
            assertThat(at[1][1]).isCloseTo(im, within(1e-9));
        }
    }
}
