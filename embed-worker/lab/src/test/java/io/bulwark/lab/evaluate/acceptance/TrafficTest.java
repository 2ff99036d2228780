package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.evaluate.acceptance.Traffic.Estimate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class TrafficTest {

    @Test
    void loadsAndPrecisionAreWeighedByThePrevalence() {
        Traffic traffic = Traffic.of(0.01, MadeUp.outcomes(90, 6, 0, 4), MadeUp.outcomes(2, 10, 0, 188));

        assertThat(traffic.reviews().value()).isCloseTo(100 * 0.06 + 9900 * 0.05, within(1e-9));
        assertThat(traffic.falseFlags().value()).isCloseTo(9900 * 0.01, within(1e-9));
        assertThat(traffic.missed().value()).isCloseTo(100 * 0.04, within(1e-9));
        assertThat(traffic.precision().orElseThrow().value()).isCloseTo(90.0 / (90 + 99), within(1e-9));
    }

    @Test
    void thePrecisionsBoundsTakeTheWorseEndOfBothShares() {
        Traffic traffic = Traffic.of(0.5, MadeUp.outcomes(50, 0, 0, 50), MadeUp.outcomes(50, 0, 0, 50));

        // Wilson's interval of 50 in 100 is 0.4038 to 0.5962.
        assertThat(traffic.precision().orElseThrow().low()).isCloseTo(0.4038, within(1e-4));
        assertThat(traffic.precision().orElseThrow().high()).isCloseTo(0.5962, within(1e-4));
    }

    @Test
    void thereIsNoPrecisionWhereNothingIsDecidedNsfw() {
        assertThat(Traffic.of(0.1, MadeUp.outcomes(0, 3, 0, 1), MadeUp.outcomes(0, 1, 0, 9))
                        .precision())
                .isEmpty();
    }

    @Test
    void noFalseFlagsAmongFewFilesPromiseLittleAtALowPrevalence() {
        Estimate precision = Traffic.of(0.001, MadeUp.outcomes(50, 0, 0, 0), MadeUp.outcomes(0, 0, 0, 100))
                .precision()
                .orElseThrow();

        assertThat(precision.value()).isEqualTo(1);
        assertThat(precision.low()).isLessThan(0.03);
    }

    @Property
    void boundsHoldTheValue(
            @ForAll @IntRange(max = 60) int found,
            @ForAll @IntRange(min = 1, max = 60) int lost,
            @ForAll @IntRange(max = 60) int falselyFlagged,
            @ForAll @IntRange(min = 1, max = 60) int passed,
            @ForAll @Scale(4) @DoubleRange(min = 0.0001, max = 0.9999) double prevalence) {
        Traffic traffic = Traffic.of(
                prevalence, MadeUp.outcomes(found, 1, 0, lost), MadeUp.outcomes(falselyFlagged, 2, 1, passed));

        assertThat(traffic.missed().high()).isLessThanOrEqualTo(Traffic.UPLOADS * prevalence + 1e-9);
        assertThat(traffic.reviews().low()).isGreaterThanOrEqualTo(0);
        traffic.precision()
                .ifPresent(precision -> assertThat(precision.value()).isBetween(precision.low(), precision.high()));
    }

    @Test
    void aPrevalenceThatIsNoShareIsRefused() {
        assertThatThrownBy(() -> Traffic.of(1, MadeUp.outcomes(1, 0, 0, 0), MadeUp.outcomes(0, 0, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("between 0 and 1");
    }

    @Test
    void withoutFilesThereIsNoTraffic() {
        assertThatThrownBy(() -> Traffic.of(0.5, MadeUp.outcomes(0, 0, 0, 0), MadeUp.outcomes(0, 0, 0, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no files");
    }
}
