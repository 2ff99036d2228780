package io.bulwark.stream.query;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.StoreNames;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Legal holds; every instance has all of them. Any thread. */
@Singleton
public class HoldQueries {

    private final LocalStores stores;
    private final EventDecoder<Hold> decoder;

    HoldQueries(LocalStores stores, StreamConfig config, SchemaFollower schemas) {
        this.stores = stores;
        this.decoder = StreamSettings.decoder(config, schemas, Hold.class);
    }

    /** The holds of a tenant, released ones too, in the order of their keys. */
    public Answer<List<Hold>> holds(String tenant) {
        String prefix = new TenantKey(tenant, "").toString();
        return ask(store -> ClockedProcessor.all(store.prefixScan(prefix, new StringSerializer())).stream()
                .flatMap(entry -> decoded(entry.value).stream())
                .toList());
    }

    /** The hold on an image or uploader; absent where there never was one. */
    public Answer<Hold> hold(String tenant, Subject subject, String id) {
        return ask(store ->
                value(store, tenant, subject, id).flatMap(this::decoded).orElse(null));
    }

    /** Whether an image or uploader is held. An unreadable hold counts as one. */
    public Answer<Boolean> isHeld(String tenant, Subject subject, String id) {
        return ask(store -> value(store, tenant, subject, id)
                .filter(value ->
                        decoded(value).map(hold -> hold.getReleasedAt() == null).orElse(true))
                .isPresent());
    }

    private static Optional<byte[]> value(
            ReadOnlyKeyValueStore<String, byte[]> store, String tenant, Subject subject, String id) {
        return Optional.ofNullable(
                store.get(TenantKey.ofHold(tenant, subject, id).toString()));
    }

    private <T> Answer<T> ask(Function<ReadOnlyKeyValueStore<String, byte[]>, T> read) {
        return stores.askAll(StoreNames.HOLDS, QueryableStoreTypes.<String, byte[]>keyValueStore(), read);
    }

    private Optional<Hold> decoded(byte[] value) {
        return decoder.decode(StoreNames.HOLDS, value) instanceof DecodedEvent.Event<Hold> event
                ? Optional.of(event.value())
                : Optional.empty();
    }
}
