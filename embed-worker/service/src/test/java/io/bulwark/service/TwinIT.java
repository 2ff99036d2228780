package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.testing.FaultyClients;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.WorkerUnderTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A worker with a twin on a real broker. The twin is the default model in bfloat16, whose embeddings are nearly the same,
 * so that the labels of its bank alone decide whether the two part.
 */
class TwinIT extends TrafficCase {

    private static final Map<String, String> TWIN = Map.of(
            "bulwark.twin.model", ModelPackage.DEFAULT,
            "bulwark.twin.precision", "bf16",
            "bulwark.twin.threshold", "0",
            // The boards are regular enough to look like hidden pictures.
            "bulwark.scaling.enabled", "false",
            // The chessboards of this test are mosaics of panels, which both sides would rather leave to people.
            "bulwark.views.structure", "false");

    @BeforeEach
    void fillBank() {
        References.fill(traffic, name);
    }

    @Test
    void twins_that_agree_leave_a_score_in_the_verdict_and_no_audit() {
        References.fill(traffic, name, Precision.BF16, References.FLAGGED, References.SAFE);
        try (WorkerUnderTest worker =
                WorkerUnderTest.start(name, TWIN, clients -> clients).awaitReady()) {
            for (int i = 0; i < 5; i++) {
                traffic.upload(SampleUploads.inline("board-" + i, Pictures.board(100 + i)));
                traffic.upload(SampleUploads.inline("discs-" + i, Pictures.discs(100 + i)));
            }
            traffic.awaitVerdicts(10);
            traffic.readToEnd();

            assertThat(traffic.audits()).isEmpty();
            assertThat(traffic.verdicts()).allSatisfy(verdict -> {
                assertThat(verdict.getCleanTwinScore()).isEqualTo(verdict.getScore(), within(0.05));
                assertThat(verdict.getTimingsMicros()).containsKey("twin");
            });
            assertThat(worker.meters().counter("bulwark.twin.silent").count()).isZero();
        }
    }

    @Test
    void twins_that_part_leave_one_audit_beside_each_verdict_though_commits_fail() {
        References.fill(traffic, name, Precision.BF16, References.SAFE, References.FLAGGED);
        int count = 40;
        AtomicReference<FaultyClients> faulty = new AtomicReference<>();
        Map<String, String> settings = new HashMap<>(TWIN);
        settings.putAll(WorkerUnderTest.SIDE_BY_SIDE);
        settings.put("bulwark.transaction.max-records", "4");
        settings.put("bulwark.transaction.linger", "5ms");
        // A transaction that fails embeds all uploads in flight again, twice over.
        settings.put("bulwark.batch.max-in-flight", "12");
        try (WorkerUnderTest worker = WorkerUnderTest.start(name, settings, clients -> {
                    faulty.set(new FaultyClients(clients, 7));
                    return faulty.get();
                })
                .awaitReady()) {
            for (int i = 0; i < count; i++) {
                traffic.upload(SampleUploads.inline("board-" + i, Pictures.board(i)));
            }
            traffic.awaitVerdicts(count);
            assertThat(faulty.get().faults()).isPositive();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(worker.meters()
                                    .counter("bulwark.audits", "kind", "TWIN_DISAGREEMENT")
                                    .count())
                            .isPositive());
        }
        traffic.readToEnd();

        assertThat(traffic.verdicts()).extracting(Verdict::getImageId).doesNotHaveDuplicates();
        assertThat(traffic.audits())
                .hasSize(count)
                .extracting(AttackAudit::getImageId)
                .doesNotHaveDuplicates();
        AttackAudit audit = traffic.audits().get(0);
        assertThat(audit.getKind()).isEqualTo(AttackKind.TWIN_DISAGREEMENT);
        assertThat(audit.getUploaderId()).isEqualTo("uploader-1");
        assertThat(audit.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(audit.getCleanDecision()).isEqualTo(Decision.SAFE);
        assertThat(audit.getModelFingerprint()).isEqualTo(References.modelFingerprint());
        assertThat(audit.getTwinFingerprint()).isNotEqualTo(References.modelFingerprint());
        assertThat(labels(audit.getRobustNeighbours())).containsOnly(References.FLAGGED);
        assertThat(labels(audit.getCleanNeighbours())).containsOnly(References.SAFE);
        assertThat(audit.getUpload().getTopic()).isEqualTo("images.uploaded");
    }

    @Test
    void a_worker_whose_twin_has_no_bank_waits_for_it_and_says_how_it_is_written() {
        try (WorkerUnderTest worker = WorkerUnderTest.start(name, TWIN, clients -> clients)) {
            worker.awaitState(WorkerState.WAITING_FOR_BANK);
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(worker.worker().unreadiness().orElseThrow())
                                    .contains("bulwark.twin.model")
                                    .contains("--twin"));

            References.fill(traffic, name, Precision.BF16, References.FLAGGED, References.SAFE);

            worker.awaitReady();
            traffic.upload(SampleUploads.inline("board", Pictures.board(1)));
            assertThat(traffic.verdictOn("board").getCleanTwinScore()).isNotNull();
        }
    }

    private static List<String> labels(List<Neighbour> neighbours) {
        return neighbours.stream().map(Neighbour::getLabel).toList();
    }
}
