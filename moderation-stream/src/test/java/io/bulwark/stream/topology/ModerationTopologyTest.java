package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.audit;
import static io.bulwark.stream.testing.Samples.review;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.UploaderStats;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModerationTopologyTest {

    @TempDir
    private Path state;

    private TopologyRig rig;

    @BeforeEach
    void open() {
        rig = new TopologyRig(state);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void theLatestVerdictIsInForceAndKnowsWhereItStands() {
        rig.send(verdict("i"));
        rig.send(verdict("i").setDecision(Decision.REVIEW).setDecidedAt(NOON.plusSeconds(5)));

        StoredVerdict inForce = rig.inForce("i");
        assertThat(inForce.verdict().getDecision()).isEqualTo(Decision.REVIEW);
        assertThat(inForce.coordinates()).isEqualTo(new RecordCoordinates("moderation.verdicts", 0, 1L));
        assertThat(rig.reports).containsExactly("kept SAFE", "kept REVIEW");
    }

    @Test
    void aVerdictThatIsOutrankedChangesNothing() {
        rig.send(review("i", Decision.NSFW));
        rig.published();
        rig.send(verdict("i").setDecidedAt(NOON.plusSeconds(600)));

        assertThat(rig.inForce("i").verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(rig.published()).isEmpty();
        assertThat(rig.reports).containsExactly("kept NSFW", "outranked");
    }

    @Test
    void aTombstoneRemovesTheVerdictAndKeepsTheStatistics() {
        rig.send(verdict("i"));
        rig.sendVerdictBytes("i".getBytes(), null, NOON);

        assertThat(rig.inForce("i")).isNull();
        assertThat(rig.window("u1", NOON).getImages()).isEqualTo(1);
        assertThat(rig.deadLetters()).isEmpty();
    }

    @Test
    void anUploadersImagesAreCountedByDecisionInTheWindowOfTheDecision() {
        rig.send(verdict("a"));
        rig.send(verdict("b").setDecision(Decision.NSFW).setDecidedAt(NOON.plusSeconds(3599)));
        rig.send(verdict("c").setDecision(Decision.REFUSED).setDecidedAt(NOON.plusSeconds(3600)));

        UploaderStats first = rig.window("u1", NOON);
        assertThat(counts(first)).containsExactly(2L, 1L, 1L, 0L, 0L, 0L);
        assertThat(first.getWindowEnd()).isEqualTo(NOON.plusSeconds(3600));
        assertThat(first.getLastSeenAt()).isEqualTo(NOON.plusSeconds(3599));
        assertThat(counts(rig.window("u1", NOON.plusSeconds(3600)))).containsExactly(1L, 0L, 0L, 0L, 1L, 0L);
    }

    @Test
    void uploadersAreCountedApart() {
        rig.send(verdict("a"));
        rig.send(verdict("b").setUploaderId("u2").setTenant("kids").setDecision(Decision.REVIEW));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(counts(rig.window("u2", NOON))).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
        assertThat(rig.window("u2", NOON).getTenant()).isEqualTo("kids");
    }

    @Test
    void aReviewMovesTheCountWithinTheWindowOfTheFirstDecision() {
        rig.send(verdict("i").setDecision(Decision.REVIEW));
        rig.send(review("i", Decision.NSFW).setDecidedAt(NOON.plus(Duration.ofHours(5))));

        UploaderStats window = rig.window("u1", NOON);
        assertThat(counts(window)).containsExactly(1L, 0L, 1L, 0L, 0L, 0L);
        assertThat(window.getLastSeenAt())
                .as("a review is nothing that the uploader did")
                .isEqualTo(NOON);
        assertThat(rig.window("u1", NOON.plus(Duration.ofHours(5)))).isNull();
    }

    @Test
    void theSameDecisionAgainIsNotCountedTwice() {
        rig.send(verdict("i"));
        rig.send(verdict("i").setDecidedAt(NOON.plusSeconds(5)));

        assertThat(rig.published()).hasSize(1);
        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
    }

    @Test
    void otherContentUnderTheSameIdIsOneMoreImage() {
        rig.send(verdict("i"));
        rig.send(verdict("i")
                .setContentSha256("other content")
                .setUpload(new RecordCoordinates("images.uploaded", 0, 2L)));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(2L, 2L, 0L, 0L, 0L, 0L);
    }

    @Test
    void everyChangeOfAWindowIsPublishedUnderTheUploadersKey() {
        rig.send(verdict("a"));
        rig.send(verdict("b"));

        assertThat(rig.published()).extracting(UploaderStats::getImages).containsExactly(1L, 2L);
    }

    @Test
    void aWindowPastItsGraceStaysAsItIs() {
        rig.send(verdict("i").setDecision(Decision.REVIEW));
        rig.send(review("i", Decision.SAFE).setDecidedAt(NOON.plus(Duration.ofHours(26))));

        assertThat(rig.inForce("i").verdict().getDecision()).isEqualTo(Decision.SAFE);
        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
        assertThat(rig.reports).contains("late");
    }

    @Test
    void aClockThatRunsAheadDoesNotOpenWindowsInTheFuture() {
        Instant farAhead = NOON.plus(Duration.ofDays(3650));
        rig.send(verdict("ahead").setDecidedAt(farAhead).build(), NOON);
        rig.send(verdict("right").setDecidedAt(NOON.plusSeconds(1)));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(2L, 2L, 0L, 0L, 0L, 0L);
    }

    @Test
    void auditsAreKeptByImageAndKindAndCountedForTheUploader() {
        rig.send(audit("i"));
        rig.send(audit("i").setKind(AttackKind.NOISE_DRIFT));
        rig.send(audit("i").setDetectedAt(NOON.plusSeconds(9)));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(0L, 0L, 0L, 0L, 0L, 3L);
        String twins = AuditKeys.ofImage("i", AttackKind.TWIN_DISAGREEMENT);
        assertThat(rig.auditStore().fetch(twins, NOON.toEpochMilli()).getFusedScore())
                .isEqualTo(0.97);
        assertThat(rig.auditStore().fetch(twins, NOON.plusSeconds(9).toEpochMilli()))
                .isNotNull();
    }

    @Test
    void anUploadersAuditsAreKeptApartFromThoseOfOthersWhoseNamesBeginAlike() {
        rig.send(audit("first"));
        rig.send(audit("second").setDetectedAt(NOON.plusSeconds(5)));
        rig.send(audit("second").setKind(AttackKind.NOISE_DRIFT).setDetectedAt(NOON.plusSeconds(6)));
        rig.send(audit("of u11").setUploaderId("u11"));
        rig.send(audit("of u").setUploaderId("u"));
        rig.send(audit("first"));

        assertThat(rig.auditedImages("u1")).containsExactly("first", "second", "second");
        assertThat(rig.auditedImages("u11")).containsExactly("of u11");
        assertThat(rig.auditedImages("u")).containsExactly("of u");
    }

    @Test
    void anAuditOfAClockThatRunsAheadIsFiledUnderTheTimeOfItsRecord() {
        rig.send(audit("i").setDetectedAt(NOON.plusSeconds(9_000)).build(), NOON);

        String twins = AuditKeys.ofImage("i", AttackKind.TWIN_DISAGREEMENT);
        assertThat(rig.auditStore().fetch(twins, NOON.toEpochMilli()).getDetectedAt())
                .isEqualTo(NOON);
        assertThat(counts(rig.window("u1", NOON))).containsExactly(0L, 0L, 0L, 0L, 0L, 1L);
    }

    @Test
    void theSameAuditAgainIsNotCountedTwice() {
        rig.send(audit("i"));
        rig.send(audit("i"));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(0L, 0L, 0L, 0L, 0L, 1L);
        assertThat(rig.reports).containsExactly("audit");
    }

    @Test
    void verdictsPastTheirRetentionLeaveTheStore() {
        rig.send(verdict("old").setDecidedAt(NOON.minus(Duration.ofDays(29))));
        rig.send(verdict("new"));

        rig.driver.advanceWallClockTime(Duration.ofDays(2));

        assertThat(rig.inForce("old")).isNull();
        assertThat(rig.inForce("new")).isNotNull();
        assertThat(rig.reports).contains("expired 1");
    }

    @Test
    void verdictsAndAuditsOfAnImageLieInOneTaskUploadersAndTheirAuditsInOthers() {
        String topology = new ModerationTopology(TopologyRig.SETTINGS, rig, Map.of())
                .build()
                .describe()
                .toString();
        assertThat(topology).contains("Sub-topology: 2").doesNotContain("Sub-topology: 3");
        assertThat(topology)
                .contains("uploader-deltas-repartition", "uploader-audits-repartition")
                .doesNotContain("KSTREAM-");
    }

    /** Images, safe, nsfw, review, refused, audits. */
    private static List<Long> counts(UploaderStats stats) {
        return List.of(
                stats.getImages(),
                stats.getSafe(),
                stats.getNsfw(),
                stats.getReview(),
                stats.getRefused(),
                stats.getAudits());
    }
}
