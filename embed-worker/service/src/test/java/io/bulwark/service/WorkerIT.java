package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageLocation;
import io.bulwark.events.InlineImage;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.WorkerUnderTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** The whole way with the real model and a real broker. */
class WorkerIT extends TrafficCase {

    @Test
    void an_upload_gets_a_verdict_with_all_its_evidence() {
        References.fill(traffic, name);
        try (WorkerUnderTest worker = WorkerUnderTest.startWithDefaults(name).awaitReady()) {
            traffic.upload(SampleUploads.inline("board", Pictures.board(100)));
            traffic.upload(SampleUploads.inline("discs", Pictures.discs(100)));

            Verdict board = traffic.verdictOn("board");
            Verdict discs = traffic.verdictOn("discs");

            assertThat(board.getDecision()).isEqualTo(Decision.NSFW);
            assertThat(discs.getDecision()).isEqualTo(Decision.SAFE);
            assertThat(board.getUploaderId()).isEqualTo("uploader-1");
            assertThat(board.getModelFingerprint()).isEqualTo(References.modelFingerprint());
            assertThat(board.getBankVersion()).hasSize(64).isEqualTo(discs.getBankVersion());
            assertThat(board.getPreprocessFingerprint()).isNotBlank();
            assertThat(board.getPolicyVersion()).isNotBlank();
            assertThat(board.getContentSha256()).hasSize(64);
            assertThat(board.getPerceptualKey()).hasSize(16);
            assertThat(board.getUpload().getTopic()).isEqualTo("images.uploaded");
            assertThat(board.getTimingsMicros()).containsKeys("decode", "preprocess", "queue", "embed", "search");
            assertThat(board.getViews().get(0).getView()).isEqualTo("whole");
            assertThat(board.getViews().get(0).getNeighbours())
                    .hasSize(3)
                    .extracting(Neighbour::getLabel)
                    .containsOnly(References.FLAGGED);
            assertThat(board.getViews().get(0).getClassProbabilities())
                    .as("the default has no classifier")
                    .isNull();
            assertThat(worker.meters()
                            .counter("bulwark.decisions", "decision", "NSFW", "reason", "none")
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void many_uploads_get_one_verdict_each() {
        References.fill(traffic, name);
        int count = 200;
        try (WorkerUnderTest worker = WorkerUnderTest.startWithDefaults(name).awaitReady()) {
            for (int i = 0; i < count; i++) {
                traffic.upload(SampleUploads.inline("image-" + i, Pictures.discs(i)));
            }
            traffic.awaitVerdicts(count);
        }
        traffic.readToEnd();
        assertThat(traffic.verdicts())
                .extracting(Verdict::getImageId)
                .doesNotHaveDuplicates()
                .hasSize(count);
    }

    @Test
    void what_is_no_upload_becomes_a_dead_letter_with_its_bytes_and_its_story() {
        References.fill(traffic, name);
        byte[] unknownSchema = {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0};
        byte[] random = "neither framing".getBytes(StandardCharsets.UTF_8);
        try (WorkerUnderTest worker = WorkerUnderTest.start(name).awaitReady()) {
            traffic.raw("unknown-schema", unknownSchema);
            traffic.raw("random", random);
            traffic.raw("null", null);
            traffic.upload(SampleUploads.inline(" ", Pictures.board(1)));
            traffic.upload(SampleUploads.inline("after", Pictures.board(1)));

            assertThat(traffic.verdictOn("after").getDecision()).isEqualTo(Decision.NSFW);
            Map<String, ConsumerRecord<byte[], byte[]>> byKey = traffic.awaitDeadLetters(4).stream()
                    .collect(
                            Collectors.toMap(record -> new String(record.key(), StandardCharsets.UTF_8), each -> each));

            assertThat(byKey.get("unknown-schema").value()).isEqualTo(unknownSchema);
            assertThat(byKey.get("random").value()).isEqualTo(random);
            assertThat(byKey.get("null").value()).isNull();
            assertThat(reason(byKey.get("unknown-schema"))).isEqualTo("UNKNOWN_SCHEMA");
            assertThat(reason(byKey.get("random"))).isEqualTo("UNKNOWN_FRAMING");
            assertThat(reason(byKey.get("null"))).isEqualTo("NULL_VALUE");
            assertThat(reason(byKey.get(" "))).isEqualTo("INVALID_EVENT");
        }
    }

    @Test
    void what_cannot_be_seen_is_refused_with_its_reason_and_the_worker_goes_on() {
        References.fill(traffic, name);
        try (WorkerUnderTest worker = WorkerUnderTest.start(name).awaitReady()) {
            traffic.upload(SampleUploads.inline("empty", new byte[0]));
            traffic.upload(
                    SampleUploads.inline("html", "<html><body>no</body></html>".getBytes(StandardCharsets.UTF_8)));
            traffic.upload(SampleUploads.at("metadata", "http://169.254.169.254/latest/meta-data"));
            traffic.upload(SampleUploads.at("file", "file:///etc/passwd"));
            traffic.upload(SampleUploads.of(
                    "attributes",
                    new InlineImage(ByteBuffer.wrap(Pictures.board(2))),
                    Map.of("large", "x".repeat(5_000_000))));
            traffic.upload(
                    SampleUploads.of("announced", new ImageLocation("http://example.com/x", null, 1L << 40), Map.of()));

            assertThat(traffic.verdictOn("empty").getReason()).isEqualTo(Reason.EMPTY_FILE);
            assertThat(traffic.verdictOn("html").getReason()).isEqualTo(Reason.NOT_AN_IMAGE);
            assertThat(traffic.verdictOn("metadata").getReason()).isEqualTo(Reason.LOCATION_FORBIDDEN);
            assertThat(traffic.verdictOn("file").getReason()).isEqualTo(Reason.LOCATION_FORBIDDEN);
            assertThat(traffic.verdictOn("announced").getReason()).isEqualTo(Reason.TOO_LARGE);
            assertThat(traffic.verdictOn("attributes").getDecision()).isEqualTo(Decision.NSFW);
            assertThat(traffic.verdictOn("empty"))
                    .returns(Decision.REFUSED, Verdict::getDecision)
                    .returns(1.0, Verdict::getScore);
        }
    }

    @Test
    void two_workers_share_the_partitions_and_the_leaving_of_one_loses_and_doubles_nothing() {
        References.fill(traffic, name);
        int count = 300;
        try (WorkerUnderTest first = startSideBySide().awaitReady()) {
            for (int i = 0; i < count / 3; i++) {
                traffic.upload(SampleUploads.inline("image-" + i, Pictures.discs(i)));
            }
            String firstId = traffic.verdictOn("image-0").getDecidedBy().getId();
            try (WorkerUnderTest second = startSideBySide().awaitReady()) {
                for (int i = count / 3; i < count; i++) {
                    traffic.upload(SampleUploads.inline("image-" + i, Pictures.discs(i)));
                }
                // Ready says that it has joined; the first worker may take seconds to give it partitions.
                traffic.awaitVerdict(verdict -> !verdict.getDecidedBy().getId().equals(firstId));
            }
            List<Verdict> verdicts = traffic.awaitVerdicts(count);
            Set<String> deciders = new HashSet<>();
            verdicts.forEach(verdict -> deciders.add(verdict.getDecidedBy().getId()));
            assertThat(deciders).hasSize(2);
        }
        traffic.readToEnd();
        assertThat(traffic.verdicts())
                .extracting(Verdict::getImageId)
                .doesNotHaveDuplicates()
                .hasSize(count);
    }

    @Test
    void a_stopped_worker_has_left_the_group_and_another_takes_over_at_once() {
        References.fill(traffic, name);
        WorkerUnderTest first = WorkerUnderTest.start(name).awaitReady();
        traffic.upload(SampleUploads.inline("first", Pictures.board(1)));
        traffic.verdictOn("first");
        first.close();
        assertThat(first.worker().state()).isEqualTo(WorkerState.STOPPED);

        try (WorkerUnderTest second = WorkerUnderTest.start(name).awaitReady()) {
            traffic.upload(SampleUploads.inline("second", Pictures.board(2)));
            traffic.verdictOn("second");
        }
        traffic.readToEnd();
        assertThat(traffic.verdicts()).hasSize(2);
    }

    private WorkerUnderTest startSideBySide() {
        return WorkerUnderTest.start(name, WorkerUnderTest.SIDE_BY_SIDE, clients -> clients);
    }

    private static String reason(ConsumerRecord<byte[], byte[]> record) {
        return DeadLetterHeaders.readFrom(record.headers()).orElseThrow().reason();
    }
}
