package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Duty;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Subject;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.Statements.Statement;
import io.bulwark.stream.review.intake.DecisionIntake;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import io.bulwark.stream.testing.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of a file that was removed on a notice, and statements of reasons, on a real PostgreSQL. */
class IdenticalCopiesIT extends ReviewDeskTestCase {

    private IdenticalCopies copies;
    private Statements statements;

    @AutoClose
    private DecisionIntake intake;

    private long offset;

    @BeforeEach
    void open() {
        copies = new IdenticalCopies(database.database(), desk.intake, desk.decisions);
        statements = new Statements(database.database());
        intake = new DecisionIntake(
                new EventDecoder<>(ModerationDecision.class),
                desk.intake,
                new PromiseDraws(0),
                ReviewDesk.NONE_RESTRICTED);
    }

    @Test
    void copiesThatWereThereAndThatComeLaterAreDecidedOnceWithTheSameLabels() {
        machine("first", "file", Decision.SAFE);
        machine("earlier", "file", Decision.SAFE);
        machine("other", "another file", Decision.SAFE);
        removeOnNotice("first", "file");

        assertThat(copies.keepUp()).isEqualTo(1);
        machine("later", "file", Decision.REVIEW);
        assertThat(copies.keepUp()).isEqualTo(1);
        assertThat(copies.keepUp()).isZero();

        assertThat(inForce())
                .containsExactlyInAnyOrder("first NSFW {porn}", "earlier NSFW {porn}", "later NSFW {porn}");
        assertThat(published()).containsExactlyInAnyOrder("first", "earlier", "later");
        assertThat(desk.queue.state(ANNA).waiting())
                .as("the doubt about the copy is settled")
                .isZero();
    }

    /** A label is merged after the decision; the list is closed to it as well. */
    @Test
    void aLaterCopyHasLabelsAsTheyAreMergedThenAndNamesTheirVersion() {
        machine("first", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        new ReviewWords(database.database())
                .change(
                        SARA,
                        new ReviewWords.Words(
                                0,
                                List.of(
                                        new ReviewWords.Label("porn", null, null, null, null, "nudity"),
                                        new ReviewWords.Label("nudity", "1", null, null, null, null)),
                                true,
                                null,
                                null,
                                null));
        machine("later", "file", Decision.REVIEW);

        assertThat(copies.keepUp()).isEqualTo(1);

        assertThat(inForce()).containsExactlyInAnyOrder("first NSFW {porn}", "later NSFW {nudity}");
        assertThat(texts("SELECT words_version::text FROM decision WHERE image_id = 'later'"))
                .containsExactly("1");
    }

    @Test
    void withoutANoticeOfAnIntimateImageNothingIsCopied() {
        machine("first", "file", Decision.REVIEW);
        machine("copy", "file", Decision.SAFE);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));

        assertThat(copies.keepUp()).isZero();

        notice("first", "file", Decision.NSFW);
        assertThat(copies.keepUp())
                .as("no person has looked with the notice in mind")
                .isZero();
        decideBy(BEN, SARA);
        assertThat(copies.keepUp()).isEqualTo(1);

        notice("first", "file", Decision.NSFW, "another");
        notice("copy", "file", Decision.NSFW, "another");
        assertThat(desk.queue.state(SARA).waiting()).as("they are answered").isZero();
        assertThat(desk.rows("removed_content", "default")).isEqualTo(1);
    }

    @Test
    void onePersonAloneRemovesNoCopies() {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        notice("first", "file", Decision.SAFE);

        decideBy(ANNA);
        assertThat(copies.keepUp()).isZero();
        assertThat(published()).isEmpty();
        decideBy(BEN);

        assertThat(copies.keepUp()).isEqualTo(1);
    }

    @Test
    void oneThatFailsHoldsUpNoOther() {
        machine("bad", "file", Decision.SAFE);
        machine("first", "file", Decision.SAFE);
        machine("good", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        database.asSuperuser()
                .useHandle(handle ->
                        handle.execute("ALTER TABLE removed_copy ADD CONSTRAINT fails CHECK (image_id <> 'bad')"));

        assertThat(copies.keepUp()).isEqualTo(1);

        assertThat(inForce()).contains("good NSFW {porn}");
    }

    @Test
    void aCopyThatHasANoticeAsWellIsFollowedByNoOther() {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        notice("copy", "file", Decision.SAFE);
        assertThat(copies.keepUp()).isEqualTo(1);
        assertThat(desk.rows("removed_content", "default")).isEqualTo(1);
        people();
        appeal("first", "file");
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));

        assertThat(copies.keepUp()).isEqualTo(1);
        people();
        assertThat(copies.keepUp()).isZero();

        assertThat(inForce()).containsExactly("first SAFE {}");
        assertThat(desk.queue.claim(BEN).orElseThrow().duties()).containsExactly("INTIMATE_IMAGE");
    }

    @Test
    void aLaterSafeAndAnEarlierOneOfASeniorHoldAndAnAppealIsForPeople() {
        machine("senior", "file", Decision.REVIEW);
        decideBy(ANNA);
        appeal("senior", "file");
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));
        machine("reviewer", "file", Decision.REVIEW);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "SAFE"));
        people();
        machine("first", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        machine("later", "file", Decision.REVIEW);
        desk.decisions.decide(ANNA, says(desk.queue.claim(ANNA).orElseThrow(), "SAFE"));
        machine("appealed", "file", Decision.NSFW);
        appeal("appealed", "file");

        assertThat(copies.keepUp()).isEqualTo(1);
        people();
        assertThat(copies.keepUp()).isZero();

        assertThat(inForce())
                .containsExactlyInAnyOrder(
                        "senior SAFE {}", "reviewer NSFW {porn}", "first NSFW {porn}", "later SAFE {}");
    }

    @Test
    void anUndoThatIsNotCommittedYetIsAwaited() throws InterruptedException {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        var job = new Thread(copies::keepUp);
        database.asSuperuser().useTransaction(handle -> {
            handle.execute("DELETE FROM removed_content");
            job.start();
            while (job.isAlive()
                    && !handle.createQuery("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
                            .mapTo(Boolean.class)
                            .one()) {
                Thread.onSpinWait();
            }
        });
        job.join();

        assertThat(desk.rows("removed_copy", "default")).isZero();
    }

    @Test
    void whatComesAgainUnderTheSameIdIsRemovedAgainUnlessAPersonTookItBack() {
        for (String image : List.of("first", "copy", "back")) {
            machine(image, "file", Decision.SAFE);
        }
        removeOnNotice("first", "file");
        assertThat(copies.keepUp()).isEqualTo(2);
        people();
        database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery(
                                        "SELECT item_id, decision_id FROM removed_copy" + " WHERE image_id = 'back'")
                                .map((row, context) -> desk.decisions.undo(
                                        SARA,
                                        row.getObject(1, UUID.class),
                                        row.getObject(2, UUID.class),
                                        UUID.randomUUID()))
                                .one());
        for (String image : List.of("first", "copy", "back")) {
            take(decision(image, "file", Decision.SAFE)
                    .setSince(Instant.now().plusSeconds(5))
                    .build());
        }

        assertThat(copies.keepUp()).isEqualTo(2);
        assertThat(copies.keepUp()).isZero();

        assertThat(inForce()).containsExactlyInAnyOrder("first NSFW {porn}", "copy NSFW {porn}");
    }

    @Test
    void anUndoTakesTheCopiesBackAndTheyReturnToTheQueue() {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        Decisions.Answer removed = removeOnNotice("first", "file");
        copies.keepUp();

        desk.decisions.undo(BEN, removed.itemId(), removed.decisionId(), UUID.randomUUID());
        assertThat(copies.keepUp()).isEqualTo(1);
        assertThat(copies.keepUp()).isZero();

        assertThat(published()).containsExactly("first", "copy", "first", "copy");
        ReviewQueue.Claim returned = desk.queue.claim(ANNA).orElseThrow();
        assertThat(returned.imageId()).isEqualTo("copy");
        assertThat(desk.decisions.decide(ANNA, says(returned, "SAFE")).state())
                .as("any reviewer decides on it")
                .isEqualTo(Decisions.Outcome.State.IN_FORCE);
    }

    @Test
    void aCopyThatWasAppealedIsNotTakenBackByWhoDecidedTheFirst() {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        Decisions.Answer removed = removeOnNotice("first", "file");
        copies.keepUp();
        people();
        appeal("copy", "file");

        desk.decisions.undo(BEN, removed.itemId(), removed.decisionId(), UUID.randomUUID());
        copies.keepUp();

        assertThat(published())
                .as("the copy was decided with the first, and only the first is taken back")
                .containsExactly("first", "copy", "first");
    }

    @Test
    void whatAPersonDecidesOfACopyHolds() {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        copies.keepUp();
        appeal("copy", "file");
        desk.decisions.decide(SARA, says(desk.queue.claim(SARA).orElseThrow(), "SAFE"));

        assertThat(copies.keepUp()).isZero();

        assertThat(inForce()).contains("copy SAFE {}");
    }

    @Test
    void twoInstancesDecideACopyOnce() throws InterruptedException {
        machine("first", "file", Decision.SAFE);
        for (int image = 0; image < 20; image++) {
            machine("copy-" + image, "file", Decision.SAFE);
        }
        removeOnNotice("first", "file");
        var other = new Thread(copies::keepUp);
        other.start();
        copies.keepUp();
        other.join();

        assertThat(published()).hasSize(21).doesNotHaveDuplicates();
    }

    @Test
    void eachRestrictionHasAStatementWithoutNamesOfPeople() throws IOException {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        machine("machine", "third", Decision.NSFW);
        removeOnNotice("first", "file");
        copies.keepUp();
        people();
        people();

        List<Statement> found = page();
        assertThat(found)
                .extracting(Statement::imageId, Statement::automated, Statement::program, Statement::source)
                .containsExactlyInAnyOrder(
                        tuple("machine", true, "a-model", "OWN_INITIATIVE"),
                        tuple("first", false, null, "INTIMATE_IMAGE"),
                        tuple("copy", true, null, "INTIMATE_IMAGE"));
        assertThat(found).extracting(Statement::ground).containsOnly("TERMS", "LAW");
        assertThat(found).extracting(Statement::liftedAt).containsOnlyNulls();
        var csv = new StringBuilder();
        var table = new Statements.StatementTable(csv);
        for (Statement each : found) {
            table.add(each);
        }
        assertThat(csv.toString().lines()).hasSize(4);
        assertThat(csv).doesNotContain("uploader").doesNotContain("reporter").doesNotContain("anna");

        machine("machine", "third", Decision.SAFE);
        assertThat(page())
                .filteredOn(each -> each.imageId().equals("machine"))
                .extracting(Statement::liftedAt)
                .doesNotContainNull();
        assertThat(statements
                        .page(SARA, Optional.of(Instant.now().plusSeconds(60)), Optional.empty(), Optional.empty(), 5)
                        .statements())
                .isEmpty();
    }

    @Test
    void pagesOfStatementsFollowOneAnother() {
        for (int image = 0; image < 5; image++) {
            machine("image-" + image, "file-" + image, Decision.NSFW);
        }
        Statements.Page first = statements.page(SARA, Optional.empty(), Optional.empty(), Optional.empty(), 3);
        Statements.Page second =
                statements.page(SARA, Optional.empty(), Optional.empty(), Optional.of(first.next()), 3);

        assertThat(first.statements()).extracting(Statement::imageId).containsExactly("image-0", "image-1", "image-2");
        assertThat(second.statements()).extracting(Statement::imageId).containsExactly("image-3", "image-4");
        assertThat(second.next()).isNull();
    }

    @Test
    void anErasedImageLeavesTheFileForbiddenAndNothingThatNamesIt() {
        machine("first", "file", Decision.SAFE);
        machine("copy", "file", Decision.SAFE);
        removeOnNotice("first", "file");
        copies.keepUp();
        people();
        for (String image : List.of("first", "copy")) {
            database.database()
                    .inTenant("default", handle -> PersonalRows.erase(handle, "default", Subject.IMAGE, image));
        }
        assertThat(page()).isEmpty();
        assertThat(desk.rows("duty_case", "default") + desk.rows("removed_copy", "default"))
                .isZero();

        machine("later", "file", Decision.SAFE);

        assertThat(copies.keepUp()).isEqualTo(1);
    }

    @Test
    void statementsGoWithPeoplesDecisions() {
        machine("old", "old file", Decision.NSFW);
        machine("held", "held file", Decision.NSFW);
        machine("new", "new file", Decision.NSFW);
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE statement SET decided_at = now()"
                        + " - CASE image_id WHEN 'new' THEN interval '80 days' ELSE interval '100 days' END"));
        var ages = new Retention.Ages(
                Duration.ofDays(60),
                Duration.ofDays(90),
                Duration.ofDays(40),
                Duration.ofDays(50),
                Duration.ofDays(35));

        Map<String, Long> gone = new Retention(
                        database.database(),
                        ages,
                        (tenant, image, uploader) -> image.equals("held"),
                        java.time.Clock.systemUTC())
                .sweep();

        assertThat(gone).containsEntry("statement", 1L);
        assertThat(page()).extracting(Statement::imageId).containsExactlyInAnyOrder("held", "new");
    }

    private List<Statement> page() {
        return statements
                .page(SARA, Optional.empty(), Optional.empty(), Optional.empty(), 50)
                .statements();
    }

    /** A notice of an intimate image, upon which two reviewers call it NSFW. */
    private Decisions.Answer removeOnNotice(String imageId, String file) {
        notice(imageId, file, Decision.SAFE);
        return decideBy(ANNA, BEN);
    }

    /** What comes first is NSFW for these people, one after another; what the last one said. */
    private Decisions.Answer decideBy(Person... people) {
        Decisions.Answer said = null;
        for (Person person : people) {
            said = says(desk.queue.claim(person).orElseThrow(), "NSFW", "porn");
            desk.decisions.decide(person, said);
        }
        return said;
    }

    private void appeal(String imageId, String file) {
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, image(imageId, file, Decision.NSFW), ItemRow.Origin.APPEAL, "uploader", "No."));
    }

    private void notice(String imageId, String file, Decision holds) {
        notice(imageId, file, holds, "reporter");
    }

    private void notice(String imageId, String file, Decision holds, String reporter) {
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle,
                        image(imageId, file, holds),
                        ItemRow.Origin.REPORT,
                        reporter,
                        "",
                        Optional.of(new Duties.Notice(Duty.INTIMATE_IMAGE, Instant.now()))));
    }

    private static ReviewCandidate image(String imageId, String file, Decision holds) {
        return ReviewCandidate.of(decision(imageId, file, holds).build());
    }

    private static ModerationDecision.Builder decision(String imageId, String file, Decision decision) {
        return ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId(imageId)
                .setUploaderId("uploader")
                .setDecision(decision)
                .setLabels(List.of("porn"))
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "a-model"))
                .setContentSha256(ReviewDesk.sha256(file))
                .setSince(Samples.NOON);
    }

    private void machine(String imageId, String file, Decision decision) {
        take(decision(imageId, file, decision)
                .setSince(Samples.NOON.plusSeconds(offset))
                .build());
    }

    /** What people decided comes back as decisions; from the second time on it is the same again. */
    private void people() {
        var rows = database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT image_id, content_sha256, decision_id, decision, labels,"
                                        + " decided_at FROM decision WHERE kind <> 'PROPOSED' ORDER BY decided_at")
                                .map((row, context) -> decision(
                                                row.getString(1), "", Decision.valueOf(row.getString(4)))
                                        .setContentSha256(row.getString(2))
                                        .setDecidedBy(new Decider(DeciderKind.REVIEWER, "anna"))
                                        .setDecisionId(row.getString(3))
                                        .setLabels(List.of(
                                                (String[]) row.getArray(5).getArray()))
                                        .setSince(row.getTimestamp(6).toInstant())
                                        .build())
                                .list());
        rows.forEach(this::take);
    }

    private void take(ModerationDecision decision) {
        String key = new TenantKey("default", decision.getImageId()).toString();
        try (var values = new EventSerializer<>(ModerationDecision.class)) {
            values.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            var record = new ConsumerRecord<>(
                    Topics.DECISIONS.topicName(),
                    0,
                    offset++,
                    key.getBytes(StandardCharsets.UTF_8),
                    values.serialize(Topics.DECISIONS.topicName(), decision));
            database.database().acrossTenants(handle -> {
                intake.take(handle, record);
                return null;
            });
        }
    }

    private List<String> inForce() {
        return texts("SELECT item.image_id || ' ' || made.decision || ' ' || made.labels::text FROM queue_item item"
                + " JOIN decision made USING (tenant, item_id, decision_id) WHERE item.stage = 'CLOSED'");
    }

    private List<String> published() {
        return texts("SELECT review ->> 'imageId' FROM outbox ORDER BY position");
    }

    private List<String> texts(String sql) {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery(sql).mapTo(String.class).list());
    }
}
