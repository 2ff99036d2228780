package io.bulwark.stream.erasure;

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
     * @param store digest of tenant and id to milliseconds since the epoch (long, big-endian)
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
        String key = key(tenant, imageId);
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
        byte[] at = store.get(key(tenant, imageId));
        return at != null && !then.isAfter(instant(at));
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

    private static String key(String tenant, String imageId) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(StoreKey.image(tenant, imageId).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException("every Java has SHA-256", every);
        }
    }
}
