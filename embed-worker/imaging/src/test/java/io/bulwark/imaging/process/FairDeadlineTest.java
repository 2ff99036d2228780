package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.imaging.ProcessStat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FairDeadlineTest {

    private static final Duration ALLOWED = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private Optional<Duration> used = Optional.of(Duration.ofSeconds(100));

    private FairDeadline deadline(Duration longest) {
        return new FairDeadline(ALLOWED, longest, used, () -> used);
    }

    @Test
    void aProcessThatHadItsTimeIsDone() {
        FairDeadline deadline = deadline(LONGEST);
        assertThat(deadline.nextLook()).isEqualTo(ALLOWED);
        used = Optional.of(Duration.ofMillis(109_500));
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void whatItMissesIsWaitedFor() {
        FairDeadline deadline = deadline(LONGEST);
        used = Optional.of(Duration.ofSeconds(104));
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.nextLook()).isEqualTo(Duration.ofSeconds(5));
        used = Optional.of(Duration.ofSeconds(109));
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void aWaitIsNeverShorterThanItsLookIsWorth() {
        FairDeadline deadline = deadline(LONGEST);
        used = Optional.of(Duration.ofMillis(108_999));
        assertThat(deadline.hasPassed()).isFalse();
        assertThat(deadline.nextLook()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void theLongestTimeHoldsWhateverItMisses() {
        FairDeadline deadline = deadline(Duration.ZERO);
        assertThat(deadline.nextLook()).isZero();
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void timeInWhichThisProcessWasStoppedDoesNotCount() {
        AtomicLong clock = new AtomicLong();
        FairDeadline deadline = new FairDeadline(ALLOWED, LONGEST, used, () -> used, clock::get);
        for (int stop = 0; stop < 3; stop++) {
            clock.addAndGet(deadline.nextLook().plusMinutes(10).toNanos());
            assertThat(deadline.hasPassed()).isFalse();
        }
        for (int wait = 0; wait < 2; wait++) {
            assertThat(deadline.hasPassed()).isFalse();
            clock.addAndGet(deadline.nextLook().plusMillis(900).toNanos());
        }
        clock.addAndGet(deadline.nextLook().toNanos());
        assertThat(deadline.hasPassed()).isTrue();
    }

    /** A file that took its process over starts thousands: to add up their CPU time takes longer than a stop does. */
    @Test
    void aLookThatTakesLongCounts() {
        AtomicLong clock = new AtomicLong();
        used = Optional.of(Duration.ofMillis(108_999));
        FairDeadline deadline = new FairDeadline(
                ALLOWED,
                LONGEST,
                Optional.of(Duration.ofSeconds(100)),
                () -> {
                    clock.addAndGet(Duration.ofSeconds(2).toNanos());
                    return used;
                },
                clock::get);
        do {
            clock.addAndGet(deadline.nextLook().toNanos());
        } while (!deadline.hasPassed());

        assertThat(Duration.ofNanos(clock.get())).isLessThan(LONGEST.plusSeconds(5));
    }

    @Test
    void withoutACpuTimeTheClockCounts() {
        used = Optional.empty();
        assertThat(deadline(LONGEST).hasPassed()).isTrue();
    }

    @Test
    void aProcessThatIsGoneHadItsTime() {
        FairDeadline deadline = deadline(LONGEST);
        used = Optional.empty();
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    @Timeout(60)
    void theTimeOfAProcessAndOfWhatItStartsIsCounted() throws Exception {
        Process busy = new ProcessBuilder("/bin/sh", "-c", "(while :; do :; done) & wait").start();
        try {
            ProcessHandle handle = busy.toHandle();
            while (ProcessStat.cpuTime(handle).orElseThrow().toMillis() < 50) {
                Thread.onSpinWait();
            }
        } finally {
            busy.descendants().forEach(ProcessHandle::destroyForcibly);
            busy.destroyForcibly();
        }
    }
}
