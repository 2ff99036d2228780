package io.bulwark.stream.review.intake;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.AccountAction;
import io.bulwark.events.ActionState;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Enforcement;
import io.bulwark.events.Erasure;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Subject;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.promise.PromiseDraws;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.intake.IntakeTopic.AuditIntake;
import io.bulwark.stream.review.intake.IntakeTopic.StrikeIntake;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import io.bulwark.stream.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders of erasure, carried out in a real PostgreSQL. */
class ErasureIntakeIT extends ReviewDeskTestCase {

    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private final Set<String> held = new HashSet<>();
    private IntakeTopic<?> erasures;
    private IntakeTopic<?> decisions;
    private IntakeTopic<?> audits;
    private IntakeTopic<?> strikesTopic;

    @BeforeEach
    void open() {
        erasures = new ErasureIntake(
                new EventDecoder<>(Erasure.class), desk.intake, (tenant, subject, id) -> held.contains(id));
        decisions = new DecisionIntake(
                new EventDecoder<>(ModerationDecision.class),
                desk.intake,
                new PromiseDraws(0),
                ReviewDesk.NONE_RESTRICTED);
        strikesTopic = new StrikeIntake(new EventDecoder<>(UploaderAction.class));
        audits = new AuditIntake(new EventDecoder<>(AttackAudit.class), desk.intake, ReviewDesk.NONE_RESTRICTED);
    }

    @AfterEach
    void close() {
        List.of(erasures, decisions, audits, strikesTopic).forEach(IntakeTopic::close);
    }

    @Test
    void anOrderErasesTheImageAndTheAuditLogSaysSoWithoutItsId() {
        decided("image", "anna-uploads", NOW.minusSeconds(60));
        decided("other", "ben-uploads", NOW.minusSeconds(60));
        ordered(Subject.IMAGE, "image", NOW);

        assertThat(images()).containsExactly("other");
        assertThat(desk.rows("queue_item", "default")).isEqualTo(1);
        assertThat(audited())
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .startsWith("erasure.done erasure/3-7")
                        .contains("\"casebook\":1", "\"queue_item\":1")
                        .doesNotContain("\"image\""));
    }

    /** A decision of the same image is taken by another instance at the same time. */
    @Test
    void anOrderHoldsTheLockOfItsImageAsADecisionDoes() {
        byte[] none = {};
        var order =
                new ConsumerRecord<>(Topics.ERASURES.topicName(), 3, 7, "image".getBytes(StandardCharsets.UTF_8), none);
        var decision = new ConsumerRecord<>(
                Topics.DECISIONS.topicName(), 3, 7, "default/image".getBytes(StandardCharsets.UTF_8), none);

        assertThat(erasures.image(order)).hasValue("image").isEqualTo(decisions.image(decision));
    }

    /** So the order of a restricted image goes once it was carried out. */
    @Test
    void anOrderThatIsTakenAwayStaysCarriedOut() {
        ordered(Subject.IMAGE, "image", NOW);
        take(erasures, Topics.ERASURES, "image", (byte[]) null, NOW.plusSeconds(60));
        decided("image", "u", NOW.minusSeconds(1));
        assertThat(images()).isEmpty();
        assertThat(desk.rows("audit_log", "default")).isEqualTo(1);
    }

    /** The topics are read partition by partition. */
    @Test
    void whatWasDecidedBeforeTheErasureComesInNoMoreAndWhatComesAfterItDoes() {
        ordered(Subject.IMAGE, "image", NOW);
        decided("image", "u", NOW.minusSeconds(1));
        audited("image", NOW.minusSeconds(1));
        assertThat(images()).isEmpty();
        assertThat(desk.queue.claim(ANNA)).isEmpty();
        assertThat(desk.rows("audit_mark", "default")).isZero();

        decided("image", "u", NOW.plusSeconds(1));
        assertThat(images()).containsExactly("image");
    }

    @Test
    void anOrderThatIsReadAgainErasesNothingOfWhatWasUploadedSince() {
        decided("image", "u", NOW);
        ordered(Subject.IMAGE, "image", NOW.minusSeconds(60));
        assertThat(images()).containsExactly("image");
    }

    @Test
    void aHoldOfTheImageOrOfItsUploaderKeepsIt() {
        decided("kept", "u1", NOW.minusSeconds(60));
        decided("mine", "u2", NOW.minusSeconds(60));
        decided("free", "u2", NOW.minusSeconds(60));
        held.add("kept");
        ordered(Subject.IMAGE, "kept", NOW);
        held.add("u2");
        ordered(Subject.IMAGE, "mine", NOW);
        ordered(Subject.UPLOADER, "u2", NOW);
        assertThat(images()).containsExactlyInAnyOrder("kept", "mine", "free");

        held.remove("u2");
        held.add("mine");
        ordered(Subject.UPLOADER, "u2", NOW);
        assertThat(images()).containsExactlyInAnyOrder("kept", "mine");
        assertThat(audited()).hasSize(4).allMatch(row -> row.startsWith("erasure.refused"));
    }

    @Test
    void anUploadersOrderErasesAllOfTheirImages() {
        decided("one", "u1", NOW.minusSeconds(60));
        decided("two", "u1", NOW.minusSeconds(60));
        decided("other", "u2", NOW.minusSeconds(60));
        ordered(Subject.UPLOADER, "u1", NOW);
        assertThat(images()).containsExactly("other");
    }

    @Test
    void anUploadersOrderLeavesWhatTheyUploadedSince() {
        decided("old", "u1", NOW.minusSeconds(60));
        decided("new", "u1", NOW.plusSeconds(1));
        ordered(Subject.UPLOADER, "u1", NOW);
        assertThat(images()).containsExactly("new");
        assertThat(desk.rows("queue_item", "default")).isEqualTo(1);
    }

    /** Its tombstone was read before the order, so nothing but the order takes the old content's rows. */
    @Test
    void anOrderThatComesAfterTheImageCameAgainTakesWhatIsOfTheOldContent() {
        decided("image", "u", NOW.minusSeconds(60), "old picture");
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.note(ANNA, claim.itemId(), "words");
        desk.decisions.decide(ANNA, ReviewDesk.says(claim, "NSFW", "porn"));
        forgotten("image");
        decided("image", "u", NOW.plusSeconds(1), "new picture");
        ordered(Subject.IMAGE, "image", NOW);

        assertThat(images()).containsExactly("image");
        assertThat(texts("SELECT content_sha256 FROM queue_item")).containsExactly(ReviewDesk.sha256("new picture"));
        assertThat(desk.rows("decision", "default")).isZero();
        assertThat(desk.rows("note", "default")).isZero();
        assertThat(desk.rows("outbox", "default")).isZero();
        assertThat(desk.queue.claim(BEN)).isPresent();
    }

    /** A person's decision from before the order is not what holds for the picture that came again. */
    @Test
    void theSamePictureThatCameAgainWaitsForPeopleThoughItWasDecidedBefore() {
        decided("image", "u", NOW.minusSeconds(60));
        desk.decisions.decide(ANNA, ReviewDesk.says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        forgotten("image");
        Instant later = Instant.now().plusSeconds(1);
        decided("image", "u", later.plusSeconds(1));
        assertThat(desk.queue.claim(BEN)).isEmpty();
        ordered(Subject.IMAGE, "image", later);

        assertThat(desk.rows("decision", "default")).isZero();
        assertThat(desk.queue.claim(BEN)).isPresent();
    }

    /** The old uploader's id is not to stay in a row that another's upload of the same picture has closed. */
    @Test
    void anItemThatAnotherUploaderBroughtAgainNamesTheFormerOneNoMore() {
        decided("image", "u1", NOW.minusSeconds(60));
        Instant later = Instant.now().minusMillis(1);
        decided("image", "u2", later.plusSeconds(60), "image", Decision.SAFE);
        ordered(Subject.UPLOADER, "u1", later.minusMillis(1));
        assertThat(texts("SELECT DISTINCT uploader_id FROM queue_item")).containsExactly("u2");
        assertThat(texts("SELECT uploader_id FROM casebook")).containsExactly("u2");
    }

    @Test
    void anAppealAgainstThePictureThatCameAgainWaitsThoughTheDecisionBeforeGoes() {
        decided("image", "u", NOW.minusSeconds(60));
        desk.decisions.decide(ANNA, ReviewDesk.says(desk.queue.claim(ANNA).orElseThrow(), "NSFW", "porn"));
        awaitTick();
        Instant order = Instant.now();
        awaitTick();
        decided("image", "u", order.plusSeconds(1), "image", Decision.NSFW);
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, ReviewDesk.doubtful("default", "image", 0.5), Origin.APPEAL, "u", "A statue."));
        ordered(Subject.IMAGE, "image", order);

        assertThat(desk.rows("decision", "default")).isZero();
        assertThat(desk.queue.claim(BEN)).map(ReviewQueue.Claim::origins).hasValue(List.of("APPEAL"));
    }

    @Test
    void anUploaderWhoCameAgainKeepsNoStrikesAndReportsOfBefore() {
        decided("old", "u1", NOW.minusSeconds(60));
        decided("theirs", "u2", NOW.minusSeconds(60));
        struck("u1", 3, NOW.minusSeconds(30));
        reported("theirs", "u1");
        Instant later = Instant.now().plusSeconds(1);
        decided("new", "u1", later.plusSeconds(1));
        ordered(Subject.UPLOADER, "u1", later);
        assertThat(images()).containsExactly("new", "theirs");
        assertThat(desk.rows("uploader_strikes", "default")).isZero();
        assertThat(desk.rows("report", "default")).isZero();

        struck("u1", 3, NOW.minusSeconds(29)); // read late
        assertThat(desk.rows("uploader_strikes", "default")).isZero();
        struck("u1", 1, later.plusSeconds(2));
        ordered(Subject.UPLOADER, "u1", later); // read again
        assertThat(texts("SELECT strikes::text FROM uploader_strikes")).containsExactly("1");
    }

    /** A worker may answer an upload from before the order after it; the stream erases that, too. */
    @Test
    void aDecisionBetweenAnOrderAndItsTombstoneGoesWithTheTombstone() {
        decided("image", "u", NOW.plusSeconds(1));
        ordered(Subject.IMAGE, "image", NOW);
        assertThat(images()).containsExactly("image");
        forgotten("image");
        assertThat(images()).isEmpty();
        assertThat(desk.rows("queue_item", "default")).isZero();
    }

    @Test
    void anAuditThatIsLateMarksNoErasedImage() {
        ordered(Subject.IMAGE, "image", NOW);
        audited("image", NOW.plusSeconds(5));
        assertThat(desk.rows("audit_mark", "default")).isZero();
    }

    @Test
    void whileTheHoldsAreNotKnownNothingIsErased() {
        decided("image", "u", NOW.minusSeconds(60));
        IntakeTopic<?> early =
                new ErasureIntake(new EventDecoder<>(Erasure.class), desk.intake, (tenant, subject, id) -> {
                    throw new IntakeLoop.HoldsUnknownException("They are being read.");
                });
        assertThatThrownBy(() -> take(early, Topics.ERASURES, "image", order(Subject.IMAGE, "image"), NOW))
                .isInstanceOf(IntakeLoop.HoldsUnknownException.class);
        assertThat(images()).containsExactly("image");
    }

    /** Waits until the clock shows another millisecond, so that what comes next is later than what was. */
    private static void awaitTick() {
        Instant now = Instant.now();
        await().pollInterval(Duration.ofMillis(1)).until(() -> Instant.now().isAfter(now.plusMillis(1)));
    }

    private void ordered(Subject subject, String id, Instant recorded) {
        take(erasures, Topics.ERASURES, id, order(subject, id), recorded);
    }

    private void struck(String uploaderId, double strikes, Instant at) {
        take(
                strikesTopic,
                Topics.UPLOADER_ACTIONS,
                "default/" + uploaderId,
                UploaderAction.newBuilder()
                        .setTenant("default")
                        .setUploaderId(uploaderId)
                        .setLevel("warn")
                        .setStrikes(strikes)
                        .setAt(at)
                        .build(),
                at);
    }

    /** Ours come back on the same topic; their score is of the account policy. */
    @Test
    void anActionOnAnAccountIsNoCountOfStrikes() {
        struck("u", 3, NOW);
        take(
                strikesTopic,
                Topics.UPLOADER_ACTIONS,
                "default/u",
                UploaderAction.newBuilder()
                        .setTenant("default")
                        .setUploaderId("u")
                        .setStrikes(0)
                        .setAt(NOW)
                        .setEnforcement(Enforcement.newBuilder()
                                .setActionId("a")
                                .setAction(AccountAction.BAN)
                                .setState(ActionState.TAKEN)
                                .build())
                        .build(),
                NOW);

        assertThat(desk.rows("uploader_strikes", "default")).isEqualTo(1);
    }

    private void reported(String imageId, String reporter) {
        database.database()
                .acrossTenants(handle -> desk.intake.reported(
                        handle, ReviewDesk.doubtful("default", imageId, 0.5), Origin.REPORT, reporter, "words"));
    }

    private static Erasure order(Subject subject, String id) {
        return new Erasure("default", subject, id, "keeper", "asked for", NOW);
    }

    private void audited(String imageId, Instant at) {
        take(
                audits,
                Topics.ATTACK_AUDIT,
                imageId,
                Samples.audit(imageId).setDetectedAt(at).build(),
                at);
    }

    private void decided(String imageId, String uploaderId, Instant at) {
        decided(imageId, uploaderId, at, imageId);
    }

    private void decided(String imageId, String uploaderId, Instant at, String content) {
        decided(imageId, uploaderId, at, content, Decision.REVIEW);
    }

    private void decided(String imageId, String uploaderId, Instant at, String content, Decision decision) {
        take(
                decisions,
                Topics.DECISIONS,
                "default/" + imageId,
                ModerationDecision.newBuilder()
                        .setTenant("default")
                        .setImageId(imageId)
                        .setUploaderId(uploaderId)
                        .setDecision(decision)
                        .setScore(0.5)
                        .setDecidedBy(new Decider(DeciderKind.WORKER, "a-model"))
                        .setSince(at)
                        .setContentSha256(ReviewDesk.sha256(content))
                        .build(),
                at);
    }

    private void forgotten(String imageId) {
        take(decisions, Topics.DECISIONS, "default/" + imageId, (byte[]) null, NOW.plusSeconds(2));
    }

    private <T extends SpecificRecord> void take(
            IntakeTopic<?> intake, Topics topic, String key, T value, Instant recorded) {
        @SuppressWarnings("unchecked")
        var serializer = new EventSerializer<>((Class<T>) value.getClass());
        serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        take(intake, topic, key, serializer.serialize(topic.topicName(), value), recorded);
    }

    private void take(IntakeTopic<?> intake, Topics topic, String key, byte[] value, Instant recorded) {
        var record = new ConsumerRecord<>(
                topic.topicName(),
                3,
                7L,
                recorded.toEpochMilli(),
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key.getBytes(),
                value,
                new RecordHeaders(),
                Optional.empty());
        database.database().acrossTenants(handle -> {
            intake.take(handle, record);
            return null;
        });
    }

    private List<String> images() {
        return texts("SELECT image_id FROM casebook ORDER BY image_id");
    }

    private List<String> audited() {
        return texts("SELECT action || ' ' || subject || ' ' || details FROM audit_log ORDER BY position");
    }

    private List<String> texts(String query) {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery(query).mapTo(String.class).list());
    }
}
