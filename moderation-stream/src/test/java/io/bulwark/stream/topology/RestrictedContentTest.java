package io.bulwark.stream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decision;
import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelScore;
import io.bulwark.events.ListMatch;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.RestrictedDecisions;
import io.bulwark.stream.decision.DecisionProcessor;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Content;
import io.bulwark.stream.state.Restriction.Standing;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.testing.Samples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the topology says and keeps of a restricted image: that it has to be taken down, and nothing else. */
class RestrictedContentTest {

    private static final String HASH = "5e".repeat(32);
    private static final byte[] KEY = "a key of thirty-two bytes, truly".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private final Restriction restriction = new Restriction(Set.of("sexual-minor"));

    @AutoClose
    private TopologyRig rig;

    @BeforeEach
    void open() {
        restriction.stand(new Standing(Set.of(), KEY));
        var settings = TopologyRig.SETTINGS;
        rig = new TopologyRig(
                folder,
                new ModerationTopology.Settings(
                        new DecisionProcessor.Settings(
                                TopologyRig.RETENTION, Duration.ofMinutes(15), Duration.ofDays(7), restriction),
                        settings.uploaders(),
                        settings.auditRetention(),
                        settings.flagged(),
                        settings.campaigns(),
                        1));
    }

    private static Verdict.Builder listed(String imageId, long offset) {
        return Samples.verdict(imageId)
                .setDecision(Decision.NSFW)
                .setScore(0.93)
                .setContentSha256(HASH)
                .setUpload(new RecordCoordinates("images.uploaded", 0, offset))
                .setDecidingLabel("gore")
                .setLabels(List.of(new LabelScore("gore", 0.93, LabelAction.FLAG)))
                .setListed(new ListMatch("invented", HASH, ListedHashKind.SHA256, "A1", true, false))
                .setRestricted(true);
    }

    @Test
    void theDecisionSaysThatTheImageHasToBeTakenDownAndNothingElse() {
        rig.send(listed("i1", 1));

        ModerationDecision decision = rig.inForce("i1");
        assertThat(decision.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(decision.getRestricted()).isTrue();
        assertThat(decision.getLabels()).containsExactly(RestrictedDecisions.LABEL);
        assertThat(decision.getContentSha256()).isNull();
        assertThat(decision.getReason()).isNull();
        assertThat(decision.getScore()).isEqualTo(1);
        assertThat(decision.toString()).doesNotContain("gore", "A1", "invented", HASH);
    }

    @Test
    void aLabelThatIsRestrictedHereNeedsNoMarkOfTheWorker() {
        rig.send(Samples.verdict("i1").setDecision(Decision.NSFW).setDecidingLabel("sexual-minor"));
        assertThat(rig.inForce("i1").getRestricted()).isTrue();
    }

    @Test
    void contentOfWhichACaseStandsIsRestrictedWhateverAWorkerSays() {
        restriction.stand(new Standing(Set.of(new Content("default", HASH)), KEY));
        rig.send(Samples.verdict("again").setContentSha256(HASH));
        rig.send(Samples.verdict("elsewhere").setTenant("shop").setContentSha256(HASH));

        assertThat(rig.inForce("again").getRestricted()).isTrue();
        assertThat(rig.inForce("shop", "elsewhere").getRestricted()).isFalse();
    }

    @Test
    void neitherStoresNorTopicsHaveTheHashAlsoWhereTheContentWasJudgedBefore() {
        rig.send(Samples.verdict("i1")
                .setContentSha256(HASH)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L)));
        rig.send(Samples.review("i1", Decision.SAFE).setContentSha256(HASH).build());
        rig.send(listed("i1", 2));

        assertThat(rig.stored("default", "i1").toString()).doesNotContain(HASH, "invented", "ana");
        assertThat(rig.all(StoreNames.EVIDENCE)).isEmpty();
    }

    @Test
    void anUploaderGetsNoStrikeForIt() {
        for (int i = 0; i < 20; i++) {
            rig.send(listed("i" + i, i));
        }
        assertThat(rig.actions()).isEmpty();
    }

    @Test
    void noAuditOfItIsKept() {
        rig.send(Samples.audit("i1").setContentSha256(HASH));
        rig.send(listed("i1", 1));
        rig.send(Samples.audit("i1").setContentSha256(HASH).setDetectedAt(Samples.NOON.plusSeconds(5)));

        assertThat(rig.auditedImages("u1")).isEmpty();
        try (var kept = rig.auditStore().all()) {
            assertThat(kept.hasNext()).isFalse();
        }
    }

    @Test
    void designatedStaffLiftARestrictionByAnOrderAboutItsUpload() {
        rig.send(listed("i1", 1));
        rig.send(order("i1", 1, Decision.SAFE));

        ModerationDecision decision = rig.inForce("i1");
        assertThat(decision.getDecision()).isEqualTo(Decision.SAFE);
        assertThat(decision.getRestricted()).isFalse();
        assertThat(decision.getLabels()).isEmpty();
    }

    @Test
    void noOtherReviewLiftsARestrictionWhateverNameItBears() {
        RecordCoordinates upload = new RecordCoordinates("images.uploaded", 0, 1L);
        rig.send(listed("i1", 1));
        rig.send(Samples.review("i1", Decision.SAFE)
                .setContentSha256(null)
                .setUpload(upload)
                .build());
        rig.send(
                Review.newBuilder(order("i1", 1, Decision.SAFE)).setReason(null).build());
        rig.send(Restriction.order(new byte[32], "default", "i1", upload, Decision.SAFE, Samples.NOON));
        rig.send(Review.newBuilder(order("i2", 1, Decision.SAFE))
                .setImageId("i1")
                .build());

        assertThat(rig.inForce("i1").getRestricted()).isTrue();
        assertThat(rig.stored("default", "i1").standing().reviews()).isEmpty();
    }

    @Test
    void aReviewFromBeforeTheRestrictionDoesNotOutrankIt() {
        rig.send(Samples.review("i1", Decision.SAFE)
                .setContentSha256(null)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .build());
        rig.send(listed("i1", 1));
        assertThat(rig.inForce("i1").getRestricted()).isTrue();
    }

    @Test
    void aJudgementOfTheSameUploadDoesNotLiftARestrictionWhileTheCaseIsNotKnown() {
        rig.send(listed("i1", 1));
        rig.send(Samples.verdict("i1")
                .setDecision(Decision.SAFE)
                .setContentSha256(HASH)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L))
                .setDecidedAt(Samples.NOON.plusSeconds(60)));
        assertThat(rig.inForce("i1").getRestricted()).isTrue();
        assertThat(rig.stored("default", "i1").toString()).doesNotContain(HASH);
    }

    @Test
    void anEarlierImageIsTakenDownByTheOrderOfItsCase() {
        rig.send(Samples.verdict("early")
                .setDecision(Decision.SAFE)
                .setContentSha256(HASH)
                .setUpload(new RecordCoordinates("images.uploaded", 0, 1L)));
        rig.send(order("early", 1, Decision.NSFW));

        assertThat(rig.inForce("early").getRestricted()).isTrue();
        assertThat(rig.inForce("early").getContentSha256()).isNull();
        assertThat(rig.stored("default", "early").toString()).doesNotContain(HASH);
        assertThat(rig.all(StoreNames.EVIDENCE)).isEmpty();

        rig.send(order("early", 1, Decision.SAFE));
        assertThat(rig.inForce("early").getDecision()).isEqualTo(Decision.SAFE);
    }

    @Test
    void aSafeImageIsNotRestrictedByItsNearestLabel() {
        rig.send(Samples.verdict("i1").setDecision(Decision.SAFE).setDecidingLabel("sexual-minor"));
        assertThat(rig.inForce("i1").getDecision()).isEqualTo(Decision.SAFE);
    }

    @Test
    void labelsAreNotDecidedBeforeTheCasesAreKnown() {
        var fresh = new Restriction(Set.of("sexual-minor"));
        assertThat(fresh.isAwaited()).isTrue();
        fresh.stand(new Standing(Set.of(), KEY));
        assertThat(fresh.isAwaited()).isFalse();
        assertThat(new Restriction(Set.of()).isAwaited()).isFalse();
    }

    @Test
    void aBanksLabelRestrictedRestricts() {
        rig.send(Samples.verdict("i1").setDecision(Decision.NSFW).setDecidingLabel(RestrictedDecisions.LABEL));
        assertThat(rig.inForce("i1").getRestricted()).isTrue();
    }

    @Test
    void aPersonsWordRestrictedHidesNothing() {
        rig.send(Samples.verdict("i1").setContentSha256(HASH));
        rig.send(Samples.review("i1", Decision.NSFW)
                .setContentSha256(HASH)
                .setLabels(List.of(RestrictedDecisions.LABEL))
                .build());
        assertThat(RestrictedDecisions.isOne(rig.inForce("i1"))).isFalse();
    }

    private static Review order(String imageId, long offset, Decision decision) {
        return Restriction.order(
                KEY,
                "default",
                imageId,
                new RecordCoordinates("images.uploaded", 0, offset),
                decision,
                Samples.NOON.plusSeconds(30));
    }
}
