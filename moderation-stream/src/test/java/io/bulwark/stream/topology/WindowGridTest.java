package io.bulwark.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowGridTest {

    private final WindowGrid hours = new WindowGrid(Duration.ofHours(1));

    @Test
    void aWindowHoldsItsStartAndNotItsEnd() {
        Instant noon = Instant.parse("2026-03-01T12:00:00Z");
        assertThat(hours.startOf(noon)).isEqualTo(noon);
        assertThat(hours.startOf(noon.minusMillis(1))).isEqualTo(noon.minusSeconds(3600));
        assertThat(hours.endOf(noon)).isEqualTo(noon.plusSeconds(3600));
    }

    @Test
    void instantsBeforeTheEpochLieInWindowsToo() {
        assertThat(hours.startOf(Instant.ofEpochMilli(-1))).isEqualTo(Instant.ofEpochSecond(-3600));
    }

    @Test
    void aWindowWithoutLengthIsRefused() {
        assertThatThrownBy(() -> new WindowGrid(Duration.ofNanos(5))).hasMessageContaining("at least a millisecond");
    }
}
