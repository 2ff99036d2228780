package io.bulwark.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class DeadLetterHeadersTest {
    private static final ConsumerRecord<String, byte[]> ORIGINAL =
            new ConsumerRecord<>("images.uploaded", 3, 42, "image-1", new byte[] {1});

    @Test
    void theStoryComesBackAsItWasWritten() {
        var story = DeadLetterHeaders.of(ORIGINAL, "UNKNOWN_SCHEMA", "No bundled schema has that fingerprint — añadir.")
                .withException(new IllegalStateException("x"))
                .withSchemaFingerprint(Optional.of("0807060504030201"));

        assertThat(DeadLetterHeaders.readFrom(story.addTo(new RecordHeaders()))).contains(story);
    }

    @Test
    void whatIsNotKnownIsNotWritten() {
        var story = DeadLetterHeaders.of(ORIGINAL, "NULL_VALUE", "There is no value.");
        Headers headers = story.addTo(new RecordHeaders());

        assertThat(headers.lastHeader(DeadLetterHeaders.EXCEPTION_CLASS)).isNull();
        assertThat(headers.lastHeader(DeadLetterHeaders.SCHEMA_FINGERPRINT)).isNull();
        assertThat(DeadLetterHeaders.readFrom(headers)).contains(story);
    }

    @Test
    void headersArePlainText() {
        Headers headers = DeadLetterHeaders.of(ORIGINAL, "MALFORMED", "broken").addTo(new RecordHeaders());

        assertThat(text(headers, "bulwark.dead-letter.reason")).isEqualTo("MALFORMED");
        assertThat(text(headers, "bulwark.dead-letter.topic")).isEqualTo("images.uploaded");
        assertThat(text(headers, "bulwark.dead-letter.partition")).isEqualTo("3");
        assertThat(text(headers, "bulwark.dead-letter.offset")).isEqualTo("42");
    }

    @Test
    void theOriginalsOwnHeadersStay() {
        Headers headers = new RecordHeaders().add("traceparent", new byte[] {1});
        DeadLetterHeaders.of(ORIGINAL, "MALFORMED", "broken").addTo(headers);

        assertThat(headers.lastHeader("traceparent").value()).containsExactly(1);
    }

    @Test
    void aSecondFailureTakesThePlaceOfTheFirst() {
        var first = DeadLetterHeaders.of(ORIGINAL, "MALFORMED", "broken").withException(new RuntimeException());
        var second = DeadLetterHeaders.of(ORIGINAL, "NULL_VALUE", "There is no value.");
        Headers headers = second.addTo(first.addTo(new RecordHeaders()));

        assertThat(headers.headers(DeadLetterHeaders.REASON)).hasSize(1);
        assertThat(DeadLetterHeaders.readFrom(headers)).contains(second);
    }

    @Test
    void aDetailIsCutBeforeItFillsTheRecord() {
        var story = DeadLetterHeaders.of(ORIGINAL, "MALFORMED", "x".repeat(100_000));

        assertThat(story.detail()).hasSize(DeadLetterHeaders.MAX_DETAIL_CHARS).endsWith("…");
    }

    @Test
    void aRecordThatIsNoDeadLetterHasNoStory() {
        assertThat(DeadLetterHeaders.readFrom(new RecordHeaders())).isEmpty();
        Headers broken = DeadLetterHeaders.of(ORIGINAL, "MALFORMED", "broken").addTo(new RecordHeaders());
        broken.remove(DeadLetterHeaders.OFFSET).add(DeadLetterHeaders.OFFSET, "many".getBytes(StandardCharsets.UTF_8));
        assertThat(DeadLetterHeaders.readFrom(broken)).isEmpty();
    }

    private static String text(Headers headers, String name) {
        return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
