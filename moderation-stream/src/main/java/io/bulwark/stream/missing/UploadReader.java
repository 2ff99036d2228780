package io.bulwark.stream.missing;

import io.bulwark.events.ImageUploaded;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.stream.intake.ParkingReader;
import io.bulwark.stream.intake.SourceRecord;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.state.StoreNames;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes of each upload what is needed to await its answer, under the image's id: producers choose the partition of their
 * uploads, and workers that of the answers. What cannot be read, or has ids that are none, is left to the workers, who
 * set it aside; what cannot be read yet is parked. One stream thread calls.
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

    /** Its answer is not awaited; what failed is in the log. */
    @Override
    protected void setAside(SourceRecord record, Throwable thrown) {}

    @Override
    public void close() {
        super.close();
        decoder.close();
    }
}
