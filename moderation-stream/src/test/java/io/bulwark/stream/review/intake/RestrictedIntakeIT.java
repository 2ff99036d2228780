package io.bulwark.stream.review.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.ReportKind;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.stream.childsafety.RestrictedCases;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Content;
import io.bulwark.stream.state.Restriction.Standing;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Cases are opened by an intake of their own, by what the database says; ordinary lists leave their contents out. */
class RestrictedIntakeIT extends IntakeRig {

    private static final String HASH = ReviewDesk.sha256("a harmless drawing");

    /** An instance that knows of no case yet. */
    private final Restriction unaware = new Restriction(Set.of());

    private final AtomicInteger withoutCase = new AtomicInteger();

    private RestrictedCases cases() {
        return new RestrictedCases(
                database.database(),
                new RestrictedCases.Settings(Set.of(), RestrictedCases.Automatic.OFF, Duration.ofMinutes(5)));
    }

    private IntakeTopic<?> restricted() {
        return new RestrictedIntake(new EventDecoder<>(Verdict.class), unaware, cases(), withoutCase::incrementAndGet);
    }

    private static Verdict.Builder judged(String imageId, long offset) {
        return Samples.verdict(imageId)
                .setDecision(Decision.SAFE)
                .setDecidedAt(Instant.now())
                .setContentSha256(HASH)
                .setUpload(new RecordCoordinates("images.uploaded", 0, offset))
                .setAttributes(Map.of("surface", "ads"));
    }

    private static Verdict.Builder listed(String imageId) {
        return judged(imageId, 1)
                .setDecision(Decision.NSFW)
                .setDecidingLabel("sexual-minor")
                .setListed(new ListMatch("invented", "e-1", ListedHashKind.SHA256, "A1", true, false))
                .setRestricted(true);
    }

    private List<String> images() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery("SELECT image_id FROM restricted_case ORDER BY image_id")
                        .mapTo(String.class)
                        .list());
    }

    private List<String> offsets() {
        return database.asSuperuser()
                .withHandle(handle -> handle.createQuery("SELECT DISTINCT topic FROM intake_offset ORDER BY topic")
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void anIntakeOfAnEarlierVersionDoesNotReadForItAndTheTableSaysWhichCasesStand() {
        producer.send(listed("i1").build());
        try (IntakeLoop ordinary = intake(new VerdictIntake(new EventDecoder<>(Verdict.class), unaware, cases()))) {
            ordinary.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> offsets().size() == 1);
        }
        assertThat(images()).isEmpty();
        try (IntakeLoop loop = intake(restricted())) {
            loop.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> images().equals(List.of("i1")));
            producer.send(judged("i2", 2).build());
            await().atMost(Duration.ofSeconds(40)).until(() -> images().equals(List.of("i1", "i2")));
            producer.send(listed("i3").setUploaderId("an\0id").build());
            await().atMost(Duration.ofSeconds(40)).until(() -> withoutCase.get() == 1);
        }
        assertThat(offsets()).containsExactly("moderation.verdicts", "restricted/moderation.verdicts");

        producer.send(judged("i4", 3).build());
        producer.send(judged("other", 4)
                .setContentSha256(ReviewDesk.sha256("another drawing"))
                .build());
        try (IntakeLoop ordinary = intake(new VerdictIntake(new EventDecoder<>(Verdict.class), unaware, cases()))) {
            ordinary.start();
            await().atMost(Duration.ofSeconds(40)).until(() -> desk.rows("upload_trait", "default") > 0);
        }
        assertThat(desk.rows("upload_trait", "default"))
                .as("of the other alone")
                .isEqualTo(1);
    }

    @Test
    void ordinaryListsLeaveOutContentOfWhichACaseStands() {
        var restriction = new Restriction(Set.of());
        restriction.stand(new Standing(Set.of(new Content("default", ReviewDesk.sha256("i1"))), new byte[32]));
        send(decision("i1", Decision.REVIEW));
        send(decision("i2", Decision.REVIEW));
        producer.send(report("i1", ReportKind.REPORT)
                .setContentSha256(ReviewDesk.sha256("i1"))
                .build());
        producer.send(report("i2", ReportKind.REPORT).build());
        try (IntakeLoop loop = intake(
                new DecisionIntake(
                        new EventDecoder<>(ModerationDecision.class), desk.intake, new PromiseDraws(0), restriction),
                new ReportIntake(new EventDecoder<>(ImageReport.class), desk.intake, restriction))) {
            loop.start();
            awaitCases(1);
            await().atMost(Duration.ofSeconds(40)).until(() -> offsets().size() == 2);
        }
        assertThat(desk.rows("queue_item", "default")).isEqualTo(1);
        assertThat(desk.rows("early_report", "default")).isZero();
    }
}
