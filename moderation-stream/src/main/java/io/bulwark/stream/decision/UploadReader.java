package io.bulwark.stream.decision;

import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.state.ParkingReader;
import io.bulwark.stream.state.SourceRecord;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forwards what is needed to wait for an upload's verdict, keyed by image id: producers choose the partition of
 * uploads, workers that of verdicts. Unreadable uploads, and those with invalid ids, are left to the workers, which set
 * them aside; what cannot be read yet is parked. One stream thread calls.
 */
public final class UploadReader extends ParkingReader<String, AwaitedUpload> {

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
                    upload.getTenant(), upload.getImageId(), upload.getUploaderId(), record.coordinates(), record.at());
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
