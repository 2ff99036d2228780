package io.bulwark.stream.query;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.state.StoreNames;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Legal holds, which every instance has all of. Any thread may ask. */
@Singleton
public class HoldQueries {

    private final LocalStores stores;
    private final EventDecoder<Hold> decoder;

    HoldQueries(LocalStores stores, StreamConfig config, SchemaFollower schemas) {
        this.stores = stores;
        this.decoder = new EventDecoder<>(Hold.class, schemas.addTo(StreamSettings.serdes(config)));
    }

    /** The holds of a tenant, released ones too, in the order of their keys. */
    public Answer<List<Hold>> holds(String tenant) {
        String prefix = new TenantKey(tenant, "").toString();
        return stores.askAll(StoreNames.HOLDS, type(), store -> {
            List<Hold> found = new ArrayList<>();
            try (KeyValueIterator<String, byte[]> entries =
                    store.prefixScan(prefix, Serdes.String().serializer())) {
                entries.forEachRemaining(entry -> decoded(entry.value).ifPresent(found::add));
            }
            return found;
        });
    }

    /** The hold on an image or uploader; absent where there never was one. */
    public Answer<Hold> hold(String tenant, Subject subject, String id) {
        return stores.askAll(
                StoreNames.HOLDS,
                type(),
                store -> Optional.ofNullable(
                                store.get(TenantKey.ofHold(tenant, subject, id).toString()))
                        .flatMap(this::decoded)
                        .orElse(null));
    }

    /** Whether an image or uploader is held. A hold that cannot be read holds. */
    public Answer<Boolean> isHeld(String tenant, Subject subject, String id) {
        return stores.askAll(StoreNames.HOLDS, type(), store -> {
            byte[] value = store.get(TenantKey.ofHold(tenant, subject, id).toString());
            return value != null
                    && decoded(value).map(hold -> hold.getReleasedAt() == null).orElse(true);
        });
    }

    private Optional<Hold> decoded(byte[] value) {
        return decoder.decode(StoreNames.HOLDS, value) instanceof DecodedEvent.Event<Hold> event
                ? Optional.of(event.value())
                : Optional.empty();
    }

    private static QueryableStoreType<ReadOnlyKeyValueStore<String, byte[]>> type() {
        return QueryableStoreTypes.keyValueStore();
    }
}
