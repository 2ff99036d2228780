package io.bulwark.stream.erasure;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.state.StoreNames;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Legal holds, as a stream thread sees them. A hold that cannot be read holds: nothing is lost by a schema that is not
 * known yet. One stream thread calls.
 */
public final class Holds implements AutoCloseable {

    private final ReadOnlyKeyValueStore<String, ValueAndTimestamp<byte[]>> store;
    private final EventDecoder<Hold> decoder;

    /**
     * @param store of all holds, the same on every instance
     * @param decoder closed with this
     */
    public Holds(ReadOnlyKeyValueStore<String, ValueAndTimestamp<byte[]>> store, EventDecoder<Hold> decoder) {
        this.store = store;
        this.decoder = decoder;
    }

    /** Whether an image or uploader is held. */
    public boolean isHeld(String tenant, Subject subject, String id) {
        ValueAndTimestamp<byte[]> found =
                store.get(TenantKey.ofHold(tenant, subject, id).toString());
        if (found == null) {
            return false;
        }
        DecodedEvent<Hold> decoded = decoder.decode(StoreNames.HOLDS, found.value());
        return !(decoded instanceof DecodedEvent.Event<Hold> event)
                || event.value().getReleasedAt() == null;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
