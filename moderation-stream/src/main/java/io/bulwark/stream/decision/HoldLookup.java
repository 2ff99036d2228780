package io.bulwark.stream.decision;

import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.state.StoreNames;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Legal holds, as a stream thread sees them. An unreadable hold counts as one: its schema may not be known yet. One
 * stream thread calls.
 */
public final class HoldLookup implements AutoCloseable {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ReadOnlyKeyValueStore<String, ValueAndTimestamp<byte[]>> store;
    private final EventDecoder<Hold> decoder;
    private long silentUntil = System.nanoTime();

    /**
     * @param store of all holds, the same on every instance
     * @param decoder closed with this
     */
    public HoldLookup(ReadOnlyKeyValueStore<String, ValueAndTimestamp<byte[]>> store, EventDecoder<Hold> decoder) {
        this.store = store;
        this.decoder = decoder;
    }

    /** Whether an image or uploader is held. */
    public boolean isHeld(String tenant, Subject subject, String id) {
        ValueAndTimestamp<byte[]> found =
                store.get(TenantKey.ofHold(tenant, subject, id).toString());
        return found != null
                && (!(decoded(found.value()) instanceof DecodedEvent.Event<Hold> event)
                        || event.value().getReleasedAt() == null);
    }

    /** Gives a registry that was not asked lately a second to answer. */
    private DecodedEvent<Hold> decoded(byte[] value) {
        DecodedEvent<Hold> decoded = decoder.decodeAtOnce(StoreNames.HOLDS, value);
        long begun = System.nanoTime();
        if (!isAwaited(decoded) || begun - silentUntil < 0) {
            return decoded;
        }
        while (isAwaited(decoded) && System.nanoTime() - begun < PATIENCE_NANOS) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            decoded = decoder.decodeAtOnce(StoreNames.HOLDS, value);
        }
        if (isAwaited(decoded)) {
            silentUntil = System.nanoTime() + SILENT_NANOS;
        }
        return decoded;
    }

    private static boolean isAwaited(DecodedEvent<Hold> decoded) {
        return decoded instanceof DecodedEvent.Undecodable<Hold> undecodable
                && undecodable.reason() == DecodedEvent.Reason.REGISTRY_UNAVAILABLE;
    }

    @Override
    public void close() {
        decoder.close();
    }
}
