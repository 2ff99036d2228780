package io.bulwark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskClockTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final List<Duration> apart = new ArrayList<>();
    private Optional<Instant> broker = Optional.empty();
    private Instant wall = NOON;
    private final TaskClock clock =
            new TaskClock.Source(() -> broker, (task, seen) -> apart.add(seen)).clock("0_0", NOON.toEpochMilli());

    @Test
    void beforeAnythingIsKnownNothingExpires() {
        assertThat(later(Duration.ofDays(40))).isEmpty();
        assertThat(apart).isEmpty();
    }

    @Test
    void whileRecordsArriveItIsTheNewestOfTheirTimes() {
        saw(NOON.minusSeconds(70));
        saw(NOON.minusSeconds(60));
        saw(NOON.minusSeconds(65));
        assertThat(later(Duration.ofSeconds(1))).contains(NOON.minusSeconds(60));
        assertThat(clock.newest()).isEqualTo(NOON.minusSeconds(60));
    }

    @Test
    void aWallClockThatRunsAMonthAheadExpiresNothingAndIsReportedUntilItIsRight() {
        saw(NOON);
        wall = NOON.plus(Duration.ofDays(31));
        for (int look = 0; look < 100; look++) {
            saw(NOON.plusSeconds(look));
            assertThat(later(Duration.ofSeconds(1))).isEmpty();
        }
        assertThat(apart.get(apart.size() - 1)).isBetween(Duration.ofDays(30), Duration.ofDays(31));
        wall = NOON.plusSeconds(200);
        assertThat(later(Duration.ofSeconds(1))).contains(NOON.plusSeconds(99));
        assertThat(apart.get(apart.size() - 1)).isEqualTo(Duration.ZERO);
    }

    @Test
    void aWallClockThatIsSetAheadWhileNothingArrivesExpiresNothing() {
        saw(NOON);
        for (int look = 0; look < 100; look++) {
            later(Duration.ofSeconds(1));
        }
        wall = wall.plus(Duration.ofDays(31));
        for (int look = 0; look < 1000; look++) {
            assertThat(later(Duration.ofSeconds(1))).isEmpty();
        }
    }

    @Test
    void aWallClockThatIsBehindStopsExpiryToo() {
        wall = NOON.minus(Duration.ofDays(2));
        saw(NOON);
        assertThat(later(Duration.ofSeconds(1))).isEmpty();
        assertThat(apart.get(0)).isGreaterThan(Duration.ofDays(1));
    }

    @Test
    void withoutRecordsItGoesOnAfterAMinute() {
        saw(NOON);
        assertThat(later(Duration.ofSeconds(30))).contains(NOON);
        assertThat(later(Duration.ofSeconds(40))).contains(NOON.plusSeconds(70));
        for (int hour = 0; hour < 720; hour++) {
            for (int look = 0; look < 12; look++) {
                later(Duration.ofMinutes(5));
            }
        }
        assertThat(later(Duration.ofSeconds(1))).contains(NOON.plusSeconds(71).plus(Duration.ofDays(30)));
    }

    @Test
    void anIdleTaskFollowsTheNewestRecordOfTheClusterAlsoAfterARestart() {
        broker = Optional.of(NOON.minusSeconds(5));
        assertThat(later(Duration.ofSeconds(1))).contains(NOON.minusSeconds(5));
        broker = Optional.of(NOON.plus(Duration.ofHours(30)));
        wall = NOON.plus(Duration.ofHours(30));
        assertThat(later(Duration.ofSeconds(1))).contains(NOON.plus(Duration.ofHours(30)));
    }

    /** The cluster is at noon, the task works off records of two days before. */
    @Test
    void aBacklogOfDaysIsNoWrongClockWhereTheClusterIsCurrent() {
        broker = Optional.of(NOON);
        saw(NOON.minus(Duration.ofDays(2)));
        assertThat(later(Duration.ofSeconds(1))).contains(NOON.minus(Duration.ofDays(2)));
        assertThat(apart).containsOnly(Duration.ZERO);
    }

    private void saw(Instant timestamp) {
        clock.saw(timestamp.toEpochMilli());
    }

    private Optional<Instant> later(Duration time) {
        wall = wall.plus(time);
        return clock.look(wall.toEpochMilli());
    }
}
