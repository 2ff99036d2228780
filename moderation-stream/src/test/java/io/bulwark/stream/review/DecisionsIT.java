package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.OTHERS;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ItemRow.Stage;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Decisions on a real PostgreSQL. */
class DecisionsIT extends ReviewDeskTestCase {

    private static final Person TOM = new Person("tom", "default", Set.of(Roles.REVIEWER, Roles.SENIOR));
    private static final Person MOD = new Person("coop:mod", "default", Set.of(Roles.REVIEWER));
    private static final Person CHIEF = new Person("coop:chief", "default", Set.of(Roles.REVIEWER, Roles.SENIOR));

    @Test
    void fiftyDecisionsAtOnceAboutOneItemGiveOne() throws Exception {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<Callable<Boolean>> deciders = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Decisions.Answer answer = i % 2 == 0 ? says(claim, "SAFE") : says(claim, "NSFW", "porn");
                deciders.add(() -> {
                    try {
                        return desk.decisions.decide(ANNA, answer).state() == Decisions.Outcome.State.IN_FORCE;
                    } catch (ProblemException refused) {
                        assertThat(refused.problem()).isEqualTo(Problem.ALREADY_DECIDED);
                        return false;
                    }
                });
            }
            int made = 0;
            for (Future<Boolean> one : threads.invokeAll(deciders)) {
                made += one.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        assertThat(desk.rows("decision", "default")).isEqualTo(1);
        assertThat(desk.rows("outbox", "default")).isEqualTo(1);
    }

    @Test
    void aRepeatedRequestIsTheSameDecision() {
        desk.arrives("image", 0.5);
        Decisions.Answer answer = says(desk.queue.claim(ANNA).orElseThrow(), "SAFE");
        assertThat(desk.decisions.decide(ANNA, answer)).isEqualTo(desk.decisions.decide(ANNA, answer));
        assertThat(desk.rows("decision", "default")).isEqualTo(1);
    }

    @Test
    void theLabelOfDesignatedStaffsCasesIsNotForPeople() {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        assertThatThrownBy(() -> desk.decisions.decide(ANNA, says(claim, "NSFW", "porn", "restricted")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("'restricted' is not for people");
    }

    @Test
    void aDecisionAboutAnotherPictureThanTheItemsIsRefused() {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        var other = new Decisions.Answer(
                claim.itemId(),
                claim.leaseId(),
                UUID.randomUUID(),
                ReviewDesk.sha256("another"),
                "SAFE",
                List.of(),
                Optional.empty(),
                Optional.empty());
        assertRefused(Problem.CONTENT_CHANGED, () -> desk.decisions.decide(ANNA, other));
        assertThat(desk.rows("decision", "default")).isZero();
    }

    @Test
    void anUndoneDecisionIsPublishedAsTheOneBeforeAndTheItemIsBackInHand() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome decided =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(ANNA, item, decided.decisionId(), lease);
        assertThat(published()).containsExactly("NSFW", "REVIEW");
        assertThat(desk.queue.claim(BEN)).isEmpty();
        desk.queue.release(ANNA, item, lease);
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "SAFE"));
        assertThat(published()).containsExactly("NSFW", "REVIEW", "SAFE");
        assertRefused(
                Problem.ALREADY_DECIDED,
                () -> desk.decisions.undo(SARA, item, decided.decisionId(), UUID.randomUUID()));
    }

    @Test
    void anUndoneSecondThoughtRestoresThePersonsDecisionBefore() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle,
                        ReviewDesk.doubtful("default", "image", 0.5),
                        Origin.APPEAL,
                        "uploader",
                        "It is a statue."));
        ReviewQueue.Claim appeal = desk.queue.claim(SARA).orElseThrow();
        Decisions.Outcome changed = desk.decisions.decide(SARA, says(appeal, "SAFE"));
        desk.decisions.undo(SARA, item, changed.decisionId(), UUID.randomUUID());
        assertThat(published()).containsExactly("NSFW", "SAFE", "NSFW");
    }

    /** What was decided lies an hour ahead of the database's clock, as after a step back. */
    @Test
    void anUndoFollowsItsDecisionAlsoWhereTheClockWasSetBack() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Answer decided = says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn");
        desk.decisions.decide(ANNA, decided);
        database.asOwner().useTransaction(owner -> {
            owner.execute("ALTER TABLE decision DISABLE TRIGGER append_only");
            owner.execute("UPDATE decision SET decided_at = decided_at + interval '1 hour'");
            owner.execute("ALTER TABLE decision ENABLE TRIGGER append_only");
        });
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(ANNA, item, decided.decisionId(), lease);

        assertThat(kindsInOrder()).containsExactly("DECIDED", "UNDONE");
        Decisions.Answer again = new Decisions.Answer(
                item,
                lease,
                UUID.randomUUID(),
                decided.contentSha256(),
                "SAFE",
                List.of(),
                Optional.empty(),
                Optional.empty());
        desk.decisions.decide(ANNA, again);
        assertThat(kindsInOrder()).containsExactly("DECIDED", "UNDONE", "DECIDED");
        List<Long> published = database.asOwner()
                .withHandle(owner -> owner.createQuery("SELECT (review ->> 'at')::bigint FROM outbox ORDER BY position")
                        .mapTo(Long.class)
                        .list());
        assertThat(published.get(2))
                .as("what is published of the third, in milliseconds")
                .isGreaterThan(published.get(1));
    }

    private List<String> kindsInOrder() {
        return database.asOwner()
                .withHandle(owner -> owner.createQuery("SELECT kind FROM decision ORDER BY decided_at")
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void onlyASeniorUndoesWhatOthersDecided() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome decided =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "SAFE"));
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(BEN, item, decided.decisionId(), UUID.randomUUID()));
        assertRefused(
                Problem.NOT_FOUND, () -> desk.decisions.undo(OTHERS, item, decided.decisionId(), UUID.randomUUID()));
        assertThat(desk.decisions
                        .undo(SARA, item, decided.decisionId(), UUID.randomUUID())
                        .state())
                .isEqualTo(Decisions.Outcome.State.UNDONE);
    }

    @Test
    void aGraveLabelHoldsOnlyOnceAnotherPersonAgrees() {
        desk.arrives("image", 0.5);
        Decisions.Outcome first =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        assertThat(first.state()).isEqualTo(Decisions.Outcome.State.PROPOSED);
        assertThat(published()).isEmpty();
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        ReviewQueue.Claim second = desk.queue.claim(BEN).orElseThrow();
        assertThat(second.stage())
                .as("as a first one looks, so that it says nothing of why")
                .isEqualTo(Stage.FIRST);
        assertThat(desk.decisions.decide(BEN, says(second, "NSFW", "minor")).state())
                .isEqualTo(Decisions.Outcome.State.IN_FORCE);
        assertThat(published()).containsExactly("NSFW");
    }

    @Test
    void whereTwoDisagreeASeniorDecides() {
        desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "SAFE"));
        assertThat(published()).isEmpty();
        ReviewQueue.Claim third = desk.queue.claim(SARA).orElseThrow();
        assertThat(third.stage()).isEqualTo(Stage.SENIOR);
        desk.decisions.decide(SARA, says(third, "SAFE"));
        assertThat(published()).containsExactly("SAFE");
    }

    @Test
    void noSeniorJudgesADisagreementOfTheirOwn() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "minor"));
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "SAFE"));
        assertThat(desk.queue.claim(SARA)).isEmpty();
        ReviewQueue.Claim third = desk.queue.claim(TOM).orElseThrow();
        assertThat(third.stage()).isEqualTo(Stage.SENIOR);
        Decisions.Outcome judged = desk.decisions.decide(TOM, says(third, "SAFE"));
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(SARA, item, judged.decisionId(), UUID.randomUUID()));
        assertThat(published()).containsExactly("SAFE");
    }

    /** By an undo the item would go to a senior who is one of the two already. */
    @Test
    void noSeniorIsTheSecondToAgreeWithThemselves() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "minor"));
        Decisions.Outcome agreed =
                desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "NSFW", "minor"));
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(SARA, item, agreed.decisionId(), UUID.randomUUID()));
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(BEN, item, agreed.decisionId(), lease);
        desk.queue.release(BEN, item, lease);
        assertThat(desk.queue.claim(SARA)).isEmpty();
        assertThat(desk.queue.claim(BEN)).isPresent();
    }

    @Test
    void neitherOfTwoWhoAgreedJudgesTheAppealAgainstIt() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "minor"));
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "NSFW", "minor"));
        appeal("uploader", "A statue.");
        assertThat(desk.queue.claim(SARA)).isEmpty();
        ReviewQueue.Claim appeal = desk.queue.claim(TOM).orElseThrow();
        Decisions.Outcome judged = desk.decisions.decide(TOM, says(appeal, "SAFE"));
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(SARA, item, judged.decisionId(), UUID.randomUUID()));
        assertThat(published()).containsExactly("NSFW", "SAFE");
    }

    @Test
    void aSeniorWhoTookTheirProposalBackMayDecideAgain() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome proposed =
                desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "minor"));
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(SARA, item, proposed.decisionId(), lease);
        desk.queue.escalate(SARA, item, lease, "Not sure.");
        ReviewQueue.Claim again = desk.queue.claim(SARA).orElseThrow();
        desk.decisions.decide(SARA, says(again, "SAFE"));
        assertThat(published()).containsExactly("SAFE");
    }

    @Test
    void whoProposedFirstDoesNotTakeTheItemFromTheSeniorsToWhomItWasHanded() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome proposed =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        ReviewQueue.Claim second = desk.queue.claim(BEN).orElseThrow();
        desk.queue.escalate(BEN, item, second.leaseId(), "Not sure.");
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(ANNA, item, proposed.decisionId(), UUID.randomUUID()));
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));
        assertThat(published()).containsExactly("SAFE");
    }

    /** The first of the two would be given an item that they may not decide, and the second not the one that they may. */
    @Test
    void aSecondProposalThatIsTakenBackLeavesTheItemToAnyoneButTheFirst() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        Decisions.Outcome against =
                desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "SAFE"));
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(BEN, item, against.decisionId(), lease);
        desk.queue.release(BEN, item, lease);
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "NSFW", "minor"));
        assertThat(published()).containsExactly("NSFW");
    }

    @Test
    void whoDecidedDoesNotTakeAnAppealFromTheSeniors() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome decided =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "nudity"));
        appeal("uploader", "A statue.");
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(ANNA, item, decided.decisionId(), UUID.randomUUID()));
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));
        assertThat(published()).containsExactly("NSFW", "SAFE");
    }

    @Test
    void aSeniorDoesNotTakeBackTheirDecisionToJudgeTheAppealAgainstIt() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome decided =
                desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "nudity"));
        appeal("uploader", "A statue.");
        assertRefused(
                Problem.NOT_ALLOWED, () -> desk.decisions.undo(SARA, item, decided.decisionId(), UUID.randomUUID()));
        assertThat(desk.queue.claim(SARA)).isEmpty();
        Decisions.Outcome last =
                desk.decisions.decide(TOM, says(desk.queue.claim(TOM).orElseThrow(), "SAFE"));
        appeal("another", "No statue.");
        desk.decisions.undo(TOM, item, last.decisionId(), UUID.randomUUID());
        assertThat(published())
                .as("a further appeal changes nothing about the last word")
                .hasSize(3);
    }

    @Test
    void anAppealAgainstTheMachineKeepsNoOneFromTakingTheirProposalBack() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome proposed =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        appeal("uploader", "A statue.");
        desk.decisions.undo(ANNA, item, proposed.decisionId(), UUID.randomUUID());
        assertThat(published()).isEmpty();
    }

    @Test
    void whoseAppealedDecisionASeniorTookBackDoesNotJudgeTheAppeal() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Outcome decided =
                desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "NSFW", "nudity"));
        appeal("uploader", "A statue.");
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(TOM, item, decided.decisionId(), lease);
        desk.queue.release(TOM, item, lease);
        assertThat(desk.queue.claim(SARA)).isEmpty();
        ReviewQueue.Claim again = desk.queue.claim(TOM).orElseThrow();
        assertThat(again.itemId()).isEqualTo(item);
        assertRefused(Problem.NOT_ALLOWED, () -> desk.decisions.decideElsewhere(SARA, says(again, "NSFW", "nudity")));
        desk.decisions.decide(TOM, says(again, "SAFE"));
    }

    private void appeal(String reporter, String words) {
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, ReviewDesk.doubtful("default", "image", 0.5), Origin.APPEAL, reporter, words));
    }

    @Test
    void aDecisionFromElsewhereAgainstTwoWhoAgreedIsOnlyAProposal() {
        UUID item = agreed();
        assertThat(elsewhere(MOD, item, "SAFE").state()).isEqualTo(Decisions.Outcome.State.PROPOSED);
        assertThat(published()).containsExactly("NSFW");
        Decisions.Outcome first =
                desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "SAFE"));
        assertThat(first.state()).isEqualTo(Decisions.Outcome.State.PROPOSED);
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "SAFE"));
        assertThat(published()).containsExactly("NSFW", "SAFE");
    }

    @Test
    void aGraveLabelOfAClosedItemFromElsewhereNeedsTwoPeople() {
        UUID item = desk.arrives("image", 0.5);
        assertThat(elsewhere(MOD, item, "NSFW", "porn").state()).isEqualTo(Decisions.Outcome.State.IN_FORCE);
        assertThat(elsewhere(MOD, item, "NSFW", "minor").state()).isEqualTo(Decisions.Outcome.State.PROPOSED);
        assertThat(published()).containsExactly("NSFW");
        assertRefused(Problem.NOT_ALLOWED, () -> elsewhere(MOD, item, "NSFW", "minor"));
    }

    @Test
    void whatSeniorsDecideOnlySeniorsDecideElsewhere() {
        UUID item = desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.escalate(ANNA, item, claim.leaseId(), "Not sure.");
        assertRefused(Problem.NOT_ALLOWED, () -> elsewhere(MOD, item, "SAFE"));
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));
        assertRefused(Problem.NOT_ALLOWED, () -> elsewhere(MOD, item, "NSFW", "porn"));
        assertThat(elsewhere(CHIEF, item, "NSFW", "porn").state()).isEqualTo(Decisions.Outcome.State.IN_FORCE);
        assertRefused(Problem.NOT_ALLOWED, () -> elsewhere(MOD, item, "SAFE"));
        assertThat(published()).containsExactly("SAFE", "NSFW");
    }

    @Test
    void noPairIsOfOnePersonUnderTwoNames() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        assertRefused(Problem.CONSOLE_ONLY, () -> elsewhere(MOD, item, "NSFW", "minor"));
        UUID begun = desk.arrives("begun-elsewhere", 0.5);
        elsewhere(MOD, begun, "NSFW", "minor");
        assertThat(elsewhere(CHIEF, begun, "NSFW", "minor").state()).isEqualTo(Decisions.Outcome.State.PROPOSED);
        ReviewQueue.Claim second = desk.queue.claim(ANNA).orElseThrow();
        assertThat(second.itemId()).isEqualTo(begun);
        assertThat(desk.decisions.decide(ANNA, says(second, "NSFW", "minor")).state())
                .isEqualTo(Decisions.Outcome.State.PROPOSED);
        assertThat(published()).isEmpty();
    }

    @Test
    void anAppealIsNotJudgedElsewhere() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        appeal("uploader", "A statue.");
        assertRefused(Problem.CONSOLE_ONLY, () -> elsewhere(CHIEF, item, "NSFW", "porn"));
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));
        assertRefused(Problem.CONSOLE_ONLY, () -> elsewhere(CHIEF, item, "NSFW", "porn"));
    }

    @Test
    void anUndoneSecondDecisionFromElsewhereLeavesTheItemInHandAndTheFirstInForce() {
        UUID item = desk.arrives("image", 0.5);
        elsewhere(MOD, item, "NSFW", "porn");
        Decisions.Outcome second = elsewhere(MOD, item, "SAFE");
        UUID lease = UUID.randomUUID();
        desk.decisions.undo(SARA, item, second.decisionId(), lease);
        assertThat(published()).containsExactly("NSFW", "SAFE", "NSFW");
        desk.queue.release(SARA, item, lease);
        ReviewQueue.Claim again = desk.queue.claim(SARA).orElseThrow();
        assertThat(again.stage()).isEqualTo(Stage.FIRST);
        desk.decisions.decide(SARA, says(again, "SAFE"));
        long closed = database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT count(*) FROM queue_item"
                                        + " WHERE stage = 'CLOSED' AND closed_at IS NOT NULL")
                                .mapTo(Long.class)
                                .one());
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void aRepeatedAnswerFromElsewhereIsRefusedOnceAnotherHolds() {
        UUID item = desk.arrives("image", 0.5);
        Decisions.Answer ban = answer(item, "NSFW", "porn");
        Decisions.Outcome banned = desk.decisions.decideElsewhere(MOD, ban);
        assertThat(desk.decisions.decideElsewhere(MOD, ban)).isEqualTo(banned);
        elsewhere(MOD, item, "SAFE");
        assertRefused(Problem.ALREADY_DECIDED, () -> desk.decisions.decideElsewhere(MOD, ban));
        assertThat(published()).containsExactly("NSFW", "SAFE");
    }

    /** An item that Anna and Ben called NSFW. */
    private UUID agreed() {
        UUID item = desk.arrives("image", 0.5);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
        desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), "NSFW", "minor"));
        return item;
    }

    private Decisions.Outcome elsewhere(Person person, UUID item, String decision, String... labels) {
        return desk.decisions.decideElsewhere(person, answer(item, decision, labels));
    }

    private Decisions.Answer answer(UUID item, String decision, String... labels) {
        String sha256 = database.database()
                .inTenant("default", handle -> ItemRow.read(handle, "default", item))
                .candidate()
                .contentSha256();
        return new Decisions.Answer(
                item,
                UUID.randomUUID(),
                UUID.randomUUID(),
                sha256,
                decision,
                List.of(labels),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whoAgreesWithWhomAndWhatWasOverturnedIsCounted() {
        Instant begin = Instant.now().minusSeconds(60);
        for (String verdict : List.of("NSFW", "SAFE")) {
            desk.arrives("image-" + verdict, 0.5);
            desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "minor"));
            String[] labels = verdict.equals("NSFW") ? new String[] {"minor"} : new String[0];
            desk.decisions.decide(BEN, says(desk.queue.claim(BEN).orElseThrow(), verdict, labels));
        }
        UUID item = desk.arrives("alone", 0.5);
        ReviewQueue.Claim alone = desk.queue.claim(BEN).orElseThrow();
        assertThat(alone.itemId()).isEqualTo(item);
        Decisions.Outcome overturned = desk.decisions.decide(BEN, says(alone, "SAFE"));
        desk.decisions.undo(SARA, item, overturned.decisionId(), UUID.randomUUID());

        List<Agreement.Reviewer> found = new Agreement(database.database())
                .between(SARA, begin, Instant.now().plusSeconds(60));
        assertThat(found).extracting(Agreement.Reviewer::reviewer).containsExactly("anna", "ben");
        assertThat(found).extracting(Agreement.Reviewer::decisions).containsExactly(2L, 3L);
        assertThat(found).extracting(Agreement.Reviewer::compared).containsExactly(2L, 2L);
        assertThat(found).extracting(Agreement.Reviewer::agreed).containsExactly(1L, 1L);
        assertThat(found).extracting(Agreement.Reviewer::overturned).containsExactly(0L, 1L);
        assertThat(found).allSatisfy(reviewer -> {
            assertThat(reviewer.medianMillis()).isNotNull();
            assertThat(reviewer.medianWaitSeconds()).isNotNull();
        });
        assertThat(new Agreement(database.database()).between(OTHERS, begin, Instant.now()))
                .isEmpty();
    }

    @Test
    void noReviewerApprovesTheirOwnReference() {
        desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        var answer = new Decisions.Answer(
                claim.itemId(),
                claim.leaseId(),
                UUID.randomUUID(),
                claim.contentSha256(),
                "NSFW",
                List.of("porn"),
                Optional.empty(),
                Optional.of("porn"));
        desk.decisions.decide(ANNA, answer);
        var seen = new KafkaReferences.SeenPicture(
                "default",
                "a-model",
                List.of(new KafkaReferences.SeenPicture.Row(
                        "", new KafkaReferences.SeenPicture.Look("whole", new byte[] {0, 0x3c}), List.of())));
        var proposals = new BankProposals(database.database(), (wanted, views) -> seen);
        assertThat(proposals.open(OTHERS, 10)).isEmpty();
        assertRefused(Problem.NOT_ALLOWED, () -> proposals.approve(ANNA, answer.decisionId(), List.of()));
        assertRefused(Problem.NOT_ALLOWED, () -> proposals.refuse(ANNA, answer.decisionId()));
        assertThat(proposals.approve(SARA, answer.decisionId(), List.of()))
                .containsExactly("default/a-model/review/" + answer.decisionId());
        assertThat(proposals.open(SARA, 10)).isEmpty();
        assertRefused(Problem.NOT_FOUND, () -> proposals.approve(SARA, answer.decisionId(), List.of()));
    }

    @Test
    void everyStepHasItsRowInTheAuditLog() {
        UUID item = desk.arrives("image", 0.5);
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.seen(ANNA, item, claim.leaseId());
        Decisions.Outcome decided = desk.decisions.decide(ANNA, says(claim, "SAFE"));
        desk.decisions.undo(ANNA, item, decided.decisionId(), UUID.randomUUID());
        List<AuditRow> rows =
                database.database().inTenant("default", handle -> AuditLog.after(handle, "default", 0, 100));
        assertThat(rows)
                .extracting(AuditRow::action)
                .containsExactly("review.fetched", "review.seen", "review.decided", "review.undone");
    }

    private List<String> published() {
        return database.database()
                .acrossTenants(handle -> handle.createQuery("SELECT review->>'decision' FROM outbox ORDER BY position")
                        .mapTo(String.class)
                        .list());
    }

    private static void assertRefused(Problem kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem()).isEqualTo(kind));
    }
}
