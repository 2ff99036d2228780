package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.schemas.topic.UploadOrigin;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.pipeline.UploadInFlight.UploadFacts;
import io.bulwark.service.testing.SampleUploads;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class UploadFactsTest {

    @Test
    void an_ordinary_upload_is_not_odd() {
        assertThat(UploadIds.oddity(SampleUploads.inline("image", new byte[0]))).isEmpty();
    }

    @Test
    void an_id_that_is_empty_or_as_long_as_a_book_is_odd() {
        ImageUploaded event = SampleUploads.inline("image", new byte[0]);
        String book = "x".repeat(UploadIds.MAX_BYTES + 1);

        assertThat(UploadIds.oddity(SampleUploads.inline("", new byte[0])))
                .hasValueSatisfying(detail -> assertThat(detail).contains("imageId"));
        assertThat(UploadIds.oddity(SampleUploads.inline(book, new byte[0])))
                .hasValueSatisfying(detail -> assertThat(detail).contains("imageId", "1025", "1024"));
        assertThat(UploadIds.oddity(
                        ImageUploaded.newBuilder(event).setUploaderId(book).build()))
                .hasValueSatisfying(detail -> assertThat(detail).contains("uploaderId"));
        assertThat(UploadIds.oddity(
                        ImageUploaded.newBuilder(event).setTenant(book).build()))
                .hasValueSatisfying(detail -> assertThat(detail).contains("tenant"));
    }

    /** Characters of three bytes each, as many as an index of the casebook cannot hold. */
    @Test
    void an_id_is_measured_in_bytes() {
        ImageUploaded event = SampleUploads.inline("image", new byte[0]);
        assertThat(UploadIds.oddity(SampleUploads.inline("\u6f22".repeat(341), new byte[0])))
                .isEmpty();
        assertThat(UploadIds.oddity(SampleUploads.inline("\u6f22".repeat(900), new byte[0])))
                .hasValueSatisfying(detail -> assertThat(detail).contains("imageId", "2700", "1024"));
        assertThat(UploadIds.oddity(ImageUploaded.newBuilder(event)
                        .setTenant("\u6f22".repeat(86))
                        .build()))
                .hasValueSatisfying(detail -> assertThat(detail).contains("tenant", "258", "256"));
    }

    @Test
    void attributes_travel_as_far_as_they_fit() {
        Map<String, String> few = Map.of("order", "7", "empty", "");
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("key-%03d".formatted(i), "value");
        }
        Map<String, String> large =
                Map.of("a", "x".repeat(5_000_000), "b", "small", "c", "y".repeat(8_000), "d", "z".repeat(300));

        assertThat(attributes(few)).isEqualTo(few);
        assertThat(attributes(many))
                .hasSize(UploadFacts.MAX_ATTRIBUTES)
                .containsKeys("key-000", "key-031")
                .doesNotContainKey("key-032");
        assertThat(attributes(large)).as("whole or not at all").containsOnlyKeys("b", "c");
    }

    @Test
    void a_deferred_upload_s_answer_names_where_it_was_first() {
        RecordHeaders headers = new RecordHeaders();
        new UploadOrigin("images.uploaded", 3, 42, 1_700_000_000_000L).addTo(headers);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "images.deferred",
                1,
                7,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                headers,
                Optional.empty());
        UploadInFlight upload = new UploadInFlight(record, NanoClock.SYSTEM, () -> {});

        assertThat(UploadFacts.of(SampleUploads.inline("image", new byte[0]), upload)
                        .coordinates())
                .isEqualTo(new RecordCoordinates("images.uploaded", 3, 42L));
        upload.deadLetter("TEST", "answered");
        assertThat(((Outcome.DeadLettered) upload.outcome().orElseThrow())
                        .story()
                        .offset())
                .isEqualTo(42);
        assertThat(upload.partition().topic()).as("where it was read").isEqualTo("images.deferred");
    }

    private static Map<String, String> attributes(Map<String, String> given) {
        ImageUploaded event = ImageUploaded.newBuilder(SampleUploads.inline("image", new byte[0]))
                .setAttributes(given)
                .build();
        UploadInFlight upload = new UploadInFlight(
                new ConsumerRecord<>("images.uploaded", 0, 0, new byte[0], new byte[0]), NanoClock.SYSTEM, () -> {});
        return UploadFacts.of(event, upload).attributes();
    }
}
