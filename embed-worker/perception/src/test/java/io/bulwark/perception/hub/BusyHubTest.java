package io.bulwark.perception.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.hub.ModelHub.HubException;
import io.bulwark.perception.hub.ModelHub.HubSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub that is busy for a while. No time passes here: what would be waited is written down. */
class BusyHubTest {

    private static final HubLocation MODEL = HubLocation.parse("hf://owner/name");
    private static final Instant NOW = Instant.parse("2026-11-26T09:00:00Z");

    @TempDir
    Path cache;

    private final List<Duration> waited = new ArrayList<>();

    @AutoClose
    private FakeHub remote;

    @BeforeEach
    void publish() throws IOException {
        remote = new FakeHub();
        remote.files.put("model.safetensors", new byte[] {1, 2, 3});
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aBusyHubIsAskedAgainAfterLongerAndLongerWaits(int status) {
        remote.busyStatus = status;
        remote.busy.set(3);

        assertThat(fetch()).isDirectory();

        assertThat(waited).containsExactly(seconds(1), seconds(2), seconds(4));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "0, 0",
        "'Thu, 26 Nov 2026 09:01:30 GMT', 90",
        "'Thu, 26 Nov 2026 08:00:00 GMT', 0",
        "soon, 1",
        "-5, 1"
    })
    void itWaitsAsLongAsTheHubSays(String retryAfter, int expected) {
        remote.retryAfter = retryAfter;
        remote.busy.set(1);

        assertThat(fetch()).isDirectory();

        assertThat(waited).containsExactly(seconds(expected));
    }

    @Test
    void itWaitsFiveTimesAtMost() {
        remote.busy.set(1000);

        assertThatThrownBy(this::fetch)
                .isInstanceOf(HubException.class)
                .hasMessageContaining("429")
                .hasMessageContaining("busy")
                .hasMessageContaining("HF_ENDPOINT");

        assertThat(waited).containsExactly(seconds(1), seconds(2), seconds(4), seconds(8), seconds(16));
    }

    @Test
    void itWaitsFiveMinutesInAllAtMost() {
        remote.retryAfter = "140";
        remote.busy.set(1000);

        assertThatThrownBy(this::fetch).isInstanceOf(HubException.class);

        assertThat(waited).containsExactly(seconds(140), seconds(140));
    }

    @ParameterizedTest
    @ValueSource(strings = {"301", "99999999999999999999999999", "Thu, 26 Nov 2099 09:00:00 GMT"})
    void aHubThatWantsTooMuchIsNotWaitedForAtAll(String retryAfter) {
        remote.retryAfter = retryAfter;
        remote.busy.set(1);

        assertThatThrownBy(this::fetch).isInstanceOf(HubException.class);

        assertThat(waited).isEmpty();
    }

    @Test
    void theHostThatServesTheContentIsWaitedForToo() {
        remote.contentAloneIsBusy = true;
        remote.retryAfter = "3";
        remote.busy.set(2);

        assertThat(fetch()).isDirectory();

        assertThat(remote.requests).startsWith("api main", "resolve model.safetensors", "content model.safetensors");
        assertThat(waited).containsExactly(seconds(3), seconds(3));
    }

    private Path fetch() {
        HubSettings settings = new HubSettings(remote.endpoint(), Optional.empty(), cache);
        return new ModelHub(settings, Clock.fixed(NOW, ZoneOffset.UTC), waited::add)
                .fetch(MODEL, (file, done, size) -> {});
    }

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
