package io.bulwark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgeIndexTest {

    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private final KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore("ages"), Serdes.String(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    private final AgeIndex ages = new AgeIndex(store, 10);

    @BeforeEach
    void open() {
        store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
    }

    @Test
    void aSweepRemovesTheOldestAndCatchesUpWithWhatWasAdded() {
        for (int i = 0; i < 40; i++) {
            ages.add(NOON.plusSeconds(i), "key-" + i);
        }

        assertThat(ages.sweep(NOON.plusSeconds(29))).hasSize(30);
        assertThat(ages.sweep(NOON.plusSeconds(100)))
                .hasSize(10)
                .first()
                .satisfies(due -> assertThat(due.key()).isEqualTo("key-30"));
    }

    @Test
    void keysThatASweepPostponesDoNotMakeTheNextSweepLarger() {
        for (int i = 0; i < 100; i++) {
            ages.add(NOON, "key-" + i);
        }
        ages.sweep(NOON.minusSeconds(1)); // nothing is due, and the additions count no more

        for (int sweep = 0; sweep < 5; sweep++) {
            var due = ages.sweep(NOON);
            assertThat(due).hasSize(10);
            due.forEach(each -> ages.postpone(NOON.plusSeconds(1), each.key()));
        }
    }
}
