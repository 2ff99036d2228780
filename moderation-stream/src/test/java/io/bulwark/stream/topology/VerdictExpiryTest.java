package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.testing.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictExpiryTest {

    private static final int A_SWEEP = 5;
    private static final int MANY = A_SWEEP + 3;

    @TempDir
    private Path state;

    @Test
    void aSweepIsBoundedAndTheNextGoesOnWhereItStopped() {
        try (var rig = new TopologyRig(state)) {
            for (int i = 0; i < MANY; i++) {
                rig.send(Samples.verdict(String.format("i%06d", i)));
            }
            KeyValueStore<String, StoredVerdict> store = rig.driver.getKeyValueStore(StoreNames.VERDICTS);
            var expiry = new VerdictExpiry(store, Duration.ofDays(1), A_SWEEP);
            Instant later = NOON.plus(Duration.ofDays(2));

            assertThat(expiry.sweep(later)).isEqualTo(A_SWEEP);
            assertThat(store.get("i000000")).isNull();
            assertThat(store.get(String.format("i%06d", MANY - 1))).isNotNull();
            assertThat(expiry.sweep(later)).isEqualTo(3);
            assertThat(expiry.sweep(later)).isZero();
        }
    }

    @Test
    void aSweepOverWhatIsYoungRemovesNothingAndStartsAnew() {
        try (var rig = new TopologyRig(state)) {
            rig.send(Samples.verdict("young"));
            KeyValueStore<String, StoredVerdict> store = rig.driver.getKeyValueStore(StoreNames.VERDICTS);
            var expiry = new VerdictExpiry(store, Duration.ofDays(1), A_SWEEP);

            assertThat(expiry.sweep(NOON)).isZero();
            assertThat(expiry.sweep(NOON.plus(Duration.ofDays(2)))).isEqualTo(1);
        }
    }
}
