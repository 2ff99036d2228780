package io.bulwark.stream.missing;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The uploads of one task that have no answer yet. An upload is answered by a verdict on it, or on a later upload of the
 * same image id: nobody asks for the earlier one any more. The task's stream thread calls.
 */
public final class AwaitedUploads {

    /** Counted at most: above it the count says no more than "very many". */
    static final int MOST_COUNTED = 10_000;

    private final KeyValueStore<String, AwaitedUpload> store;
    private final AgeIndex ages;
    private final Duration deadline;
    private final Duration retention;

    /**
     * @param ages of the store's entries, by when the upload was taken in
     * @param deadline after which an upload is missing
     * @param retention after which it is given up
     */
    public AwaitedUploads(
            KeyValueStore<String, AwaitedUpload> store, AgeIndex ages, Duration deadline, Duration retention) {
        this.store = store;
        this.ages = ages;
        this.deadline = deadline;
        this.retention = retention;
    }

    /** An upload came. */
    public void add(AwaitedUpload upload) {
        String key = StoreKey.upload(upload.tenant(), upload.imageId(), upload.upload());
        store.put(key, upload);
        ages.add(upload.uploadedAt(), key);
    }

    /** A verdict came, on that upload; null where it does not say on which: then on all. */
    public void answered(String tenant, String imageId, RecordCoordinates upload) {
        List<KeyValue<String, AwaitedUpload>> answered = new ArrayList<>();
        try (KeyValueIterator<String, AwaitedUpload> found = store.prefixScan(
                StoreKey.prefix(tenant, imageId), Serdes.String().serializer())) {
            found.forEachRemaining(entry -> {
                if (upload == null || covers(upload, entry.value.upload())) {
                    answered.add(entry);
                }
            });
        }
        answered.forEach(entry -> remove(entry.key, entry.value.uploadedAt()));
    }

    /**
     * How many are past the deadline, at most {@value #MOST_COUNTED}. Gives up those whose record is gone.
     */
    public long overdue(Instant now) {
        ages.due(now.minus(retention), MOST_COUNTED).forEach(due -> remove(due.key(), due.at()));
        return ages.due(now.minus(deadline), MOST_COUNTED).size();
    }

    /** Whether an answer to one upload of an image leaves none to wait for on the other. */
    public static boolean covers(RecordCoordinates answered, RecordCoordinates upload) {
        return answered != null
                && answered.getTopic().equals(upload.getTopic())
                && answered.getPartition() == upload.getPartition()
                && answered.getOffset() >= upload.getOffset();
    }

    private void remove(String key, Instant uploadedAt) {
        store.delete(key);
        ages.remove(uploadedAt, key);
    }
}
