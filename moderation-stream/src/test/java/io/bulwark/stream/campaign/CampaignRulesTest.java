package io.bulwark.stream.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Decision;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.schemas.topic.CampaignReviews;
import io.bulwark.stream.campaign.Attempt.Anchor;
import io.bulwark.stream.campaign.CampaignChange.AuditReader;
import io.bulwark.stream.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a campaign. */
class CampaignRulesTest {

    private static final List<AttackAudit> ATTACK =
            new Traffic(7).attack(200, 10).inOrder();

    private final CampaignRig rig = new CampaignRig();

    @BeforeEach
    void attack() {
        ATTACK.forEach(rig::send);
    }

    private AttackCampaign only() {
        assertThat(rig.campaigns()).hasSize(1);
        return rig.campaigns().values().iterator().next();
    }

    @Test
    void membersAreCappedAndCounted() {
        AttackCampaign campaign = only();

        assertThat(campaign.getMembers()).hasSize(100).startsWith(ATTACK.get(0).getImageId());
        assertThat(campaign.getMembersBeyond()).isEqualTo(100);
        assertThat(campaign.getImages()).isEqualTo(200);
        assertThat(campaign.getEvents()).isEqualTo(200);
        assertThat(campaign.getUploaderCount()).isEqualTo(10);
        assertThat(campaign.getAttempts()).hasSize(100).allSatisfy(attempt -> {
            assertThat(attempt.getDecision()).isEqualTo(Decision.REVIEW);
            assertThat(attempt.getAngle()).isBetween(0.0, 1.0);
        });
    }

    @Test
    void itClosesAfterAQuietTimeAndTheSameEntryThenOpensAnother() {
        rig.until(Samples.NOON.plus(Duration.ofHours(26)));
        assertThat(only().getState()).isEqualTo(CampaignState.CLOSED);

        new Traffic(8)
                .attack(200, 10)
                .inOrder()
                .forEach(audit -> rig.send(AttackAudit.newBuilder(audit)
                        .setDetectedAt(audit.getDetectedAt().plus(Duration.ofHours(27)))
                        .build()));
        assertThat(rig.campaigns().values())
                .extracting(AttackCampaign::getState)
                .containsExactlyInAnyOrder(CampaignState.CLOSED, CampaignState.OPEN);
    }

    @Test
    void aConfirmedOneSaysOfEachListedMemberThatItIsNsfw() {
        rig.send(new CampaignChange.Settled(
                Traffic.TENANT, ATTACK.get(0).getImageId(), ATTACK.get(0).getContentSha256(), null, Decision.NSFW));
        AttackCampaign before = only();
        rig.send(ruling(before, Ruling.CONFIRM, "ruling-1"));
        rig.restart();
        rig.send(ruling(before, Ruling.CONFIRM, "ruling-1"));

        assertThat(only().getState()).isEqualTo(CampaignState.CONFIRMED);
        assertThat(only().getRuledBy()).isEqualTo("sam");
        assertThat(rig.reviews)
                .as("not of what a person had decided on, and once")
                .hasSize(99)
                .allSatisfy(review -> {
                    assertThat(review.getDecision()).isEqualTo(Decision.NSFW);
                    assertThat(review.getReviewer()).isEqualTo("sam");
                    assertThat(review.getContentSha256()).startsWith("sha-");
                    assertThat(review.getUpload()).isNotNull();
                    assertThat(review.getLabels()).containsExactly("nsfw");
                    assertThat(review.getReason()).contains(before.getCampaignId());
                })
                .extracting(Review::getDecisionId)
                .doesNotHaveDuplicates();
    }

    @Test
    void aDismissedOneStaysDismissedWhileItGoesOn() {
        rig.send(ruling(only(), Ruling.DISMISS, "ruling-1"));
        new Traffic(9).attack(300, 10).inOrder().forEach(rig::send);

        assertThat(only().getState()).isEqualTo(CampaignState.DISMISSED);
        assertThat(only().getEvents()).isEqualTo(500);
        assertThat(rig.reviews).isEmpty();
    }

    @Test
    void anOldRulingThatArrivesAgainChangesNothing() {
        AttackCampaign before = only();
        CampaignRuling confirmed = ((CampaignChange.Ruled) ruling(before, Ruling.CONFIRM, "ruling-2")).ruling();
        CampaignRuling dismissed = CampaignRuling.newBuilder(confirmed)
                .setRulingId("ruling-1")
                .setRuling(Ruling.DISMISS)
                .setAt(confirmed.getAt().plusMillis(1))
                .build();
        rig.send(new CampaignChange.Ruled(confirmed));
        rig.send(new CampaignChange.Ruled(dismissed));
        assertThat(only().getState()).isEqualTo(CampaignState.DISMISSED);
        rig.reviews.clear();
        rig.send(new CampaignChange.Ruled(confirmed));

        assertThat(only().getState()).isEqualTo(CampaignState.DISMISSED);
        assertThat(rig.reviews).isEmpty();
    }

    @Test
    void whatIsErasedOrSafeByAPersonsWordIsNoMember() {
        AttackAudit erased = ATTACK.get(0);
        AttackAudit safe = ATTACK.get(1);
        AttackAudit other = ATTACK.get(2);
        rig.send(new CampaignChange.Forget(Traffic.TENANT, erased.getImageId()));
        rig.send(new CampaignChange.Settled(
                Traffic.TENANT, safe.getImageId(), safe.getContentSha256(), null, Decision.SAFE));
        rig.send(new CampaignChange.Settled(
                Traffic.TENANT, other.getImageId(), "another file", other.getUpload(), Decision.SAFE));
        rig.restart();

        assertThat(only().getMembers())
                .doesNotContain(erased.getImageId(), safe.getImageId())
                .contains(other.getImageId());
        assertThat(only().getImages()).isEqualTo(198);
    }

    @Test
    void aCampaignOfWhichEverythingIsErasedIsGone() {
        ATTACK.forEach(audit -> rig.send(new CampaignChange.Forget(Traffic.TENANT, audit.getImageId())));
        assertThat(rig.campaigns()).isEmpty();
    }

    @Test
    void tenantsHaveNothingOfEachOther() {
        var shared = new CampaignRig();
        for (int i = 0; i < ATTACK.size(); i++) {
            shared.send(AttackAudit.newBuilder(ATTACK.get(i))
                    .setTenant("tenant-" + i % 10)
                    .build());
        }
        assertThat(shared.campaigns()).as("20 queries in each tenant").isEmpty();
    }

    /** An entry is named after its oldest content: where that goes, the next audits name another. */
    @Test
    void whatTheSamePeopleTryAtAnotherEntryBecomesPartOfIt() {
        String first = only().getCampaignId();
        mergeAnother();

        assertThat(only().getCampaignId()).isEqualTo(first);
        assertThat(only().getMergedFrom()).hasSize(1);
        assertThat(only().getImages()).isEqualTo(400);
        assertThat(rig.reports).containsEntry("CAMPAIGNS_MERGED", 1);
        rig.send(ruling(
                AttackCampaign.newBuilder(only())
                        .setCampaignId(only().getMergedFrom().get(0))
                        .build(),
                Ruling.DISMISS,
                "ruling-2"));
        assertThat(only().getState()).as("a ruling on what became part of it").isEqualTo(CampaignState.DISMISSED);
    }

    /** Else a file that both audits are about would count at an entry and at eight bands. */
    @Test
    void bandsCountOnlyForUploadsNearNoEntryWhicheverAuditComesFirst() {
        AttackAudit near = ATTACK.get(0);
        AttackAudit twin = AttackAudit.newBuilder(near).setEvidence(Map.of()).build();
        var index = new CampaignIndex(Traffic.TENANT, CampaignRig.SETTINGS);
        var reader = new AuditReader(CampaignRig.SETTINGS.salt());
        for (AttackAudit audit : List.of(twin, near, twin)) {
            var each = (CampaignChange.Tried) reader.read(audit).orElseThrow();
            index.tried(each.attempt(), each.anchors());
        }
        var tried = (CampaignChange.Tried) reader.read(near).orElseThrow();
        assertThat(index.place(tried.attempt().id()).orElseThrow().anchors())
                .singleElement()
                .extracting(Anchor::id)
                .isEqualTo(Traffic.ATTACKED);
    }

    @Test
    void anAttackerWithAFreshAccountForEachQueryIsSeenWhereTheQueriesCloseIn() {
        var many = new CampaignRig();
        new Traffic(12).attack(400, 400).inOrder().forEach(many::send);

        assertThat(many.campaigns().values()).singleElement().satisfies(campaign -> {
            assertThat(campaign.getUploaderCount()).isEqualTo(400);
            assertThat(campaign.getUploadersBeyond()).isEqualTo(300);
        });
    }

    /** Otherwise a crowd at the same entry would hide the attackers from the reviewer. */
    @Test
    void anAccountSeenOnceIsNotAMemberAndPushesNoMemberOut() {
        for (int i = 0; i < 300; i++) {
            AttackAudit audit = ATTACK.get(i % ATTACK.size());
            rig.send(AttackAudit.newBuilder(audit)
                    .setImageId("passer-by-" + i)
                    .setUploaderId("passer-by-" + i)
                    .setContentSha256("passer-by-" + i)
                    .setDetectedAt(audit.getDetectedAt().minusSeconds(60))
                    .build());
        }
        for (int i = 0; i < 30; i++) {
            rig.send(AttackAudit.newBuilder(ATTACK.get(0))
                    .setImageId("again-" + i)
                    .setUploaderId("fan")
                    .setContentSha256("passer-by-" + i % 2)
                    .setDetectedAt(ATTACK.get(199).getDetectedAt().plusSeconds(i))
                    .build());
        }
        assertThat(only().getUploaders()).hasSize(10).allMatch(name -> name.startsWith("attacker-"));
        assertThat(only().getMembers()).hasSize(100);
        assertThat(only().getImages()).isEqualTo(200);
    }

    /** A hundred of them would make a record that its topic does not take, and the stream would end over it. */
    @Test
    void anIdThatIsTooLongIsNoAttempt() {
        String id = "i".repeat(501);
        var reader = new AuditReader(CampaignRig.SETTINGS.salt());
        assertThat(reader.read(
                        AttackAudit.newBuilder(ATTACK.get(0)).setImageId(id).build()))
                .isEmpty();
        assertThat(reader.read(
                        AttackAudit.newBuilder(ATTACK.get(0)).setUploaderId(id).build()))
                .isEmpty();
    }

    /** Workers write the second release by default, whose audits have no hash. */
    @Test
    void whereAuditsHaveNoHashTheUploadTellsWhatAPersonDecidedAbout() {
        var old = new CampaignRig();
        ATTACK.forEach(audit ->
                old.send(AttackAudit.newBuilder(audit).setContentSha256(null).build()));
        AttackAudit safe = ATTACK.get(1);
        AttackAudit other = ATTACK.get(2);
        old.send(new CampaignChange.Settled(
                Traffic.TENANT, safe.getImageId(), safe.getContentSha256(), safe.getUpload(), Decision.SAFE));
        old.send(new CampaignChange.Settled(
                Traffic.TENANT, other.getImageId(), "another file", safe.getUpload(), Decision.SAFE));
        AttackCampaign campaign = old.campaigns().values().iterator().next();
        assertThat(campaign.getMembers())
                .doesNotContain(safe.getImageId())
                .contains(other.getImageId())
                .hasSize(100);

        old.send(ruling(campaign, Ruling.CONFIRM, "ruling-1"));
        old.campaigns();
        assertThat(old.reviews)
                .hasSize(100)
                .allMatch(review -> review.getContentSha256() == null && review.getUpload() != null);
    }

    @Test
    void aConfirmationAppliesToWhatThePersonWasShown() {
        AttackCampaign before = only();
        List<String> shown = List.of(ATTACK.get(3).getImageId(), ATTACK.get(150).getImageId(), "no-member");
        rig.send(ruling(before, before.getCampaignId(), shown));
        rig.campaigns();
        assertThat(rig.reviews)
                .extracting(Review::getImageId)
                .as("the second one was among the oldest hundred then")
                .containsExactlyElementsOf(shown.subList(0, 2));
    }

    /** Otherwise it would name images that were never shown. */
    @Test
    void aConfirmationOfWhatBecamePartOfAnotherAppliesToWhatThePersonWasShownAlone() {
        mergeAnother();
        String younger = only().getMergedFrom().get(0);
        rig.send(ruling(only(), younger, null));
        rig.campaigns();
        assertThat(only().getState()).isEqualTo(CampaignState.CONFIRMED);
        assertThat(rig.reviews).isEmpty();
        rig.send(ruling(only(), younger, List.of(ATTACK.get(5).getImageId())));
        rig.campaigns();
        assertThat(rig.reviews).hasSize(1);
    }

    @Test
    void countsHaveNeitherAnImagesIdNorAFilesHashAfterAnErasure() {
        var many = new CampaignRig();
        List<AttackAudit> attack = new Traffic(7).attack(250, 10).inOrder();
        attack.forEach(many::send);
        AttackAudit last = attack.get(249); // counted, and not kept
        String other = "another-entry";
        new Traffic(13)
                .attack(60, 6)
                .inOrder()
                .forEach(audit -> many.send(AttackAudit.newBuilder(audit)
                        .setUploaderId("other-" + audit.getUploaderId())
                        .setEvidence(Map.of(
                                "entry", other, "angle", audit.getEvidence().get("angle")))
                        .build()));
        many.send(AttackAudit.newBuilder(last)
                .setEvidence(Map.of("entry", other, "angle", "0.2"))
                .build());
        AttackAudit shared = attack.get(0);
        many.send(AttackAudit.newBuilder(shared)
                .setEvidence(Map.of("entry", other, "angle", "0.2"))
                .build());
        assertThat(many.campaigns()).hasSize(2);
        assertThat(many.counts()).contains(shared.getImageId()).doesNotContain(shared.getContentSha256());

        attack.forEach(audit -> many.send(new CampaignChange.Forget(Traffic.TENANT, audit.getImageId())));
        assertThat(many.counts())
                .satisfies(counts -> attack.forEach(
                        audit -> assertThat(counts).doesNotContain(audit.getImageId(), audit.getContentSha256())));
    }

    private static CampaignChange ruling(AttackCampaign campaign, String id, List<String> shown) {
        CampaignRuling whole = ((CampaignChange.Ruled) ruling(campaign, Ruling.CONFIRM, "ruling-of-" + shown)).ruling();
        return new CampaignChange.Ruled(CampaignRuling.newBuilder(whole)
                .setCampaignId(id)
                .setSeen(
                        shown == null
                                ? null
                                : shown.stream()
                                        .map(image -> CampaignReviews.digest(Traffic.TENANT, image))
                                        .toList())
                .build());
    }

    private void mergeAnother() {
        new Traffic(10)
                .attack(200, 10)
                .inOrder()
                .forEach(audit -> rig.send(AttackAudit.newBuilder(audit)
                        .setDetectedAt(audit.getDetectedAt().plus(Duration.ofHours(1)))
                        .setEvidence(Map.of(
                                "entry",
                                "entry-renamed",
                                "angle",
                                audit.getEvidence().get("angle")))
                        .build()));
    }

    private static CampaignChange ruling(AttackCampaign campaign, Ruling ruling, String id) {
        return new CampaignChange.Ruled(CampaignRuling.newBuilder()
                .setRulingId(id)
                .setTenant(campaign.getTenant())
                .setCampaignId(campaign.getCampaignId())
                .setRuling(ruling)
                .setNote("one picture all along")
                .setBy("sam")
                .setAt(Samples.NOON.plus(Duration.ofHours(2)))
                .build());
    }
}
