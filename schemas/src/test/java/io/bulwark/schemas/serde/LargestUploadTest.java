package io.bulwark.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.junit.jupiter.api.Test;

/** A producer's upload that its topic does not take is refused before it is sent, by the setting's name. */
class LargestUploadTest {

    private static final TopicNames SEVEN = TopicNames.of(Optional.empty(), Optional.of("7M"));

    @Test
    void anUploadBeyondTheSettingIsRefusedAndNamesTheSetting() {
        var serializer = new EventSerializer<>(ImageUploaded.class);
        serializer.configure(SEVEN.properties(), false);
        assertThat(serializer.serialize("images.uploaded", upload(7_000_000))).hasSizeGreaterThan(7_000_000);
        assertThatThrownBy(() -> serializer.serialize("images.uploaded", upload(8_000_000)))
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessageContaining("bulwark.topics.max-upload-bytes is 7340032")
                .hasMessageContaining("send its location");
    }

    @Test
    void withoutTheSettingTheCatalogueLimits() {
        var serializer = new EventSerializer<>(ImageUploaded.class);
        assertThat(serializer.serialize("images.uploaded", upload(16_000_000))).isNotEmpty();
        assertThatThrownBy(() -> serializer.serialize("images.uploaded", upload(17_000_000)))
                .isInstanceOf(RecordTooLargeException.class)
                .hasMessageContaining("16777216");
    }

    /** Kafka's limit is that of a batch, whose frame, key and headers are beside the value. */
    @Test
    void whatIsLetThroughFitsIntoABatchOfTheTopic() {
        var serializer = new EventSerializer<>(ImageUploaded.class);
        serializer.configure(SEVEN.properties(), false);
        byte[] value = serializer.serialize("images.uploaded", upload(SEVEN.maxUploadValueBytes() - 200));
        int batch = MemoryRecords.withRecords(
                        Compression.NONE, new SimpleRecord("k".repeat(1_024).getBytes(), value))
                .sizeInBytes();
        assertThat(batch).isLessThanOrEqualTo(SEVEN.maxRecordBytes(Topics.IMAGES_UPLOADED));
    }

    private static ImageUploaded upload(int bytes) {
        return ImageUploaded.newBuilder()
                .setImageId("image")
                .setUploaderId("account")
                .setUploadedAt(Instant.EPOCH)
                .setContent(new InlineImage(ByteBuffer.wrap(new byte[bytes])))
                .build();
    }
}
