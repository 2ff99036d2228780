package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class UploadOriginTest {

    private static final UploadOrigin ORIGIN = new UploadOrigin("images.uploaded", 3, 42, 1_700_000_000_000L);

    @Test
    void theOriginOfADeferredUploadIsWhereItWasFirst() {
        Headers headers = new RecordHeaders();
        ORIGIN.addTo(headers);

        assertThat(UploadOrigin.of(record("images.deferred", headers))).isEqualTo(ORIGIN);
    }

    @Test
    void whatIsReadFromTheProducersTopicIsThereWhateverItsHeadersSay() {
        Headers forged = new RecordHeaders();
        new UploadOrigin("images.uploaded", 0, 1, 2).addTo(forged);

        assertThat(UploadOrigin.of(record("images.uploaded", forged)))
                .isEqualTo(new UploadOrigin("images.uploaded", 1, 7, 5));
    }

    @Test
    void aPrefixChangesNothing() {
        UploadOrigin first = new UploadOrigin("acme.images.uploaded", 3, 42, 5);
        Headers headers = new RecordHeaders();
        first.addTo(headers);

        assertThat(UploadOrigin.of(record("acme.images.deferred", headers))).isEqualTo(first);
        assertThat(UploadOrigin.of(record("acme.images.uploaded", headers)))
                .isEqualTo(new UploadOrigin("acme.images.uploaded", 1, 7, 5));
    }

    @Test
    void forgedHeadersGoWhenAnUploadIsDeferred() {
        Headers headers = new RecordHeaders();
        new UploadOrigin("images.uploaded", 0, 1, 2).addTo(headers);
        ORIGIN.addTo(headers);

        assertThat(headers.headers(UploadOrigin.OFFSET)).hasSize(1);
        assertThat(UploadOrigin.of(record("images.deferred", headers))).isEqualTo(ORIGIN);
    }

    @Test
    void headersThatAreMissingOrBrokenLeaveAnUploadWhereItWasRead() {
        UploadOrigin here = new UploadOrigin("images.deferred", 1, 7, 5);
        Headers broken = new RecordHeaders();
        ORIGIN.addTo(broken);
        broken.remove(UploadOrigin.OFFSET)
                .add(UploadOrigin.OFFSET, "many".getBytes(StandardCharsets.UTF_8))
                .add("other", null);

        assertThat(UploadOrigin.of(record("images.deferred", new RecordHeaders())))
                .isEqualTo(here);
        assertThat(UploadOrigin.of(record("images.deferred", broken))).isEqualTo(here);
    }

    @Test
    void aDeadLetterOfADeferredUploadTellsOfTheOriginAlone() {
        Headers headers = new RecordHeaders();
        ORIGIN.addTo(headers);
        DeadLetterHeaders story = DeadLetterHeaders.of(record("images.deferred", headers), "MALFORMED", "broken");

        assertThat(story)
                .returns("images.uploaded", DeadLetterHeaders::topic)
                .returns(3, DeadLetterHeaders::partition)
                .returns(42L, DeadLetterHeaders::offset)
                .returns(1_700_000_000_000L, DeadLetterHeaders::timestamp);
        assertThat(story.addTo(headers).lastHeader(UploadOrigin.TOPIC)).isNull();
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, Headers headers) {
        return new ConsumerRecord<>(
                topic, 1, 7, 5, TimestampType.CREATE_TIME, 0, 0, null, new byte[0], headers, Optional.empty());
    }
}
