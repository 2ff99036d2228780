package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.audit;
import static io.bulwark.stream.testing.Samples.review;
import static io.bulwark.stream.testing.Samples.sampled;
import static io.bulwark.stream.testing.Samples.upload;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Subject;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

class ErasureTest extends TopologyTestCase {

    private static final List<String> KEY_VALUE_STORES = List.of(
            StoreNames.DECISIONS,
            StoreNames.EVIDENCE,
            StoreNames.DECISION_AGES,
            StoreNames.AWAITED,
            StoreNames.AWAITED_AGES,
            StoreNames.UPLOADERS,
            StoreNames.UPLOADER_AGES,
            StoreNames.UPLOADER_AUDITS,
            StoreNames.UPLOADER_AUDIT_AGES,
            StoreNames.UPLOADER_LEVELS,
            StoreNames.SEEN,
            StoreNames.SEEN_AGES,
            StoreNames.FLAGGED,
            StoreNames.EXEMPT);

    @Test
    void anErasedImageLeavesNoEntryInAnyStoreAndATombstoneOnEachTopic() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(review("i", Decision.NSFW).build());
        rig.send(audit("i"));
        rig.send(upload("i").build(), NOON);
        rig.decided();
        rig.send(erasure(Subject.IMAGE, "i"));

        assertThat(KEY_VALUE_STORES)
                .allSatisfy(store -> assertThat(rig.all(store)).as(store).isEmpty());
        assertThat(rig.auditStore().all().hasNext()).isFalse();
        assertThat(rig.decided()).singleElement().satisfies(record -> {
            assertThat(record.key).isEqualTo("default/i");
            assertThat(record.value).isNull();
        });
        assertThat(rig.tombstones(Topics.VERDICTS)).containsExactly("i");
        assertThat(rig.tombstones(Topics.EMBEDDINGS)).containsExactly("i");
        assertThat(rig.reports).contains("erased");
    }

    /** So the order of a restricted image goes: what it said stays done, also for a late answer. */
    @Test
    void anOrderThatIsTakenAwayStaysCarriedOut() {
        rig.send(erasure(Subject.IMAGE, "i"));
        rig.removeOrder("i");
        rig.decided();
        rig.send(verdict("i").setUploadedAt(NOON));

        assertThat(rig.all(StoreNames.DECISIONS)).isEmpty();
        assertThat(rig.decided()).allMatch(record -> record.value == null);
    }

    /** It was counted for no uploader, so nothing is taken back. */
    @Test
    void aSampleOfAnErasedImageGoesAndTakesNoAuditOffItsUploader() {
        rig.send(audit("kept"));
        rig.send(sampled("i"));
        assertThat(rig.auditStore().all().hasNext()).isTrue();
        rig.send(erasure(Subject.IMAGE, "i"));

        assertThat(rig.auditStore()
                        .fetch(StoreKey.ofImage("default", "i", AttackKind.OTHER.name()), NOON.toEpochMilli()))
                .isNull();
        assertThat(rig.window("u1", NOON).getAudits()).isEqualTo(1);
    }

    @Test
    void whatWasUploadedUnderTheIdBeforeIsTakenOutOfTheCountsToo() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(verdict("i").setContentSha256("other").setUpload(new RecordCoordinates("images.uploaded", 0, 2L)));
        rig.send(erasure(Subject.IMAGE, "i"));

        assertThat(rig.all(StoreNames.UPLOADERS)).isEmpty();
    }

    /** What is on the topic may come from an application before this one, whose stores are gone. */
    @Test
    void anImageThatNoStoreKnowsIsTombstonedOnEachTopicAllTheSame() {
        rig.send(erasure(Subject.IMAGE, "unknown"));
        rig.send(review("reviewed", Decision.NSFW).build());
        rig.send(erasure(Subject.IMAGE, "reviewed"));

        assertThat(rig.decided())
                .containsExactly(KeyValue.pair("default/unknown", null), KeyValue.pair("default/reviewed", null));
        assertThat(rig.tombstones(Topics.VERDICTS)).containsExactly("unknown", "reviewed");
    }

    /** A worker had the picture in hand when the order came. */
    @Test
    void anAnswerToAnUploadFromBeforeTheErasureIsErasedToo() {
        rig.send(erasure(Subject.IMAGE, "i"));
        rig.decided();
        rig.tombstones(Topics.VERDICTS);
        rig.send(audit("i"));
        rig.send(upload("i").build(), NOON.plusSeconds(90));
        rig.send(
                verdict("i")
                        .setUploadedAt(NOON.plusSeconds(90))
                        .setDecidedAt(NOON.plusSeconds(120))
                        .build(),
                NOON.plusSeconds(120));
        rig.send(review("i", Decision.NSFW).build());

        assertThat(KEY_VALUE_STORES)
                .allSatisfy(store -> assertThat(rig.all(store)).as(store).isEmpty());
        assertThat(rig.auditStore().all().hasNext()).isFalse();
        assertThat(rig.decided()).isEmpty();
        assertThat(rig.tombstones(Topics.VERDICTS)).containsExactly("i");
    }

    /** It came after the verdict, so nothing else takes it away. */
    @Test
    void anAuditOfAnUploadFromBeforeTheErasureIsNotKept() {
        rig.send(erasure(Subject.IMAGE, "i"));
        rig.send(
                verdict("i")
                        .setUploadedAt(NOON.plusSeconds(80))
                        .setDecidedAt(NOON.plusSeconds(120))
                        .build(),
                NOON.plusSeconds(120));
        rig.send(audit("i"));
        rig.send(audit("i")
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .setDetectedAt(NOON.plusSeconds(120)));
        assertThat(rig.auditStore().all().hasNext()).isFalse();
        assertThat(rig.all(StoreNames.UPLOADER_AUDITS)).isEmpty();

        rig.send(audit("i")
                .setUpload(new RecordCoordinates("images.uploaded", 0, 2L))
                .setDetectedAt(NOON.plusSeconds(120)));
        assertThat(rig.all(StoreNames.UPLOADER_AUDITS)).as("of a later upload").hasSize(1);
    }

    @Test
    void whatIsUploadedAfterTheErasureIsDecidedAsAnyImage() {
        rig.send(erasure(Subject.IMAGE, "i"));
        rig.send(
                verdict("i")
                        .setUploadedAt(NOON.plusSeconds(100))
                        .setDecidedAt(NOON.plusSeconds(120))
                        .build(),
                NOON.plusSeconds(120));

        assertThat(rig.inForce("i")).isNotNull();
    }

    @Test
    void anErasureIsRememberedAsLongAsAnUploadMayLieAndWithoutItsId() {
        rig.send(erasure(Subject.IMAGE, "i"));
        assertThat(rig.all(StoreNames.ERASED)).hasSize(1).doesNotContainKey(StoreKey.image("default", "i"));

        rig.advance(Duration.ofDays(8));
        assertThat(rig.all(StoreNames.ERASED)).isEmpty();
        assertThat(rig.all(StoreNames.ERASED_AGES)).isEmpty();
    }

    @Test
    void theOthersStayAsTheyAre() {
        rig.send(verdict("i"));
        rig.send(verdict("other"));
        rig.send(verdict("i").setTenant("kids"));
        rig.send(erasure(Subject.IMAGE, "i"));

        assertThat(rig.inForce("other")).isNotNull();
        assertThat(rig.inForce("kids", "i")).isNotNull();
        assertThat(rig.window("u1", NOON).getImages()).isEqualTo(1);
    }

    @Test
    void anErasedUploaderLeavesNoStatistics() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.published();
        rig.send(erasure(Subject.UPLOADER, "u1"));

        assertThat(rig.all(StoreNames.UPLOADERS)).isEmpty();
        assertThat(rig.published()).hasSize(3).allMatch(record -> record.value == null);
    }

    @Test
    void whatIsHeldIsNeitherErasedNorForgotten() {
        rig.send(verdict("i"));
        rig.send(verdict("mine").setUploaderId("u2"));
        rig.send(hold(Subject.IMAGE, "i").build());
        rig.send(hold(Subject.UPLOADER, "u2").build());
        rig.send(erasure(Subject.IMAGE, "i"));
        rig.send(erasure(Subject.IMAGE, "mine"));
        rig.advance(TopologyRig.RETENTION.plusDays(1));

        assertThat(rig.inForce("i")).isNotNull();
        assertThat(rig.inForce("mine")).isNotNull();
        assertThat(rig.reports.stream().filter("erasure refused"::equals)).hasSize(2);
    }

    @Test
    void whatIsReleasedIsForgottenInItsTime() {
        rig.send(verdict("i"));
        rig.send(hold(Subject.IMAGE, "i").build());
        rig.advance(TopologyRig.RETENTION.plusDays(1));
        assertThat(rig.inForce("i")).isNotNull();

        rig.send(hold(Subject.IMAGE, "i")
                .setReleasedBy("ana")
                .setReleasedAt(NOON.plusSeconds(9))
                .build());
        rig.advance(Duration.ofDays(2));
        assertThat(rig.inForce("i")).isNull();
    }

    @Test
    void whatHasATombstoneForItsHoldIsNotHeld() {
        rig.send(verdict("i"));
        rig.send(hold(Subject.IMAGE, "i").build());
        rig.remove(hold(Subject.IMAGE, "i").build());
        rig.send(erasure(Subject.IMAGE, "i"));

        assertThat(rig.inForce("i")).isNull();
    }

    private static Erasure erasure(Subject subject, String id) {
        return new Erasure("default", subject, id, "ana", null, NOON.plusSeconds(99));
    }

    private static Hold.Builder hold(Subject subject, String id) {
        return Hold.newBuilder()
                .setTenant("default")
                .setSubject(subject)
                .setId(id)
                .setBy("ana")
                .setReason("file 7")
                .setAt(NOON);
    }
}
