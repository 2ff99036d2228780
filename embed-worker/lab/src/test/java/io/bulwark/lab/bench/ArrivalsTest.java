package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.bench.Mix.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final Duration SPAN = Duration.ofSeconds(200);

    @Test
    void arrivals_come_at_the_rate_in_order_and_within_the_span() {
        Arrivals arrivals = Arrivals.poisson(100, SPAN, Mix.NONE, 1);

        // The count of a Poisson process has its mean as its variance: 20,000 give or take three times 141.
        assertThat(arrivals.size()).isCloseTo(20_000, within(424));
        assertThat(IntStream.range(1, arrivals.size())).allMatch(i -> arrivals.dueNanos(i) >= arrivals.dueNanos(i - 1));
        assertThat(arrivals.dueNanos(arrivals.size() - 1)).isLessThan(SPAN.toNanos());
    }

    /** Of exponential times a share of exp(-2) is longer than twice the mean, and none of steady ones. */
    @Test
    void times_between_arrivals_are_exponential() {
        Arrivals arrivals = Arrivals.poisson(100, SPAN, Mix.NONE, 2);

        for (double times : new double[] {0.1, 1, 2, 4}) {
            long longer = IntStream.range(1, arrivals.size())
                    .filter(i -> arrivals.dueNanos(i) - arrivals.dueNanos(i - 1) > times * 1e7)
                    .count();
            assertThat((double) longer / arrivals.size()).isCloseTo(Math.exp(-times), within(0.012));
        }
    }

    @Test
    void a_seed_gives_the_same_times_whatever_comes_at_them() {
        Arrivals plain = Arrivals.poisson(50, Duration.ofSeconds(10), Mix.NONE, 3);
        Arrivals mixed = Arrivals.poisson(50, Duration.ofSeconds(10), Mix.parse("slow=0.5"), 3);
        Arrivals other = Arrivals.poisson(50, Duration.ofSeconds(10), Mix.NONE, 4);

        assertThat(times(mixed)).containsExactly(times(plain));
        assertThat(times(other)).isNotEqualTo(times(plain));
    }

    @Test
    void kinds_come_in_their_shares() {
        Arrivals arrivals = Arrivals.poisson(100, SPAN, Mix.parse("slow=0.1,dead=0.02"), 5);

        Map<Kind, Double> wanted = Map.of(Kind.SLOW, 0.1, Kind.DEAD, 0.02, Kind.LARGE, 0.0, Kind.INLINE, 0.88);
        wanted.forEach((kind, share) -> assertThat(IntStream.range(0, arrivals.size())
                                .filter(i -> arrivals.kind(i) == kind)
                                .count()
                        / (double) arrivals.size())
                .as(kind.label())
                .isCloseTo(share, within(0.01)));
    }

    private static long[] times(Arrivals arrivals) {
        return IntStream.range(0, arrivals.size()).mapToLong(arrivals::dueNanos).toArray();
    }
}
