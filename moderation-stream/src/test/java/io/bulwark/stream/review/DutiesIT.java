package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.doubtful;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.Duty;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.intake.ReviewMeters;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clocks of duties on a real PostgreSQL. */
class DutiesIT extends ReviewDeskTestCase {

    private static final int HOUR = 3600;

    private QueueRouting routing;
    private Duties duties;

    @BeforeEach
    void open() {
        routing = new QueueRouting(database.database(), Duration.ZERO);
        duties = new Duties(database.database());
    }

    @Test
    void aDutyComesFirstAndItsClockBeganWhenThePlatformReceivedIt() {
        desk.arrives("grave", 1);
        notice("intimate", Duty.INTIMATE_IMAGE, Instant.now().minus(Duration.ofHours(8)));

        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();

        assertThat(claim.imageId()).isEqualTo("intimate");
        assertThat(claim.duties()).containsExactly("INTIMATE_IMAGE");
        assertThat(claim.origins()).containsExactly("REPORT");
        assertThat(claim.dutyDue()).isCloseTo(Instant.now().plus(Duration.ofHours(40)), within(1, ChronoUnit.MINUTES));
        ReviewQueue.Claim next = desk.queue.claim(ANNA).orElseThrow();
        assertThat(next.duties()).isEmpty();
        assertThat(next.dutyDue()).isNull();
    }

    @Test
    void aQueueTakesDutiesAndALateOneEscalates() {
        routing.set(SARA, "legal", rule(2, null, null, null, "NOTICE"));
        routing.set(SARA, "orders", rule(1, null, 24 * HOUR, "legal", "ORDER", "IMMINENT_HARM"));
        desk.arrives("image", 0.5);
        notice("image", Duty.ORDER, Instant.now());
        notice("late", Duty.ORDER, Instant.now().minus(Duration.ofHours(2)));
        assertThat(queueOf("image")).isEqualTo("orders");
        assertThat(queueOf("late")).isEqualTo("orders");

        assertThat(routing.keepUp())
                .as("an order's own hour counts, not the queue's day")
                .isEqualTo(1);
        assertThat(routing.keepUp()).isZero();

        assertThat(queueOf("image")).isEqualTo("orders");
        assertThat(queueOf("late")).isEqualTo("legal");
        assertThatThrownBy(() -> routing.set(SARA, "orders", rule(1, null, null, null, "TAXES")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no duty 'TAXES'");
    }

    @Test
    void imminentHarmIsForSeniorsAtOnceAndAClaimOfAReviewerIsRevoked() {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim held = desk.queue.claim(ANNA).orElseThrow();

        notice("image", Duty.IMMINENT_HARM, Instant.now());

        assertThatThrownBy(() -> desk.decisions.decide(ANNA, says(held, "SAFE")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("ran out");
        assertThat(desk.queue.claim(BEN)).isEmpty();
        assertThat(desk.queue.claim(SARA)).map(ReviewQueue.Claim::imageId).hasValue("image");
    }

    @Test
    void whatNearsItsDeadlineGoesToTheSeniorsOnceItsReviewerHasLeftIt() {
        notice("image", Duty.INTIMATE_IMAGE, Instant.now());
        ReviewQueue.Claim held = desk.queue.claim(ANNA).orElseThrow();
        age(25);
        assertThat(routing.keepUp()).as("the claim holds").isZero();
        desk.queue.release(ANNA, held.itemId(), held.leaseId());

        assertThat(routing.keepUp()).isEqualTo(1);
        assertThat(routing.keepUp()).isZero();

        assertThat(desk.queue.claim(ANNA)).isEmpty();
        assertThat(desk.queue.claim(SARA)).isPresent();
    }

    @Test
    void aDecisionEndsTheClockAndAnUndoHasItRunOn() {
        notice("image", Duty.NOTICE, Instant.now());
        assertThat(standing("NOTICE").open()).isEqualTo(1);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        Decisions.Answer safe = says(claim, "SAFE");
        desk.decisions.decide(ANNA, safe);
        assertThat(standing("NOTICE").open()).isZero();
        assertThat(standing("NOTICE").kept()).isEqualTo(1);
        notice("image", Duty.NOTICE, Instant.now());
        assertThat(standing("NOTICE").open()).as("the same again is once").isZero();

        UUID lease = UUID.randomUUID();
        desk.decisions.undo(ANNA, claim.itemId(), safe.decisionId(), lease);
        assertThat(standing("NOTICE").open()).isEqualTo(1);
        assertThat(standing("NOTICE").kept()).isZero();
        age(1000);
        assertThat(standing("NOTICE").late()).isEqualTo(1);
        desk.queue.release(ANNA, claim.itemId(), lease);
        routing.keepUp();
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));

        assertThat(standing("NOTICE").missed()).isEqualTo(1);
        assertThat(duties.standings(OTHERS)).allMatch(each -> each.open() + each.kept() + each.missed() == 0);
    }

    @Test
    void aDutyReopensWhatAPersonCalledSafeAndIsDoneWhereItIsNsfwAlready() {
        decides("safe", "SAFE");
        decides("nsfw", "NSFW", "porn");

        notice("safe", Duty.NOTICE, Instant.now());
        notice("nsfw", Duty.NOTICE, Instant.now(), "NSFW");

        assertThat(standing("NOTICE").open()).isEqualTo(1);
        assertThat(standing("NOTICE").kept()).isEqualTo(1);
        assertThat(desk.queue.claim(ANNA)).as("another person decides").isEmpty();
        assertThat(desk.queue.claim(BEN)).map(ReviewQueue.Claim::imageId).hasValue("safe");
    }

    /** Else one person could have reviewers look at everything again, each day. */
    @Test
    void noticesOfOnePersonReopenWhatPeopleCalledSafeAFewTimesADayAndFlaggersAlways() {
        int most = QueueIntake.NOTICES_A_DAY;
        for (int i = 0; i < most + 2; i++) {
            decides("safe-" + i, "SAFE");
        }
        for (int i = 0; i <= most; i++) {
            notice("safe-" + i, Duty.NOTICE, Instant.now());
        }
        assertThat(standing("NOTICE").open()).isEqualTo(most);
        assertThat(standing("NOTICE").kept()).as("no person looked again").isZero();
        assertThat(measured()).containsExactly(new ReviewMeters.DutyMeasured("default", "NOTICE", most, 0, 0, 0, 0, 1));
        notice("undecided", Duty.NOTICE, Instant.now());
        notice("safe-" + most, Duty.NOTICE, Instant.now(), "SAFE", "another person");
        assertThat(standing("NOTICE").open()).isEqualTo(most + 2);
        notice("safe-" + (most + 1), Duty.TRUSTED_NOTICE, Instant.now());
        assertThat(standing("TRUSTED_NOTICE").open()).isEqualTo(1);
    }

    /** A program that was down for days passes all on at once. */
    @Test
    void noticesCountOnTheDayOnWhichThePlatformReceivedThem() {
        int most = QueueIntake.NOTICES_A_DAY;
        for (int i = 0; i < 2 * most + 1; i++) {
            decides("safe-" + i, "SAFE");
        }
        Instant now = Instant.now();
        for (int i = 0; i < 2 * most; i++) {
            notice("safe-" + i, Duty.NOTICE, i < most ? now : now.minus(Duration.ofDays(1)));
        }
        assertThat(standing("NOTICE").open()).isEqualTo(2 * most);

        notice("safe-" + 2 * most, Duty.NOTICE, now.minus(Duration.ofDays(1)));

        assertThat(standing("NOTICE").open()).isEqualTo(2 * most);
        assertThat(measured()).extracting(ReviewMeters.DutyMeasured::unseen).containsExactly(1.0);
    }

    @Test
    void oneDecisionThatAnswersTwoNoticesCanBeUndone() {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        Decisions.Answer nsfw = says(claim, "NSFW", "porn");
        desk.decisions.decide(ANNA, nsfw);
        notice("image", Duty.NOTICE, Instant.now().minus(Duration.ofHours(2)), "NSFW", "first");
        notice("image", Duty.NOTICE, Instant.now(), "NSFW", "second");
        assertThat(standing("NOTICE").kept()).isEqualTo(2);

        desk.decisions.undo(ANNA, claim.itemId(), nsfw.decisionId(), UUID.randomUUID());

        assertThat(standing("NOTICE").open()).isEqualTo(1);
        assertThat(standing("NOTICE").nextDue())
                .as("the earlier receipt counts")
                .isBefore(Instant.now().plus(Duration.ofHours(71)));
    }

    @Test
    void whatAPersonDecidedAMomentAgoCountsAndNotTheCasebookThatLags() {
        decides("safe", "SAFE");
        decides("nsfw", "NSFW", "porn");

        notice("safe", Duty.NOTICE, Instant.now(), "NSFW");
        notice("nsfw", Duty.NOTICE, Instant.now(), "SAFE");

        assertThat(desk.queue.claim(BEN)).map(ReviewQueue.Claim::imageId).hasValue("safe");
        assertThat(standing("NOTICE").kept()).isEqualTo(1);
    }

    @Test
    void aClockRunsOnOnceTheContentIsBackAfterAnotherOne() {
        decides("decided", "SAFE");
        for (String image : List.of("waiting", "decided")) {
            notice(image, Duty.NOTICE, Instant.now());
            settled(image, "other", 8);
        }
        assertThat(standing("NOTICE").open()).isZero();

        settled("waiting", "waiting", 9);
        database.database().acrossTenants(handle -> {
            desk.intake.cameBack(handle, candidate("decided", "decided", 9, "SAFE"));
            return null;
        });

        assertThat(standing("NOTICE").open()).isEqualTo(2);
        assertThat(standing("NOTICE").kept()).isZero();
        for (int item = 0; item < 2; item++) {
            ReviewQueue.Claim claim = desk.queue.claim(BEN).orElseThrow();
            assertThat(claim.duties()).containsExactly("NOTICE");
            desk.decisions.decide(BEN, says(claim, "SAFE"));
        }
        settled("waiting", "waiting", 10);
        assertThat(standing("NOTICE").open()).as("it is answered").isZero();
    }

    @Test
    void aComplaintIsAnAppealWithAClock() {
        decides("image", "NSFW", "porn");

        notice("image", Duty.COMPLAINT, Instant.now(), "NSFW");

        assertThat(desk.queue.claim(BEN)).isEmpty();
        ReviewQueue.Claim claim = desk.queue.claim(SARA).orElseThrow();
        assertThat(claim.origins()).containsExactly("APPEAL");
        assertThat(claim.duties()).containsExactly("COMPLAINT");
        desk.decisions.decide(SARA, says(claim, "SAFE"));
        assertThat(standing("COMPLAINT").kept()).isEqualTo(1);
    }

    @Test
    void aChangedRuleHoldsForClocksThatBeginLaterAndForThatTenantAlone() {
        notice("before", Duty.NOTICE, Instant.now());
        duties.set(SARA, "NOTICE", new Duties.Rule(2 * HOUR, HOUR, null, "TERMS"));
        notice("after", Duty.NOTICE, Instant.now());

        List<Long> hours = database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery(
                                        "SELECT extract(epoch FROM due_at - received_at)::bigint / 3600 FROM duty_case"
                                                + " ORDER BY opened_at")
                                .mapTo(Long.class)
                                .list());

        assertThat(hours).containsExactly(72L, 2L);
        assertThat(standing("NOTICE").rule()).isEqualTo(new Duties.Rule(2 * HOUR, HOUR, null, "TERMS"));
        assertThat(standing("NOTICE").changedBy()).isEqualTo("sara");
        assertThat(duties.standings(OTHERS))
                .filteredOn(each -> each.duty().equals("NOTICE"))
                .extracting(each -> each.rule().deadlineSeconds())
                .containsExactly(72 * HOUR);
        assertThatThrownBy(() -> duties.set(SARA, "NOTICE", new Duties.Rule(HOUR, 0, 2 * HOUR, "LAW")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("escalatesAfterSeconds");
    }

    @Test
    void metersCountWhatIsUrgentLateKeptAndMissed() {
        decides("done", "NSFW", "porn");
        notice("done", Duty.INTIMATE_IMAGE, Instant.now(), "NSFW");
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));
        notice("fresh", Duty.INTIMATE_IMAGE, Instant.now());
        notice("urgent", Duty.INTIMATE_IMAGE, Instant.now().minus(Duration.ofHours(40)));
        notice("late", Duty.INTIMATE_IMAGE, Instant.now().minus(Duration.ofHours(50)));

        assertThat(measured())
                .containsExactly(new ReviewMeters.DutyMeasured("default", "INTIMATE_IMAGE", 3, 2, 1, 1, 0, 0));
    }

    private List<ReviewMeters.DutyMeasured> measured() {
        return database.database().acrossTenants(ReviewMeters::measureDuties);
    }

    private void decides(String image, String decision, String... labels) {
        desk.arrives(image, 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), decision, labels));
    }

    private UUID notice(String image, Duty duty, Instant received) {
        return notice(image, duty, received, "SAFE");
    }

    private UUID notice(String image, Duty duty, Instant received, String holds) {
        return notice(image, duty, received, holds, "reporter");
    }

    private UUID notice(String image, Duty duty, Instant received, String holds, String reporter) {
        var notice = new Duties.Notice(duty, received);
        ReviewCandidate candidate = candidate(image, image, 7, holds);
        return database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, candidate, notice.origin(), reporter, "words", Optional.of(notice)));
    }

    /** A machine had no doubt about what was uploaded. */
    private void settled(String image, String content, long offset) {
        database.database().acrossTenants(handle -> {
            ReviewCandidate candidate = candidate(image, content, offset, "SAFE");
            desk.intake.settled(handle, candidate);
            return null;
        });
    }

    private static ReviewCandidate candidate(String image, String content, long offset, String holds) {
        ReviewCandidate doubt = doubtful("default", image, 0.1);
        return new ReviewCandidate(
                doubt.tenant(),
                image,
                ReviewDesk.sha256(content),
                doubt.uploaderId(),
                new ReviewCandidate.UploadPlace("images.uploaded", 0, offset),
                holds,
                Optional.empty(),
                List.of(),
                0.1);
    }

    private static QueueRule rule(
            int position, List<String> roles, Integer deadline, String escalatesTo, String... duties) {
        return new QueueRule(
                position,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                roles,
                null,
                deadline,
                null,
                escalatesTo,
                List.of(duties),
                null);
    }

    private Duties.Standing standing(String duty) {
        return duties.standings(ANNA).stream()
                .filter(each -> each.duty().equals(duty))
                .findFirst()
                .orElseThrow();
    }

    private String queueOf(String image) {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.select("SELECT queue FROM queue_item WHERE image_id = ?", image)
                                .mapTo(String.class)
                                .one());
    }

    /** Makes all clocks that run older. */
    private void age(int hours) {
        String back = " - make_interval(hours => " + hours + ")";
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE duty_case SET received_at = received_at" + back
                        + ", due_at = due_at" + back + ", escalates_at = escalates_at" + back
                        + " WHERE closed_at IS NULL"));
    }
}
