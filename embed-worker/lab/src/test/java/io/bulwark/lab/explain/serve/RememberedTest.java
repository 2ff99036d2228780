package io.bulwark.lab.explain.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.explain.serve.ExplainDesk.Remembered;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RememberedTest {

    private Instant now = Instant.EPOCH;

    private final Remembered remembered = new Remembered(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @Test
    void nothingIsKeptLongerThanItsTime() {
        remembered.put("a", new byte[] {1});
        now = now.plus(Remembered.LONGEST);
        remembered.put("b", new byte[] {2});
        assertThat(remembered.of("a")).isPresent();

        now = now.plusMillis(1);

        assertThat(remembered.of("a")).isEmpty();
        assertThat(remembered.of("b")).isPresent();
    }

    @Test
    void theOldestMakesRoom() {
        for (int i = 0; i <= Remembered.MOST; i++) {
            remembered.put("question " + i, new byte[] {1});
        }

        assertThat(remembered.of("question 0")).isEmpty();
        assertThat(remembered.of("question 1")).isPresent();
        assertThat(remembered.of("question " + Remembered.MOST)).isPresent();
    }
}
