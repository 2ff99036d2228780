package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.schemas.topic.UploadOrigin;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AnswerRecordsTest {

    private static final TopicPartition P0 = new TopicPartition("images.uploaded", 0);

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final AnswerRecords records = records(TopicNames.UNPREFIXED);

    private static AnswerRecords records(TopicNames topics) {
        return new AnswerRecords(
                new AnswerSerializers(
                        new EventSerializer<>(Verdict.class),
                        new EventSerializer<>(AttackAudit.class),
                        new EventSerializer<>(ImageEmbedding.class),
                        topics),
                17 << 20);
    }

    @Test
    void a_verdict_goes_to_its_topic_under_its_image() {
        Verdict verdict = verdict(11);
        ProducerRecord<byte[], byte[]> record = only(answered(verdict));

        assertThat(record.topic()).isEqualTo("moderation.verdicts");
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("image");
        assertThat(read(record)).isEqualTo(verdict);
    }

    @Test
    void a_deferred_upload_travels_as_it_was_read_with_its_origin() {
        UploadInFlight upload = InFlightTest.upload(P0, 7, 10);
        upload.record().headers().add("producers", new byte[] {1}).add(UploadOrigin.OFFSET, new byte[] {'9'});
        upload.complete(new Outcome.Deferred());

        ProducerRecord<byte[], byte[]> record = records.of(upload).get(0);
        assertThat(record.topic()).isEqualTo("images.deferred");
        assertThat(record.key()).isEqualTo(upload.record().key());
        assertThat(record.value()).isEqualTo(upload.record().value());
        assertThat(record.headers().lastHeader("producers").value()).containsExactly(1);
        assertThat(new String(record.headers().lastHeader(UploadOrigin.OFFSET).value(), StandardCharsets.UTF_8))
                .isEqualTo("7");
        assertThat(record.headers().headers(UploadOrigin.OFFSET)).hasSize(1);
    }

    @Test
    void an_upload_that_is_too_large_to_be_deferred_is_a_dead_letter() {
        for (int i = 0; i < 10; i++) {
            records.shrink();
        }
        UploadInFlight upload = InFlightTest.upload(P0, 7, 200_000);
        upload.complete(new Outcome.Deferred());

        ProducerRecord<byte[], byte[]> record = records.of(upload).get(0);
        assertThat(record.topic()).isEqualTo("moderation.dead-letters");
        assertThat(DeadLetterHeaders.readFrom(record.headers()).orElseThrow().reason())
                .isEqualTo("TOO_LARGE_TO_DEFER");
        assertThat(upload.outcome().orElseThrow())
                .as("it is counted and logged as one")
                .isInstanceOfSatisfying(
                        Outcome.DeadLettered.class,
                        dead -> assertThat(dead.story().reason()).isEqualTo("TOO_LARGE_TO_DEFER"));
    }

    @Test
    void a_verdict_with_more_evidence_than_its_topic_takes_keeps_the_nearest() {
        ProducerRecord<byte[], byte[]> record = only(answered(verdict(60_000)));

        assertThat(record.value().length).isLessThan(Topics.VERDICTS.maxRecordBytes());
        assertThat(read(record).getViews().get(0).getNeighbours()).hasSizeBetween(1_000, 59_999);
        assertThat(read(record).getDecision()).isEqualTo(Decision.NSFW);
    }

    @Test
    void an_embedding_follows_its_verdict_under_the_same_image() {
        UploadInFlight upload = InFlightTest.upload(P0, 1, 10);
        upload.complete(new Outcome.Answered(verdict(3), List.of(), Optional.of(embedding(1_000))));

        List<ProducerRecord<byte[], byte[]>> both = records.of(upload);

        assertThat(both)
                .extracting(ProducerRecord::topic)
                .containsExactly("moderation.verdicts", "moderation.embeddings");
        assertThat(new String(both.get(1).key(), StandardCharsets.UTF_8)).isEqualTo("image");
    }

    @Test
    void under_a_prefix_every_record_goes_to_a_topic_of_that_prefix() {
        UploadInFlight answered = InFlightTest.upload(P0, 1, 10);
        answered.complete(new Outcome.Answered(verdict(3), List.of(audit(3)), Optional.of(embedding(1_000))));
        UploadInFlight deferred = InFlightTest.upload(P0, 2, 10);
        deferred.complete(new Outcome.Deferred());
        UploadInFlight dead = InFlightTest.upload(P0, 3, 10);
        dead.deadLetter("MALFORMED", "why");
        AnswerRecords prefixed = records(new TopicNames("acme."));

        assertThat(Stream.of(answered, deferred, dead).flatMap(upload -> prefixed.of(upload).stream()))
                .extracting(ProducerRecord::topic)
                .containsExactly(
                        "acme.moderation.verdicts",
                        "acme.moderation.attack-audit",
                        "acme.moderation.embeddings",
                        "acme.images.deferred",
                        "acme.moderation.dead-letters");
    }

    @Test
    void an_embedding_that_its_topic_does_not_take_is_left_out() {
        UploadInFlight upload = InFlightTest.upload(P0, 1, 10);
        upload.complete(new Outcome.Answered(verdict(3), List.of(), Optional.of(embedding(1 << 20))));

        assertThat(records.of(upload)).extracting(ProducerRecord::topic).containsExactly("moderation.verdicts");
    }

    private static ImageEmbedding embedding(int bytes) {
        return ImageEmbedding.newBuilder()
                .setImageId("image")
                .setTenant("default")
                .setUploaderId("uploader")
                .setModelFingerprint("model")
                .setPreprocessFingerprint("preprocess")
                .setDecision(Decision.NSFW)
                .setScore(1)
                .setViews(List.of(new ViewEmbedding("whole", ByteBuffer.allocate(bytes))))
                .setDecidedAt(Instant.EPOCH)
                .build();
    }

    @Test
    void audits_follow_their_verdict_under_the_same_image() {
        Verdict verdict = verdict(3);
        AttackAudit audit = audit(3);
        UploadInFlight upload = InFlightTest.upload(P0, 1, 10);
        upload.complete(new Outcome.Answered(verdict, List.of(audit)));

        List<ProducerRecord<byte[], byte[]>> both = records.of(upload);

        assertThat(both)
                .extracting(ProducerRecord::topic)
                .containsExactly("moderation.verdicts", "moderation.attack-audit");
        assertThat(new String(both.get(1).key(), StandardCharsets.UTF_8)).isEqualTo("image");
        assertThat(readAudit(both.get(1))).isEqualTo(audit);
    }

    @Test
    void an_audit_with_more_evidence_than_its_topic_takes_keeps_the_nearest_of_both_sides() {
        UploadInFlight upload = InFlightTest.upload(P0, 1, 10);
        upload.complete(new Outcome.Answered(verdict(3), List.of(audit(60_000))));

        ProducerRecord<byte[], byte[]> record = records.of(upload).get(1);

        assertThat(record.value().length).isLessThan(Topics.ATTACK_AUDIT.maxRecordBytes());
        assertThat(readAudit(record).getRobustNeighbours()).hasSizeBetween(1_000, 30_000);
        assertThat(readAudit(record).getCleanNeighbours()).hasSizeBetween(1_000, 30_000);
    }

    @Test
    void a_dead_letter_carries_the_bytes_the_headers_and_the_story() {
        UploadInFlight upload = InFlightTest.upload(P0, 7, 5);
        upload.record().headers().add("trace", new byte[] {1});
        upload.deadLetter("UNKNOWN_SCHEMA", "why");

        ProducerRecord<byte[], byte[]> record = only(upload);

        assertThat(record.topic()).isEqualTo("moderation.dead-letters");
        assertThat(record.key()).isSameAs(upload.record().key());
        assertThat(record.value()).isSameAs(upload.record().value());
        assertThat(record.headers().lastHeader("trace").value()).containsExactly(1);
        DeadLetterHeaders story = DeadLetterHeaders.readFrom(record.headers()).orElseThrow();
        assertThat(story.reason()).isEqualTo("UNKNOWN_SCHEMA");
        assertThat(story.offset()).isEqualTo(7);
    }

    @Test
    void every_answer_names_the_trace_of_its_upload() {
        UploadInFlight answered = traced(InFlightTest.upload(P0, 1, 10), PARENT, "vendor=a");
        answered.complete(new Outcome.Answered(verdict(3), List.of(audit(3))));
        UploadInFlight dead = traced(InFlightTest.upload(P0, 7, 5), PARENT, "vendor=a");
        dead.deadLetter("MALFORMED", "why");
        UploadInFlight tooLarge = traced(InFlightTest.upload(P0, 7, 17 << 20), PARENT, "vendor=a");
        tooLarge.deadLetter("MALFORMED", "why");

        for (UploadInFlight upload : List.of(answered, dead, tooLarge)) {
            assertThat(records.of(upload)).isNotEmpty().allSatisfy(record -> {
                assertThat(record.headers().headers("traceparent"))
                        .extracting(header -> new String(header.value(), StandardCharsets.UTF_8))
                        .containsExactly(PARENT);
                assertThat(record.headers().headers("tracestate"))
                        .extracting(header -> new String(header.value(), StandardCharsets.UTF_8))
                        .containsExactly("vendor=a");
            });
        }
    }

    @Test
    void a_trace_that_is_malformed_is_on_no_answer_not_even_on_a_dead_letter() {
        UploadInFlight dead = traced(InFlightTest.upload(P0, 7, 5), "00-short", "vendor=a");
        dead.record().headers().add("other", new byte[] {1});
        dead.deadLetter("MALFORMED", "why");

        ProducerRecord<byte[], byte[]> record = only(dead);

        assertThat(record.headers().lastHeader("traceparent")).isNull();
        assertThat(record.headers().lastHeader("tracestate")).isNull();
        assertThat(record.headers().lastHeader("other")).isNotNull();
    }

    /** The same upload, its record with these headers. */
    private static UploadInFlight traced(UploadInFlight upload, String parent, String state) {
        upload.record()
                .headers()
                .add("traceparent", parent.getBytes(StandardCharsets.UTF_8))
                .add("tracestate", state.getBytes(StandardCharsets.UTF_8));
        return new UploadInFlight(upload.record(), () -> 0, () -> {});
    }

    @Test
    void a_dead_letter_too_large_for_its_topic_travels_without_its_value_and_says_so() {
        UploadInFlight upload = InFlightTest.upload(P0, 7, 17 << 20);
        upload.deadLetter("MALFORMED", "why.");

        ProducerRecord<byte[], byte[]> record = only(upload);

        assertThat(record.value()).isNull();
        assertThat(DeadLetterHeaders.readFrom(record.headers()).orElseThrow().detail())
                .startsWith("why.")
                .contains("left out")
                .contains("bulwark.kafka.max-record-bytes");
    }

    @Test
    void a_broker_that_takes_less_than_the_catalogue_says_is_learnt_from() {
        UploadInFlight upload = InFlightTest.upload(P0, 7, 5 << 20);
        upload.deadLetter("MALFORMED", "why");
        assertThat(only(upload).value()).isNotNull();

        records.shrink();
        assertThat(only(upload).value()).isNotNull();
        records.shrink();
        assertThat(only(upload).value()).isNull();
    }

    @Test
    void what_is_read_again_later_has_no_record() {
        UploadInFlight upload = InFlightTest.upload(P0, 7, 5);
        upload.complete(new Outcome.TryLater("bank away"));

        assertThatThrownBy(() -> records.of(upload)).isInstanceOf(IllegalArgumentException.class);
    }

    private static UploadInFlight answered(Verdict verdict) {
        UploadInFlight upload = InFlightTest.upload(P0, 1, 10);
        upload.complete(new Outcome.Answered(verdict));
        return upload;
    }

    static Verdict verdict(int neighbours) {
        return SampleEvents.verdictOn("image", Decision.NSFW)
                .setUploaderId("uploader")
                .setScore(1)
                .setMargin(0.4)
                .setViews(List.of(new ViewEvidence(
                        "whole",
                        1.0,
                        Collections.nCopies(neighbours, new Neighbour("reference-0001", "nsfw", 1f, null)),
                        null)))
                .setDecidedAt(Instant.ofEpochMilli(1))
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker"))
                .build();
    }

    static AttackAudit audit(int neighbours) {
        List<Neighbour> many = Collections.nCopies(neighbours, new Neighbour("reference-0001", "nsfw", 1f, null));
        return AttackAudit.newBuilder()
                .setImageId("image")
                .setUploaderId("uploader")
                .setKind(AttackKind.TWIN_DISAGREEMENT)
                .setFusedScore(0.9)
                .setRobustNeighbours(many)
                .setCleanNeighbours(many)
                .setDecision(Decision.NSFW)
                .setModelFingerprint("model")
                .setDetectedAt(Instant.ofEpochMilli(1))
                .build();
    }

    private ProducerRecord<byte[], byte[]> only(UploadInFlight upload) {
        List<ProducerRecord<byte[], byte[]>> all = records.of(upload);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static AttackAudit readAudit(ProducerRecord<byte[], byte[]> record) {
        return new EventDeserializer<>(AttackAudit.class).deserialize(record.topic(), record.value());
    }

    private static Verdict read(ProducerRecord<byte[], byte[]> record) {
        return new EventDeserializer<>(Verdict.class).deserialize(record.topic(), record.value());
    }
}
