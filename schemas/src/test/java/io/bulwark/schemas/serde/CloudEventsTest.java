package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.testing.SampleEvents;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
    private static final String TOPIC = "moderation.verdicts";

    private final EventSerializer<Verdict> serializer = new EventSerializer<>(Verdict.class);
    private final Headers headers = new RecordHeaders();

    @Test
    void aRecordIsACloudEventInBinaryMode() {
        serializer.configure(Map.of(SerdeSettings.CLOUD_EVENTS_SOURCE, "/bulwark/test"), false);
        byte[] value = serializer.serialize(TOPIC, headers, SampleEvents.verdict());

        assertThat(texts())
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_source", "/bulwark/test")
                .containsEntry("ce_type", "io.bulwark.events.Verdict")
                .containsEntry("ce_subject", SampleEvents.verdict().getImageId())
                .containsEntry("content-type", "application/avro");
        assertThat(value).isEqualTo(serializer.serialize(TOPIC, SampleEvents.verdict()));
    }

    @Test
    void anEventThatIsSentAgainKeepsItsIdAndAnotherHasAnother() {
        serializer.configure(Map.of(SerdeSettings.CLOUD_EVENTS_SOURCE, "/bulwark/test"), false);
        serializer.serialize(TOPIC, headers, SampleEvents.verdict());
        String first = texts().get("ce_id");

        serializer.serialize(TOPIC, headers, SampleEvents.verdict());
        assertThat(texts().get("ce_id")).isEqualTo(first).hasSize(32);
        assertThat(headers.headers("ce_id")).hasSize(1);

        serializer.serialize(
                TOPIC,
                headers,
                Verdict.newBuilder(SampleEvents.verdict()).setImageId("another").build());
        assertThat(texts().get("ce_id")).isNotEqualTo(first);
    }

    /** Kafka Streams hands the headers of the record that is answered to the answer. */
    @Test
    void theAttributesOfTheRecordThatIsAnsweredAreNoneOfTheAnswers() {
        headers.add("ce_type", "io.bulwark.events.ImageUploaded".getBytes(StandardCharsets.UTF_8))
                .add("ce_id", new byte[] {1})
                .add("content-type", new byte[] {2})
                .add("traceparent", new byte[] {3});
        serializer.serialize(TOPIC, headers, SampleEvents.verdict());

        assertThat(headers).extracting("key").containsExactly("traceparent");
    }

    @Test
    void theAttributesOfAProducersEventStay() {
        headers.add("ce_type", "com.example.shop.judged".getBytes(StandardCharsets.UTF_8))
                .add("content-type", new byte[] {2});
        serializer.serialize(TOPIC, headers, SampleEvents.verdict());

        assertThat(headers).extracting("key").containsExactly("ce_type", "content-type");
    }

    @Test
    void aTombstoneIsNoEvent() {
        serializer.configure(Map.of(SerdeSettings.CLOUD_EVENTS_SOURCE, "/bulwark/test"), false);

        assertThat(serializer.serialize(TOPIC, headers, null)).isNull();
        assertThat(headers).isEmpty();
    }

    @Test
    void aSourceIsAUriReference() {
        Map<String, ?> settings = Map.of(SerdeSettings.CLOUD_EVENTS_SOURCE, "two words");

        assertThatThrownBy(() -> serializer.configure(settings, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(SerdeSettings.CLOUD_EVENTS_SOURCE)
                .hasMessageContaining("two words");
    }

    private Map<String, String> texts() {
        var texts = new LinkedHashMap<String, String>();
        headers.forEach(header -> texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return texts;
    }
}
