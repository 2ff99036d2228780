package io.bulwark.stream.missing;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.UploadIds;
import java.time.Instant;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Takes of each upload what is needed to await its answer, under the image's id: producers choose the partition of their
 * uploads, and workers that of the answers. What cannot be read, or has ids that are none, is left to the workers, who
 * set it aside. While a schema is awaited or the registry does not answer, reading stands still, as in {@link
 * io.bulwark.stream.intake.RecordReader}. One stream thread calls.
 */
public final class UploadReader extends ContextualProcessor<byte[], byte[], String, AwaitedUpload> {

    private final EventDecoder<ImageUploaded> decoder;

    public UploadReader(EventDecoder<ImageUploaded> decoder) {
        this.decoder = decoder;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context()
                .recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a record without coordinates reached a source's reader"));
        if (record.value() == null) {
            return;
        }
        DecodedEvent<ImageUploaded> decoded = decoder.decodeWaiting(metadata.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<ImageUploaded> undecodable
                && undecodable.reason().retriable()) {
            throw new StreamsException(undecodable.detail());
        }
        if (decoded instanceof DecodedEvent.Event<ImageUploaded> event
                && UploadIds.oddity(event.value()).isEmpty()) {
            ImageUploaded upload = event.value();
            var awaited = new AwaitedUpload(
                    upload.getTenant(),
                    upload.getImageId(),
                    upload.getUploaderId(),
                    new RecordCoordinates(metadata.topic(), metadata.partition(), metadata.offset()),
                    Instant.ofEpochMilli(record.timestamp()));
            context().forward(new Record<>(upload.getImageId(), awaited, record.timestamp()));
        }
    }

    @Override
    public void close() {
        decoder.close();
    }
}
