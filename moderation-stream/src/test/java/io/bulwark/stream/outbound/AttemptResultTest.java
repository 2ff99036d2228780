package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth;
import io.bulwark.stream.outbound.HttpPost.AttemptResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptResultTest {

    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204})
    void allOfTwoHundredIsTaken(int status) {
        assertThat(answer(status, null)).isEqualTo(new AttemptResult.Taken());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 409, 413, 414, 415, 422})
    void theseSayThatTheEventIsWrong(int status) {
        assertThat(answer(status, null)).isEqualTo(new AttemptResult.Refused(status));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 301, 302, 307, 401, 403, 404, 408, 410, 429, 500, 502, 503})
    void allOthersSayNothingOfTheEvent(int status) {
        assertThat(answer(status, null)).isInstanceOf(AttemptResult.Unavailable.class);
    }

    @ParameterizedTest
    @CsvSource({"500, , true", "500, 5, false", "500, soon, false", "503, , false", "429, , false", "401, , false"})
    void onlyFiveHundredWithoutARestMayBeBrokenByTheEvent(int status, String retryAfter, boolean broken) {
        assertThat(((AttemptResult.Unavailable) answer(status, retryAfter)).broken())
                .isEqualTo(broken);
    }

    @ParameterizedTest
    @CsvSource({
        "120, 120",
        "0, 0",
        "999999999, 3600",
        "'Fri, 27 Nov 2026 12:05:00 GMT', 300",
        "'Fri, 27 Nov 2026 11:00:00 GMT', ",
        "soon, ",
        "-5, ",
        "99999999999999, ",
    })
    void aRestMayBeAskedForUpToAnHour(String header, Long seconds) {
        assertThat(((AttemptResult.Unavailable) answer(503, header)).rest())
                .isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
    }

    @Test
    void thePausesDoubleUpToFiveMinutesAndNoTwoNeedBeTheSame() {
        var backoff = new ReceiverHealth.Backoff(new Random(1));
        for (int failures = 1; failures < 40; failures++) {
            long whole = Math.min(300_000, 1000L << Math.min(failures - 1, 20));
            assertThat(backoff.after(failures).toMillis()).isBetween(whole / 2, whole);
        }
        assertThat(backoff.after(30)).isNotEqualTo(backoff.after(30));
    }

    private static AttemptResult answer(int status, String retryAfter) {
        return AttemptResult.of(status, Optional.ofNullable(retryAfter), NOW);
    }
}
