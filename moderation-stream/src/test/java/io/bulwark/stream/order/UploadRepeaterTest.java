package io.bulwark.stream.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class UploadRepeaterTest {

    private static final TopicPartition PARTITION = new TopicPartition("images.uploaded", 3);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final UploadRepeater repeater = new UploadRepeater(() -> consumer, producer, Duration.ofSeconds(10));

    @Test
    void anUploadGoesAsItWasToThePartitionWhereItLies() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 40L));
        consumer.schedulePollTask(() -> List.of(41L, 42L)
                .forEach(offset -> consumer.addRecord(new ConsumerRecord<>(
                        PARTITION.topic(), PARTITION.partition(), offset, bytes("i"), bytes("upload " + offset)))));

        assertThat(repeater.repeat(upload(41))).isEqualTo(UploadRepeater.Result.REPEATED);
        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record).extracting(ProducerRecord::topic).isEqualTo("images.uploaded");
            assertThat(record.partition()).isEqualTo(3);
            assertThat(record.key()).isEqualTo(bytes("i"));
            assertThat(record.value()).isEqualTo(bytes("upload 41"));
        });
    }

    @Test
    void oneThatTheTopicHasCutIsGone() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 42L));

        assertThat(repeater.repeat(upload(41))).isEqualTo(UploadRepeater.Result.GONE);
        assertThat(producer.history()).isEmpty();
    }

    /** The first polls of a new consumer often bring nothing. */
    @Test
    void aPollThatBringsNothingIsNotTheEnd() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 40L));
        consumer.schedulePollTask(() -> {});
        consumer.schedulePollTask(() -> consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), 41, bytes("i"), bytes("upload 41"))));

        assertThat(repeater.repeat(upload(41))).isEqualTo(UploadRepeater.Result.REPEATED);
    }

    @Test
    void aRecordThatTheTopicNoLongerHoldsBetweenOthersIsGone() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 40L));
        consumer.schedulePollTask(() -> consumer.addRecord(
                new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), 44, bytes("i"), bytes("upload 44"))));

        assertThat(repeater.repeat(upload(41))).isEqualTo(UploadRepeater.Result.GONE);
    }

    @Test
    void aBrokerThatIsAwayIsUnavailable() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 40L));
        consumer.setPollException(new TimeoutException("away"));

        assertThat(repeater.repeat(upload(41))).isEqualTo(UploadRepeater.Result.UNAVAILABLE);
    }

    @Test
    void aBrokerThatBringsNothingInTimeIsUnavailable() throws InterruptedException {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 40L));
        var impatient = new UploadRepeater(() -> consumer, producer, Duration.ofMillis(50));

        assertThat(impatient.repeat(upload(41))).isEqualTo(UploadRepeater.Result.UNAVAILABLE);
    }

    private static AwaitedUpload upload(long offset) {
        return new AwaitedUpload(
                "default",
                "i",
                "u1",
                new RecordCoordinates(PARTITION.topic(), PARTITION.partition(), offset),
                Samples.NOON);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
