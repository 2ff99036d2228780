package io.bulwark.schemas.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.follow.SchemaBook.Awaited;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AwaitedTest {
    private static final Duration WAIT = Duration.ofSeconds(30);

    /** Not at zero: a clock of nanoseconds may stand anywhere, also just before it overflows. */
    private long now = Long.MAX_VALUE - 5;

    private final Awaited awaited = new Awaited(WAIT, () -> now);

    @Test
    void aSchemaIsAwaitedFromItsFirstSightUntilItsTimeIsUp() {
        assertThat(awaited.isAwaited(1)).isTrue();
        pass(Duration.ofSeconds(29));
        assertThat(awaited.isAwaited(1)).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(awaited.isAwaited(1)).isFalse();
    }

    @Test
    void eachHasItsOwnTime() {
        awaited.isAwaited(1);
        pass(Duration.ofSeconds(20));
        awaited.isAwaited(2);
        pass(Duration.ofSeconds(20));

        assertThat(awaited.isAwaited(1)).isFalse();
        assertThat(awaited.isAwaited(2)).isTrue();
    }

    @Test
    void whatWasAwaitedInVainStaysUnknown() {
        awaited.isAwaited(1);
        pass(WAIT.multipliedBy(1_000));

        assertThat(awaited.isAwaited(1)).isFalse();
    }

    @Test
    void atMostSixteenAreAwaited() {
        for (int i = 0; i < Awaited.PLACES; i++) {
            assertThat(awaited.isAwaited(i)).isTrue();
        }
        assertThat(awaited.isAwaited(99)).isFalse();
    }

    @Test
    void aSchemaThatCameGivesItsPlaceBack() {
        for (int i = 0; i < Awaited.PLACES; i++) {
            awaited.isAwaited(i);
        }
        awaited.came(7);

        assertThat(awaited.isAwaited(99)).isTrue();
        assertThat(awaited.isAwaited(100)).isFalse();
    }

    /** Else one such record after the other could hold a partition up. */
    @Test
    void randomFingerprintsHoldAPartitionUpForASixthOfItsTimeAtMost() {
        long waited = 0;
        long end = WAIT.multipliedBy(10 * Awaited.REMEMBERED_WAITS).toSeconds();
        long fingerprint = 0;
        for (long second = 0; second < end; second++) {
            if (awaited.isAwaited(fingerprint)) {
                waited++;
            } else {
                fingerprint++;
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(waited).isPositive().isLessThan(end / 6);
    }

    @Test
    void withoutAWaitNothingIsAwaited() {
        assertThat(new Awaited(Duration.ZERO, () -> now).isAwaited(1)).isFalse();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
