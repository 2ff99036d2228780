package io.bulwark.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.service.testing.Pictures;
import io.bulwark.service.testing.References;
import io.bulwark.service.testing.SampleUploads;
import io.bulwark.service.testing.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real workers that really die, one started after the other as a cluster does it. */
class PoisonIT extends TrafficCase {

    private static final String KILLER = WorkerProcess.DEADLY + "-1";

    @TempDir
    private Path folder;

    @BeforeEach
    void fillBank() {
        References.fill(traffic, name);
    }

    @Test
    @Tag("proof")
    void an_upload_that_kills_is_refused_after_three_deaths_and_its_neighbours_get_their_verdicts() throws Exception {
        upload("before", 12);
        traffic.upload(SampleUploads.inline(KILLER, Pictures.discs(50)));
        upload("behind", 12);
        traffic.flush();

        for (int deaths = 0; deaths < 3; deaths++) {
            WorkerProcess dying = start();
            Awaitility.await("a death").atMost(Duration.ofSeconds(90)).until(() -> !dying.isAlive());
            assertThat(dying.exitValue()).isEqualTo(WorkerProcess.KILLED_BY_UPLOAD);
        }
        WorkerProcess worker = start();
        traffic.awaitVerdicts(25);
        assertThat(traffic.verdictOn(KILLER))
                .returns(Decision.REFUSED, Verdict::getDecision)
                .returns(Reason.POISON, Verdict::getReason)
                .returns("uploader-1", Verdict::getUploaderId)
                .returns(null, Verdict::getContentSha256);
        assertThat(traffic.verdicts())
                .filteredOn(verdict -> !verdict.getImageId().equals(KILLER))
                .hasSize(24)
                .allSatisfy(verdict -> assertThat(verdict.getDecision()).isNotEqualTo(Decision.REFUSED));
        upload("after", 3);
        traffic.awaitVerdicts(28);
        assertThat(worker.isAlive()).isTrue();
        worker.close();
        assertOnce(28);
        assertThat(traffic.awaitDeadLetters(0)).isEmpty();
    }

    @Test
    @Tag("proof")
    void two_kills_from_outside_lose_and_double_nothing_and_cost_no_upload_its_verdict() throws Exception {
        upload("image", 150);
        traffic.flush();
        for (int verdicts : new int[] {10, 40}) {
            WorkerProcess killed = start();
            traffic.awaitVerdicts(verdicts);
            killed.kill();
        }
        try (WorkerProcess last = start()) {
            traffic.awaitVerdicts(150);
            assertThat(last.isAlive()).isTrue();
        }

        assertOnce(150);
        assertThat(traffic.awaitDeadLetters(0)).isEmpty();
        assertThat(traffic.verdicts())
                .filteredOn(verdict -> verdict.getReason() == Reason.POISON)
                .isEmpty();
    }

    private WorkerProcess start() throws IOException {
        return WorkerProcess.start(name, folder.resolve("workers.log"));
    }

    private void upload(String ids, int count) {
        for (int i = 0; i < count; i++) {
            traffic.upload(SampleUploads.inline(ids + "-" + i, Pictures.discs(i)));
        }
    }

    private void assertOnce(int count) {
        traffic.readToEnd();
        assertThat(traffic.verdicts())
                .extracting(Verdict::getImageId)
                .doesNotHaveDuplicates()
                .hasSize(count);
    }
}
