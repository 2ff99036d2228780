package io.bulwark.stream.erasure;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * When images were erased, for as long as uploads from before may still be answered. The ids themselves are not kept, only
 * their digests. The task's stream thread calls.
 */
public final class ErasedImages {

    private final KeyValueStore<String, byte[]> store;
    private final AgeIndex ages;
    private final Duration retention;

    /**
     * @param store digest of tenant and id, or of these and an upload, to milliseconds since the epoch (long, big-endian)
     * @param ages of the store's entries
     * @param retention how long an upload may lie before it is answered
     */
    public ErasedImages(KeyValueStore<String, byte[]> store, AgeIndex ages, Duration retention) {
        this.store = store;
        this.ages = ages;
        this.retention = retention;
    }

    /** An image was erased. */
    public void add(String tenant, String imageId, Instant at) {
        put(key(StoreKey.image(tenant, imageId)), at);
    }

    /**
     * An upload from before its image's erasure was answered: what is said of it later comes too late as well.
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

    /** Whether what was taken in or said then about an image is from before its erasure. */
    public boolean covers(String tenant, String imageId, Instant then) {
        byte[] at = store.get(key(StoreKey.image(tenant, imageId)));
        return at != null && !then.isAfter(instant(at));
    }

    /**
     * Whether it is an upload from before its image's erasure that was answered.
     *
     * @param upload null where it is not known, of which this is not
     */
    public boolean coversUpload(String tenant, String imageId, RecordCoordinates upload) {
        return upload != null && store.get(key(StoreKey.upload(tenant, imageId, upload))) != null;
    }

    /** Forgets erasures that nothing can come before any more, at most so many. */
    public void sweep(Instant now, long limit) {
        ages.due(now.minus(retention), limit).forEach(due -> {
            store.delete(due.key());
            ages.remove(due.at(), due.key());
        });
    }

    private static Instant instant(byte[] value) {
        return Instant.ofEpochMilli(ByteBuffer.wrap(value).getLong());
    }

    private static String key(String of) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException("every Java has SHA-256", every);
        }
    }
}
