package io.bulwark.stream.topology;

import static io.bulwark.stream.testing.Samples.NOON;
import static io.bulwark.stream.testing.Samples.audit;
import static io.bulwark.stream.testing.Samples.probe;
import static io.bulwark.stream.testing.Samples.review;
import static io.bulwark.stream.testing.Samples.sampled;
import static io.bulwark.stream.testing.Samples.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackKind;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Signal;
import io.bulwark.events.UploaderStats;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.uploader.UploaderProcessor.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModerationTopologyTest extends TopologyTestCase {

    @Test
    void theLatestVerdictHoldsAndIsPublishedUnderTenantAndImage() {
        rig.send(verdict("i"));
        rig.send(verdict("i").setDecision(Decision.REVIEW).setDecidedAt(NOON.plusSeconds(5)));

        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.REVIEW);
        assertThat(rig.inForce("i").getVerdict()).isEqualTo(new RecordCoordinates("moderation.verdicts", 0, 1L));
        assertThat(rig.reports).containsExactly("decided SAFE", "decided REVIEW");
        var published = rig.decided();
        assertThat(published).extracting(record -> record.key).containsExactly("default/i", "default/i");
        assertThat(published.get(1).value.getReplaced().getDecision()).isEqualTo(Decision.SAFE);
    }

    /** The topic is compacted: what subscribers obey is its last record. */
    @Test
    void aWorkerThatDecidesAgainDoesNotWriteOverAReview() {
        rig.send(verdict("i").setDecision(Decision.REVIEW));
        rig.send(review("i", Decision.NSFW).build());
        rig.send(verdict("i").setDecidedAt(NOON.plusSeconds(600)));

        var published = rig.decided();
        assertThat(published.get(published.size() - 1).value.getDecision()).isEqualTo(Decision.NSFW);
        assertThat(published.get(published.size() - 1).value.getDecidedBy().getId())
                .isEqualTo("ana");
        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.NSFW);
    }

    @Test
    void aReviewThatComesBeforeItsVerdictHoldsOnceTheVerdictIsThere() {
        rig.send(review("i", Decision.NSFW).build());
        assertThat(rig.decided()).isEmpty();

        rig.send(verdict("i"));
        assertThat(rig.decided())
                .extracting(record -> record.value.getDecision())
                .containsExactly(Decision.NSFW);
    }

    @Test
    void aReviewOfAForgottenImageCountsNoImage() {
        rig.send(verdict("i").setDecision(Decision.REVIEW));
        rig.advance(TopologyRig.RETENTION.plusDays(1));
        assertThat(rig.inForce("i")).isNull();
        rig.published();

        rig.send(
                review("i", Decision.NSFW).setAt(NOON.plus(Duration.ofDays(31))).build());
        assertThat(rig.published()).isEmpty();
    }

    @Test
    void equalIdsOfTwoTenantsAreTwoImagesAndTwoUploaders() {
        rig.send(verdict("i"));
        rig.send(verdict("i").setTenant("kids").setDecision(Decision.NSFW).setContentSha256("other"));
        rig.send(review("i", Decision.REVIEW)
                .setTenant("kids")
                .setContentSha256("other")
                .build());

        assertThat(rig.inForce("default", "i").getDecision()).isEqualTo(Decision.SAFE);
        assertThat(rig.inForce("kids", "i").getDecision()).isEqualTo(Decision.REVIEW);
        assertThat(counts(rig.window("default", "u1", Window.HOUR, NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(counts(rig.window("kids", "u1", Window.HOUR, NOON))).containsExactly(1L, 0L, 0L, 1L, 0L, 0L);
    }

    @Test
    void aReviewThatNamesNoContentIsSetAside() {
        rig.send(verdict("i"));
        rig.send(review("i", Decision.NSFW)
                .setContentSha256(null)
                .setUpload(null)
                .build());

        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.SAFE);
        assertThat(rig.reports).contains("dead letter moderation.reviews INCOMPLETE");
        assertThat(rig.deadLetters()).hasSize(1);
    }

    @Test
    void aTombstoneOnTheLogOfVerdictsForgetsNothing() {
        rig.send(verdict("i"));
        rig.sendVerdictBytes("i".getBytes(), null, NOON);

        assertThat(rig.inForce("i")).isNotNull();
        assertThat(rig.deadLetters()).isEmpty();
    }

    @Test
    void imagesAreCountedByDecisionInTheWindowsOfTheirUpload() {
        rig.send(verdict("a").setUploadedAt(NOON.minusSeconds(60)));
        rig.send(verdict("b").setUploadedAt(NOON.minusSeconds(1)).setDecision(Decision.NSFW));
        rig.send(verdict("c").setUploadedAt(NOON).setDecision(Decision.REFUSED));

        Instant eleven = NOON.minus(Duration.ofHours(1));
        UploaderStats first = rig.window("u1", eleven);
        assertThat(counts(first)).containsExactly(2L, 1L, 1L, 0L, 0L, 0L);
        assertThat(first.getWindowEnd()).isEqualTo(NOON);
        assertThat(first.getStrikes()).isEqualTo(1000);
        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 0L, 0L, 0L, 1L, 0L);
        assertThat(counts(rig.window("default", "u1", Window.DAY, NOON.minus(Duration.ofHours(12)))))
                .containsExactly(3L, 1L, 1L, 0L, 1L, 0L);
    }

    @Test
    void windowsDoNotEraseEachOtherOnTheTopic() {
        rig.send(verdict("a"));
        rig.send(verdict("b").setDecidedAt(NOON.minus(Duration.ofDays(8))));

        assertThat(rig.published())
                .extracting(record -> record.key)
                .doesNotHaveDuplicates()
                .contains("default/u1/1h/" + NOON.toEpochMilli());
    }

    @Test
    void aReviewMovesTheCountWithinTheWindowOfTheUpload() {
        rig.send(verdict("i").setDecision(Decision.REVIEW));
        rig.send(
                review("i", Decision.NSFW).setAt(NOON.plus(Duration.ofDays(20))).build());

        UploaderStats window = rig.window("u1", NOON);
        assertThat(counts(window)).containsExactly(1L, 0L, 1L, 0L, 0L, 0L);
        assertThat(window.getLastSeenAt())
                .as("a review is nothing that the uploader did")
                .isEqualTo(NOON);
    }

    /** The verdicts' topic is keyed by image id alone: of an id of two tenants compaction leaves one verdict. */
    @Test
    void whoseVerdictCompactionTookHasNoDecisionAndNeverThatOfTheOther() {
        rig.send(review("i", Decision.NSFW).setContentSha256("other").build());
        rig.send(verdict("i").setTenant("kids").setContentSha256("other"));

        assertThat(rig.inForce("default", "i")).isNull();
        assertThat(rig.inForce("kids", "i").getDecision()).isEqualTo(Decision.SAFE);
        assertThat(rig.decided())
                .singleElement()
                .satisfies(record -> assertThat(record.key).isEqualTo("kids/i"));
    }

    @Test
    void theSameDecisionAgainIsNotCountedTwice() {
        rig.send(verdict("i"));
        int windows = rig.published().size();
        rig.send(verdict("i").setDecidedAt(NOON.plusSeconds(5)));

        assertThat(windows).isEqualTo(3);
        assertThat(rig.published()).isEmpty();
    }

    @Test
    void otherContentUnderTheSameIdIsOneMoreImage() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(verdict("i").setContentSha256("other content").setUpload(upload(2)));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(2L, 1L, 1L, 0L, 0L, 0L);
        assertThat(rig.window("u1", NOON).getStrikes())
                .as("putting a harmless picture in its place gives no strike back")
                .isEqualTo(1000);
    }

    @Test
    void aReviewOfWhatWasUploadedBeforeGivesItsStrikeBack() {
        rig.send(verdict("i").setDecision(Decision.NSFW).setDecidingLabel("gore"));
        rig.send(verdict("i")
                .setContentSha256("other content")
                .setUpload(upload(2))
                .setUploaderId("u2"));
        rig.send(review("i", Decision.SAFE).build());

        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(rig.window("u1", NOON).getStrikes()).isZero();
        assertThat(counts(rig.window("u2", NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(rig.inForce("i").getDecidedBy().getKind()).isEqualTo(DeciderKind.WORKER);

        rig.send(review("i", Decision.NSFW)
                .setDecisionId("again")
                .setLabels(List.of("spam"))
                .setAt(NOON.plusSeconds(90))
                .build());
        assertThat(rig.window("u1", NOON).getStrikes()).isEqualTo(500);
    }

    /** The same content twice, with other content between, is two images; a person's word is about both. */
    @Test
    void aReviewCountsForEveryUploadOfItsContent() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(verdict("i").setContentSha256("other content").setUpload(upload(2)));
        rig.send(verdict("i").setDecision(Decision.NSFW).setUpload(upload(3)));
        assertThat(rig.window("u1", NOON).getStrikes()).isEqualTo(2000);

        rig.send(review("i", Decision.SAFE).build());
        assertThat(counts(rig.window("u1", NOON))).containsExactly(3L, 3L, 0L, 0L, 0L, 0L);
        assertThat(rig.window("u1", NOON).getStrikes()).isZero();
    }

    /** As {@link #aReviewOfWhatWasUploadedBeforeGivesItsStrikeBack}, with the review first. */
    @Test
    void theOrderOfReviewAndOtherContentChangesNoCount() {
        rig.send(verdict("i").setDecision(Decision.NSFW));
        rig.send(review("i", Decision.SAFE).build());
        rig.send(verdict("i").setContentSha256("other content").setUpload(upload(2)));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(2L, 2L, 0L, 0L, 0L, 0L);
        assertThat(rig.window("u1", NOON).getStrikes()).isZero();
    }

    @Test
    void aBacklogOfDaysIsCountedWhenItWasUploaded() {
        rig.send(verdict("new").setDecidedAt(NOON));
        Instant fiveDaysAgo = NOON.minus(Duration.ofDays(5));
        rig.send(verdict("old").setUploadedAt(fiveDaysAgo).setDecidedAt(NOON).build(), NOON);

        assertThat(counts(rig.window("u1", fiveDaysAgo))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(rig.reports).doesNotContain("late");
    }

    @Test
    void aClockThatRunsAheadDoesNotOpenWindowsInTheFuture() {
        Instant farAhead = NOON.plus(Duration.ofDays(3650));
        rig.send(verdict("ahead").setDecidedAt(farAhead).build(), NOON);

        assertThat(counts(rig.window("u1", NOON))).containsExactly(1L, 1L, 0L, 0L, 0L, 0L);
        assertThat(rig.inForce("ahead").getSince()).isEqualTo(NOON);
    }

    @Test
    void strikesReachALevelAndAnOverturnedDecisionGivesThemBack() {
        rig.send(verdict("a").setDecision(Decision.NSFW).setDecidingLabel("gore"));
        assertThat(rig.actions()).isEmpty();
        rig.send(verdict("b").setDecision(Decision.NSFW).setDecidingLabel("gore"));

        assertThat(rig.actions()).singleElement().satisfies(action -> {
            assertThat(action.getLevel()).isEqualTo("warn");
            assertThat(action.getPreviousLevel()).isNull();
            assertThat(action.getStrikes()).isBetween(4.7, 5.0);
        });
        rig.send(review("b", Decision.SAFE).build());
        assertThat(rig.actions()).singleElement().satisfies(action -> {
            assertThat(action.getLevel()).isNull();
            assertThat(action.getPreviousLevel()).isEqualTo("warn");
        });
        assertThat(rig.window("u1", NOON).getStrikes()).isEqualTo(2500);
    }

    @Test
    void strikesDecayAlsoWhereNothingComesAnyMore() {
        rig.send(verdict("a").setDecision(Decision.NSFW).setDecidingLabel("gore"));
        rig.send(verdict("b").setDecision(Decision.NSFW).setDecidingLabel("gore"));
        rig.actions();

        rig.advance(Duration.ofDays(7));
        assertThat(rig.actions())
                .singleElement()
                .satisfies(action -> assertThat(action.getLevel()).isNull());
    }

    @Test
    void auditsAreKeptByImageAndKindAndCountedForTheUploader() {
        rig.send(audit("i"));
        rig.send(audit("i").setKind(AttackKind.NOISE_DRIFT));
        rig.send(audit("i").setDetectedAt(NOON.plusSeconds(9)));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(0L, 0L, 0L, 0L, 0L, 3L);
        String twins = StoreKey.ofImage("default", "i", "TWIN_DISAGREEMENT");
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

        assertThat(rig.auditedImages("u1")).containsExactly("second", "second", "first");
        assertThat(rig.auditedImages("u11")).containsExactly("of u11");
        assertThat(rig.auditedImages("u")).containsExactly("of u");
    }

    @Test
    void anAuditOfAClockThatRunsAheadIsFiledUnderTheTimeOfItsRecord() {
        rig.send(audit("i").setDetectedAt(NOON.plusSeconds(9_000)).build(), NOON);

        String twins = StoreKey.ofImage("default", "i", "TWIN_DISAGREEMENT");
        assertThat(rig.auditStore().fetch(twins, NOON.toEpochMilli()).getDetectedAt())
                .isEqualTo(NOON);
        assertThat(counts(rig.window("u1", NOON))).containsExactly(0L, 0L, 0L, 0L, 0L, 1L);
    }

    /** Also where it names the uploader, as no red team does. */
    @Test
    void whatTheRedTeamAttackedIsNoUploadersAttack() {
        rig.send(probe("i"));
        rig.send(probe("j").setKind(AttackKind.ROBUSTNESS_PROBE));

        for (AttackKind kind : List.of(AttackKind.OTHER, AttackKind.ROBUSTNESS_PROBE)) {
            for (String image : List.of("i", "j")) {
                assertThat(rig.auditStore().fetch(StoreKey.ofImage("default", image, kind.name()), NOON.toEpochMilli()))
                        .isNull();
            }
        }
        assertThat(rig.auditedImages("u1")).isEmpty();
        assertThat(rig.reports).isEmpty();
    }

    /** Also where it names the uploader and looks like others, as no worker writes it. */
    @Test
    void aSampleIsKeptByImageAndCountsForNoUploader() {
        for (int i = 0; i < 100; i++) {
            rig.send(sampled("i" + i).setEvidence(Map.of("entry", "e1", "share", "0.01")));
        }

        assertThat(rig.auditStore()
                        .fetch(StoreKey.ofImage("default", "i7", AttackKind.OTHER.name()), NOON.toEpochMilli()))
                .isNotNull();
        assertThat(rig.auditedImages("u1")).isEmpty();
        assertThat(rig.all(StoreNames.UPLOADERS)).isEmpty();
        assertThat(rig.campaigns()).isEmpty();
        assertThat(rig.all(StoreNames.CAMPAIGNS)).isEmpty();
        assertThat(rig.actions()).isEmpty();
        assertThat(rig.published()).isEmpty();
        assertThat(rig.reports).isEmpty();
    }

    @Test
    void whatTheRedTeamTriedIsKeptUnderItsOwnNameAndCountsForNoUploader() {
        rig.send(audit("i").setSignals(List.of(new Signal("robustness-probe", 1.0, 0.5, true))));

        assertThat(rig.auditedImages("bulwark-red-team")).hasSize(1).doesNotContain("i");
        assertThat(rig.auditedImages("u1")).isEmpty();
        assertThat(rig.reports).isEmpty();
        assertThat(rig.published()).isEmpty();
    }

    @Test
    void theSameAuditAgainIsNotCountedTwice() {
        rig.send(audit("i"));
        rig.send(audit("i"));

        assertThat(counts(rig.window("u1", NOON))).containsExactly(0L, 0L, 0L, 0L, 0L, 1L);
        assertThat(rig.reports).containsExactly("audit");
    }

    @Test
    void anOldDecisionIsForgottenWithATombstone() {
        rig.send(verdict("old").setDecidedAt(NOON.minus(Duration.ofDays(29))));
        rig.send(verdict("new"));
        rig.decided();

        rig.advance(Duration.ofDays(2));

        assertThat(rig.inForce("old")).isNull();
        assertThat(rig.inForce("new")).isNotNull();
        assertThat(rig.decided()).singleElement().satisfies(record -> {
            assertThat(record.key).isEqualTo("default/old");
            assertThat(record.value).isNull();
        });
        assertThat(rig.reports).contains("expired 1");
        assertThat(rig.all(StoreNames.EVIDENCE)).hasSize(1);
        assertThat(rig.all(StoreNames.DECISION_AGES)).hasSize(1);
    }

    /** Otherwise the next upload of what a person flagged would be decided by workers alone. */
    @Test
    void aPersonsDecisionOnContentThatIsUploadedAgainOutlastsTheFirstUpload() {
        rig.send(verdict("i").setDecidedAt(NOON.minus(Duration.ofDays(29))));
        rig.send(review("i", Decision.NSFW)
                .setAt(NOON.minus(Duration.ofDays(29)).plusSeconds(9))
                .build());
        rig.send(verdict("i").setUpload(upload(2)).setDecidedAt(NOON.minus(Duration.ofDays(1))));

        rig.advance(Duration.ofDays(2));
        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.NSFW);
        assertThat(rig.inForce("i").getDecidedBy().getKind()).isEqualTo(DeciderKind.REVIEWER);

        rig.advance(Duration.ofDays(28));
        assertThat(rig.inForce("i")).isNull();
    }

    /** No later review could change it, and it would never expire. */
    @Test
    void aReviewOfAClockThatRunsAheadIsAsOldAsItsRecord() {
        rig.send(verdict("i"));
        rig.send(
                review("i", Decision.SAFE)
                        .setAt(NOON.plus(Duration.ofDays(9_000)))
                        .build(),
                NOON.plusSeconds(60));
        rig.send(review("i", Decision.NSFW).setAt(NOON.plusSeconds(120)).build());

        assertThat(rig.inForce("i").getDecision()).isEqualTo(Decision.NSFW);
    }

    @Test
    void allOfAnImageLiesInOneTask() {
        String topology = new ModerationTopology(TopologyRig.SETTINGS, rig, Optional::empty, Map.of())
                .build()
                .describe()
                .toString();
        assertThat(topology)
                .contains(
                        "awaited-uploads-repartition", "uploader-changes-repartition", "audits-of-uploader-repartition")
                .doesNotContain("KSTREAM-");
    }

    private static RecordCoordinates upload(long offset) {
        return new RecordCoordinates("images.uploaded", 0, offset);
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
