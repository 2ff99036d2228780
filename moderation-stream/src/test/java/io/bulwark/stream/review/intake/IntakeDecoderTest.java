package io.bulwark.stream.review.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.ImageReport;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class IntakeDecoderTest {

    private static final String TOPIC = "moderation.reports";

    private final Following schemas = new Following();
    private final IntakeTopic.IntakeDecoder<ImageReport> decoder = new IntakeTopic.IntakeDecoder<>(
            new EventDecoder<>(ImageReport.class, Map.of(SerdeSettings.FOLLOWED, schemas)));

    @Test
    void aPreparedRecordIsNotWaitedForAgain() {
        ConsumerRecord<byte[], byte[]> unknown = record(ofUnknownSchema());
        ConsumerRecord<byte[], byte[]> report = record(report());

        decoder.prepare(List.of(unknown, report, record(null)));
        assertThat(schemas.waits).isOne();
        schemas.awaited = true;

        assertThat(decoder.decode(unknown)).isInstanceOf(DecodedEvent.Undecodable.class);
        assertThat(decoder.read(unknown)).isEmpty();
        assertThat(decoder.read(report)).map(ImageReport::getImageId).contains("image");
        assertThat(schemas.waits).isOne();
    }

    @Test
    void aBatchWithARecordThatCannotBeReadYetIsNotPrepared() {
        schemas.ended = true;
        List<ConsumerRecord<byte[], byte[]>> batch = List.of(record(report()), record(ofUnknownSchema()));

        assertThatThrownBy(() -> decoder.prepare(batch)).isInstanceOf(KafkaException.class);
    }

    private static byte[] ofUnknownSchema() {
        return ByteBuffer.allocate(12)
                .put((byte) 0xc3)
                .put((byte) 1)
                .putLong(42)
                .array();
    }

    private static byte[] report() {
        try (var values = new EventSerializer<>(ImageReport.class)) {
            return values.serialize(
                    TOPIC,
                    ImageReport.newBuilder()
                            .setImageId("image")
                            .setKind(ReportKind.REPORT)
                            .setReporter("reader")
                            .setWords("")
                            .setAt(Instant.parse("2026-11-26T10:00:00Z"))
                            .build());
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>(TOPIC, 0, 0, null, value);
    }

    /** No schema ever arrives, and each is awaited once. */
    private static final class Following implements FollowedSchemas {

        private boolean awaited = true;
        private boolean ended;
        private int waits;

        @Override
        public Schema findByFingerprint(long fingerprint) {
            return null;
        }

        @Override
        public boolean isAwaited(long fingerprint) {
            return awaited;
        }

        @Override
        public void await(long fingerprint) {
            if (ended) {
                throw new KafkaException("following has ended");
            }
            waits++;
            awaited = false;
        }
    }
}
