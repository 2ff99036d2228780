package io.bulwark.stream.decision;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When images were erased, for as long as uploads from before may still be answered. The ids themselves are not kept,
 * only their digests. The task's stream thread calls.
 */
public final class ErasedImages {

    private final KeyValueStore<String, byte[]> store;
    private final AgeIndex ages;
    private final Duration retention;

    /**
     * @param context of a processor with the stores {@link StoreNames#ERASED}, where a digest of tenant and id, or of
     *     these and an upload, leads to milliseconds since the epoch (long, big-endian), and
     *     {@link StoreNames#ERASED_AGES}
     * @param retention how long an upload may lie before it is answered
     */
    public ErasedImages(ProcessorContext<?, ?> context, Duration retention) {
        this.store = context.getStateStore(StoreNames.ERASED);
        this.ages = new AgeIndex(context.getStateStore(StoreNames.ERASED_AGES));
        this.retention = retention;
    }

    /** An image was erased. */
    public void add(String tenant, String imageId, Instant at) {
        put(key(StoreKey.image(tenant, imageId)), at);
    }

    /**
     * An upload from before its image's erasure was answered: later records about it are erased as well.
     *
     * @param upload null where it is not known, which does nothing
     */
    public void addUpload(String tenant, String imageId, RecordCoordinates upload, Instant at) {
        if (upload != null) {
            put(key(StoreKey.upload(tenant, imageId, upload)), at);
        }
    }

    private void put(String key, Instant at) {
        byte[] before = store.get(key);
        if (before != null) {
            if (!at.isAfter(instant(before))) {
                return;
            }
            ages.remove(instant(before), key);
        }
        store.put(
                key, ByteBuffer.allocate(Long.BYTES).putLong(at.toEpochMilli()).array());
        ages.add(at, key);
    }

    /** Whether an instant is before the erasure of an image. */
    public boolean covers(String tenant, String imageId, Instant then) {
        byte[] at = store.get(key(StoreKey.image(tenant, imageId)));
        return at != null && !then.isAfter(instant(at));
    }

    /**
     * Whether an upload is from before its image's erasure and was answered.
     *
     * @param upload null where it is not known: false
     */
    public boolean coversUpload(String tenant, String imageId, RecordCoordinates upload) {
        return upload != null && store.get(key(StoreKey.upload(tenant, imageId, upload))) != null;
    }

    /** Forgets erasures older than any upload that can still be answered. */
    public void sweep(Instant now) {
        ages.sweep(now.minus(retention)).forEach(due -> store.delete(due.key()));
    }

    private static Instant instant(byte[] value) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(value).getLong());
    }

    private static String key(String of) {
        return HexFormat.of().formatHex(StoreKey.sha256(of));
    }
}
