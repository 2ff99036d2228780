package io.bulwark.stream.review.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.DriftSamples;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.intake.IntakeTopic.EmbeddingIntake;
import io.bulwark.stream.testing.SeenPictures;
import io.bulwark.stream.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records of embeddings, as they lie on the topic, and the rows that they leave. */
class EmbeddingIntakeIT {

    private static final Instant RECORDED = Instant.parse("2026-11-26T10:00:00Z");

    private final EventSerializer<ImageEmbedding> values = new EventSerializer<>(ImageEmbedding.class);
    private TestDatabase database;
    private EmbeddingIntake intake;

    @BeforeEach
    void open() {
        values.configure(IntakeRig.SERDES, false);
        database = TestDatabase.open();
        intake = new EmbeddingIntake(new EventDecoder<>(ImageEmbedding.class), new DriftSamples(3));
    }

    @AfterEach
    void close() {
        intake.close();
        database.close();
    }

    @Test
    void ofWhatWorkersCallSafeOnePictureOfAnUploaderIsSampledAndNothingElse() {
        take(
                embedding("safe", Decision.SAFE),
                embedding("flagged", Decision.NSFW),
                embedding("doubtful", Decision.REVIEW),
                ImageEmbedding.newBuilder(embedding("no views", Decision.SAFE))
                        .setViews(List.of())
                        .build(),
                ImageEmbedding.newBuilder(embedding("no content", Decision.SAFE))
                        .setContentSha256(null)
                        .build());
        assertThat(images()).containsExactly("safe");
        assertThat(intake.before()).contains(Duration.ofHours(1));
    }

    @Test
    void recordsFromBeforeAnErasureAreLeftOut() {
        database.database().acrossTenants(handle -> {
            PersonalRows.ErasedRows.add(
                    handle, "default", "erased", Instant.now().plusSeconds(60));
            PersonalRows.ErasedRows.addUploader(
                    handle, "default", "uploader-of-gone", Instant.now().plusSeconds(60));
            return null;
        });
        take(embedding("erased", Decision.SAFE), embedding("gone", Decision.SAFE), embedding("kept", Decision.SAFE));
        assertThat(images()).containsExactly("kept");
    }

    /** Else the intake of embeddings would lock every image that is uploaded. */
    @Test
    void whatCannotBeSampledAnyMoreTakesNoLockOfItsImage() {
        List<ImageEmbedding> many = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            many.add(embedding("image-" + i, Decision.SAFE));
        }
        take(many.toArray(ImageEmbedding[]::new));
        long wanted = many.stream()
                .map(this::record)
                .map(intake::image)
                .filter(Optional::isPresent)
                .count();
        assertThat(wanted).as("three of a day").isEqualTo(3);
        assertThat(many.stream().map(this::record).filter(intake::wants))
                .as("nor a savepoint")
                .hasSize(3);
    }

    /** An erasure may come before a late embedding; what clears the topic after it clears the sample as well. */
    @Test
    void aTombstoneTakesThePictureWithIt() {
        take(embedding("gone", Decision.SAFE), embedding("kept", Decision.SAFE));
        ConsumerRecord<byte[], byte[]> tombstone = record("gone", null);
        assertThat(intake.image(tombstone)).as("whose lock it needs").contains("gone");
        take(List.of(tombstone));
        assertThat(images()).containsExactly("kept");
    }

    private static ImageEmbedding embedding(String imageId, Decision decision) {
        return ImageEmbedding.newBuilder(SeenPictures.of(imageId, "a model", "whole"))
                .setDecision(decision)
                .build();
    }

    private void take(ImageEmbedding... embeddings) {
        take(List.of(embeddings).stream().map(this::record).toList());
    }

    private void take(List<ConsumerRecord<byte[], byte[]>> records) {
        intake.prepare(records);
        database.database().acrossTenants(handle -> {
            records.forEach(record -> intake.take(handle, record));
            return null;
        });
    }

    private ConsumerRecord<byte[], byte[]> record(ImageEmbedding embedding) {
        String topic = Topics.EMBEDDINGS.topicName();
        return record(embedding.getImageId(), values.serialize(topic, embedding));
    }

    private static ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ConsumerRecord<>(
                Topics.EMBEDDINGS.topicName(),
                0,
                0,
                RECORDED.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private List<String> images() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery("SELECT image_id FROM drift_picture ORDER BY image_id")
                        .mapTo(String.class)
                        .list());
    }
}
