package io.bulwark.stream.decision;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.ClockedProcessor;
import io.bulwark.stream.state.ParkingReader;
import io.bulwark.stream.state.SourceReader.SourceRecord;
import io.bulwark.stream.state.StateLayout;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The uploads of one task without a verdict. A verdict on an upload also answers earlier uploads of the same image id.
 * The task's stream thread calls.
 */
public final class AwaitedUploads {

    /** The highest count that is reported. */
    static final int MOST_COUNTED = 10_000;

    private final KeyValueStore<String, AwaitedUpload> store;
    private final AgeIndex ages;
    private final Duration deadline;
    private final Duration retention;

    /**
     * @param ages of the store's entries, by when the upload was taken in
     * @param deadline after which an upload is missing
     * @param retention after which it is dropped
     */
    public AwaitedUploads(
            KeyValueStore<String, AwaitedUpload> store, AgeIndex ages, Duration deadline, Duration retention) {
        this.store = store;
        this.ages = ages;
        this.deadline = deadline;
        this.retention = retention;
    }

    /** Adds an upload. */
    public void add(AwaitedUpload upload) {
        String key = StoreKey.upload(upload.tenant(), upload.imageId(), upload.upload());
        store.put(key, upload);
        ages.add(upload.uploadedAt(), key);
    }

    /** Removes what a verdict on that upload answers; with null all uploads of the image. */
    public void answered(String tenant, String imageId, RecordCoordinates upload) {
        ClockedProcessor.all(store.prefixScan(StoreKey.prefix(tenant, imageId), new StringSerializer())).stream()
                .filter(entry -> upload == null || covers(upload, entry.value.upload()))
                .forEach(entry -> {
                    store.delete(entry.key);
                    ages.remove(entry.value.uploadedAt(), entry.key);
                });
    }

    /**
     * The number past the deadline, at most {@value #MOST_COUNTED}. Drops uploads whose record is gone.
     */
    public long overdue(Instant now) {
        ages.sweep(now.minus(retention)).forEach(due -> store.delete(due.key()));
        return ages.due(now.minus(deadline), MOST_COUNTED).size();
    }

    /** Whether a verdict on one upload of an image answers the other, too. */
    public static boolean covers(RecordCoordinates answered, RecordCoordinates upload) {
        return answered != null
                && answered.getTopic().equals(upload.getTopic())
                && answered.getPartition() == upload.getPartition()
                && answered.getOffset() >= upload.getOffset();
    }

    /**
     * An upload that has no answer yet.
     *
     * @param upload where its record stands
     * @param uploadedAt when the broker took it in
     */
    public record AwaitedUpload(
            String tenant, String imageId, String uploaderId, RecordCoordinates upload, Instant uploadedAt) {

        /** The layout in its store and in the internal topic. */
        public static Serde<AwaitedUpload> serde() {
            return StateLayout.of("awaited uploads", AwaitedUpload.class);
        }
    }

    /**
     * Forwards what is needed to wait for an upload's verdict, keyed by image id: producers choose the partition of
     * uploads, workers that of verdicts. Unreadable uploads, and those with invalid ids, are left to the workers, which
     * set them aside; what cannot be read yet is parked. One stream thread calls.
     */
    public static final class UploadReader extends ParkingReader<String, AwaitedUpload> {

        private final EventDecoder<ImageUploaded> decoder;

        /**
         * @param topic the uploads' name on the broker
         * @param decoder closed with this
         */
        public UploadReader(String topic, EventDecoder<ImageUploaded> decoder, TopologyEvents events) {
            super(topic, StoreNames.PARKED_UPLOADS, events);
            this.decoder = decoder;
        }

        @Override
        protected boolean take(SourceRecord record) {
            if (record.value() == null) {
                return true;
            }
            DecodedEvent<ImageUploaded> decoded = decoder.decodeAtOnce(record.topic(), record.value());
            if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable
                    && undecodable.reason().retriable()) {
                return false;
            }
            if (decoded instanceof DecodedEvent.Event<ImageUploaded> event
                    && UploadIds.oddity(event.value()).isEmpty()) {
                ImageUploaded upload = event.value();
                var awaited = new AwaitedUpload(
                        upload.getTenant(),
                        upload.getImageId(),
                        upload.getUploaderId(),
                        record.coordinates(),
                        record.at());
                context().forward(new Record<>(upload.getImageId(), awaited, record.timestamp()));
            }
            return true;
        }

        /** No verdict is awaited; the failure is in the log. */
        @Override
        protected void setAside(SourceRecord record, Throwable thrown) {}

        @Override
        public void close() {
            super.close();
            decoder.close();
        }
    }
}
