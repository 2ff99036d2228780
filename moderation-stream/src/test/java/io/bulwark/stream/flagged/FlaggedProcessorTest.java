package io.bulwark.stream.flagged;

import static io.bulwark.stream.flagged.Contents.NOON;
import static io.bulwark.stream.flagged.Contents.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.FlaggedContent;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlaggedProcessorTest {

    private static final TopologyEvents DEAF = (TopologyEvents) Proxy.newProxyInstance(
            TopologyEvents.class.getClassLoader(), new Class<?>[] {TopologyEvents.class}, (self, method, args) -> null);

    private final MockProcessorContext<String, FlaggedContent> context = new MockProcessorContext<>();
    private final FlaggedProcessor processor = new FlaggedProcessor(
            new FlaggedProcessor.Settings(true, Duration.ofDays(30), 100, 100, Duration.ofDays(7)),
            DEAF,
            new TaskClock.Source(Optional::empty, (task, apart) -> {}));
    private KeyValueStore<String, FlaggedMember> members;

    @BeforeEach
    void open() {
        context.setCurrentSystemTimeMs(NOON.toEpochMilli());
        members = store(StoreNames.FLAGGED, FlaggedMember.serde());
        store(StoreNames.EXEMPT, Exemption.serde());
    }

    /** Kafka Streams uses a processor again for a task whose transaction was aborted. */
    @Test
    void whatItsStoresGaveUpIsForgottenWhenATaskIsRevived() {
        FlaggedMember aborted = content("aborted", 0.5, 0);
        processor.init(context);
        process(new FlaggedChange.Flag(aborted));
        members.delete(StoreKey.image("acme", aborted.id()));
        context.resetForwards();
        processor.init(context);
        process(new FlaggedChange.Flag(content("near", 0.53, 1)));

        assertThat(published()).singleElement().satisfies(entry -> {
            assertThat(entry.getContents()).isEqualTo(1);
            assertThat(entry.getSince()).isEqualTo(NOON.plusSeconds(1));
        });
    }

    @Test
    void afterAStartStoredContentsArePublishedAgainUnchanged() {
        List<FlaggedMember> contents =
                List.of(content("a", 0.5, 0), content("b", 0.56, 1), content("c", 0.62, 2), content("d", 2, 3));
        contents.forEach(member -> members.put(StoreKey.image("acme", member.id()), member));
        processor.init(context);
        process(new FlaggedChange.Lift("acme", "none"));

        assertThat(published())
                .extracting(FlaggedContent::getEntryId)
                .containsExactlyInAnyOrder(
                        contents.get(0).id(),
                        contents.get(2).id(),
                        contents.get(3).id());
    }

    private List<FlaggedContent> published() {
        return context.forwarded().stream()
                .map(forwarded -> (FlaggedContent) forwarded.record().value())
                .toList();
    }

    private void process(FlaggedChange change) {
        processor.process(new Record<>(change.tenant(), change, NOON.toEpochMilli()));
    }

    private <V> KeyValueStore<String, V> store(String name, Serde<V> values) {
        KeyValueStore<String, V> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }
}
