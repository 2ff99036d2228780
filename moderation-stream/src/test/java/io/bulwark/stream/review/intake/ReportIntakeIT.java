package io.bulwark.stream.review.intake;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.Duty;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TopicDump;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What intake makes of reports and appeals. */
class ReportIntakeIT extends IntakeRig {

    @Test
    void aReportBringsItsImageIntoTheQueueWhicheverComesFirst() {
        producer.send(report("first", ReportKind.REPORT).setDuty(Duty.NOTICE).build());
        producer.send(report("foreign", ReportKind.REPORT)
                .setContentSha256(ReviewDesk.sha256("another"))
                .build());
        try (IntakeLoop intake = intake(decisions(0), reports())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("early_report", "default") == 2);
            send(decision("first", Decision.SAFE));
            send(decision("foreign", Decision.SAFE));
            send(decision("last", Decision.NSFW));
            awaitCases(3);
            producer.send(report("last", ReportKind.APPEAL).build());
            producer.send(report("last", ReportKind.APPEAL).build());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> desk.queue.state(ANNA).waiting() == 2);
        }
        assertThat(desk.rows("early_report", "default"))
                .as("the report of another content waits for that")
                .isEqualTo(1);
        ReviewQueue.Claim first = desk.queue.claim(SARA).orElseThrow();
        assertThat(first.origins()).containsExactly("REPORT");
        assertThat(first.duties()).containsExactly("NOTICE");
        assertThat(first.dutyDue()).as("from its receipt").isEqualTo(SINCE.plus(Duration.ofHours(72)));
        ReviewQueue.Claim second = desk.queue.claim(SARA).orElseThrow();
        assertThat(second.origins()).containsExactly("APPEAL");
        assertThat(second.duties()).isEmpty();
    }

    @Test
    void aReportThatSaysTooLittleIsADeadLetterAndTheNextOneCounts() {
        send(decision("image", Decision.SAFE));
        producer.send(Topics.REPORTS.topicName(), "image", new byte[] {1, 2, 3});
        producer.send(report("image", ReportKind.REPORT).setReporter(" ").build());
        producer.send(report("image", ReportKind.REPORT).setTenant("*").build());
        producer.send(report("image", ReportKind.REPORT).build());
        try (IntakeLoop intake = intake(decisions(0), reports())) {
            intake.start();
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> desk.queue.state(ANNA).waiting() == 1);
        }
        assertThat(letters(registry, "UNKNOWN_FRAMING")).isEqualTo(1);
        assertThat(letters(registry, "INCOMPLETE")).isEqualTo(2);
        assertThat(TopicDump.all(TestBroker.bootstrapServers(), Topics.DEAD_LETTERS.topicName()))
                .hasSize(3);
    }

    @Test
    void aPersonMayReportTwoContentsOfAnImageBeforeEitherIsDecided() {
        for (String content : List.of("one", "two", "two")) {
            producer.send(report("image", ReportKind.REPORT)
                    .setContentSha256(ReviewDesk.sha256(content))
                    .build());
        }
        producer.send(report("image", ReportKind.APPEAL).build());
        try (IntakeLoop intake = intake(reports())) {
            intake.start();
            await().atMost(Duration.ofSeconds(30)).until(() -> desk.rows("early_report", "default") == 3);
        }
    }
}
