package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AnchorType;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.AttackKind;
import io.bulwark.events.CampaignAnchor;
import io.bulwark.events.CampaignState;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Severity;
import io.bulwark.events.Subject;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.lab.proof.ProofRecords.Placed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sixty attempts of five accounts at one entry, five seconds apart in each, and a fault in each test. */
class ProofCampaignsTest {

    private static final Instant START = Instant.parse("2026-12-06T06:00:00Z");

    private final ProofCampaigns.Reader reader = new ProofCampaigns.Reader();
    private final List<Placed<Erasure>> erasures = new ArrayList<>();
    private final List<Placed<Review>> reviews = new ArrayList<>();
    private final Random random = new Random(1);

    ProofCampaignsTest() {
        for (int i = 0; i < 60; i++) {
            attempt("image-" + i, "account-" + i % 5, START.plusSeconds(i));
        }
        campaign("campaign-1", 60);
    }

    @Test
    void what_a_sound_product_writes_is_in_order() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void a_lost_campaign_is_found() {
        reader.campaign(placed("campaign-1", null));

        assertThat(findings()).containsExactly("entry: 60 files of accounts that came back are no campaign");
    }

    @Test
    void one_that_stands_twice_is_found() {
        campaign("campaign-2", 60);

        assertThat(findings()).containsExactly("entry: 2 campaigns are of it");
    }

    @Test
    void an_attempt_that_it_lost_or_counts_twice_is_found() {
        campaign("campaign-1", 59);
        assertThat(findings()).containsExactly("entry: its campaign has 59 images, wanted are 60 to 60");

        campaign("campaign-1", 61);
        assertThat(findings()).containsExactly("entry: its campaign has 61 images, wanted are 60 to 60");
    }

    @Test
    void an_erased_image_that_it_still_has_is_found() {
        erasures.add(placed(
                "image-7", new Erasure("default", Subject.IMAGE, "image-7", "proof", "", START.plusSeconds(90))));
        assertThat(findings()).containsExactly("entry: its campaign has 60 images, wanted are 59 to 59");

        campaign("campaign-1", 59);
        assertThat(findings()).isEmpty();
    }

    @Test
    void one_that_no_audit_speaks_of_is_found() {
        ProofCampaigns.Reader alone = new ProofCampaigns.Reader();
        alone.campaign(placed("campaign-1", content(60)));

        assertThat(alone.read().findings(erasures, reviews)).hasSize(1);
    }

    @Test
    void an_image_that_a_person_called_safe_may_be_in_it_or_not() {
        reviews.add(review(Decision.SAFE));
        assertThat(findings()).isEmpty();

        campaign("campaign-1", 59);
        assertThat(findings()).isEmpty();
    }

    @Test
    void one_that_a_person_called_nsfw_stays() {
        reviews.add(review(Decision.NSFW));
        campaign("campaign-1", 59);

        assertThat(findings()).containsExactly("entry: its campaign has 59 images, wanted are 60 to 60");
    }

    /** It is not kept, so its erasure leaves the count. */
    @Test
    void an_erased_image_beyond_the_oldest_200_may_be_counted_or_not() {
        for (int i = 60; i < 260; i++) {
            attempt("image-" + i, "account-" + i % 5, START.plusSeconds(i));
        }
        erasures.add(placed(
                "image-250", new Erasure("default", Subject.IMAGE, "image-250", "proof", "", START.plusSeconds(300))));

        campaign("campaign-1", 260);
        assertThat(findings()).isEmpty();
        campaign("campaign-1", 259);
        assertThat(findings()).isEmpty();
        campaign("campaign-1", 258);
        assertThat(findings()).containsExactly("entry: its campaign has 258 images, wanted are 259 to 260");
    }

    @Test
    void a_member_that_is_listed_twice_or_erased_or_never_tried_is_found() {
        listed("image-1", "image-2", "image-1");
        assertThat(findings()).containsExactly("entry: its campaign lists image-1 twice");

        listed("image-1", "image-99");
        assertThat(findings()).containsExactly("entry: its campaign lists image-99, which did not try it");

        erasures.add(placed(
                "image-7", new Erasure("default", Subject.IMAGE, "image-7", "proof", "", START.plusSeconds(90))));
        reader.campaign(placed(
                "campaign-1",
                AttackCampaign.newBuilder(content(59))
                        .setMembers(List.of("image-7"))
                        .build()));
        assertThat(findings()).containsExactly("entry: its campaign lists image-7, which is erased");
    }

    /** Five in two seconds are one try, so that nothing is wanted of attempts that a broken broker held up. */
    @Test
    void none_is_wanted_of_attempts_that_came_at_once() {
        ProofCampaigns.Reader held = new ProofCampaigns.Reader();
        for (int i = 0; i < 60; i++) {
            held.audit(audit("image-" + i, "account-" + i % 5, START.plusSeconds(3L * (i / 25)), i));
        }

        assertThat(held.read().findings(erasures, reviews)).isEmpty();
    }

    private List<String> findings() {
        List<ProofOracle.Finding> findings = reader.read().findings(erasures, reviews);
        assertThat(findings).allMatch(finding -> finding.rule() == Rule.CAMPAIGN);
        return findings.stream()
                .map(finding -> finding.subject() + ": " + finding.what())
                .toList();
    }

    private void attempt(String image, String account, Instant at) {
        reader.audit(audit(image, account, at, random.nextInt()));
    }

    private Placed<AttackAudit> audit(String image, String account, Instant at, int file) {
        byte[] sha256 = new byte[32];
        new Random(file).nextBytes(sha256);
        Verdict verdict =
                ProofVerdicts.verdict(image, account, sha256, new RecordCoordinates("images.uploaded", 0, 1L), random);
        AttackAudit audit = ProofVerdicts.attempt(verdict, "entry");
        return placed(image, AttackAudit.newBuilder(audit).setDetectedAt(at).build());
    }

    private static Placed<Review> review(Decision decision) {
        return placed(
                "image-7",
                Review.newBuilder()
                        .setImageId("image-7")
                        .setReviewer("reviewer-1")
                        .setDecision(decision)
                        .setAt(START.plusSeconds(80))
                        .build());
    }

    private void listed(String... members) {
        reader.campaign(placed(
                "campaign-1",
                AttackCampaign.newBuilder(content(60))
                        .setMembers(List.of(members))
                        .build()));
    }

    private void campaign(String id, long images) {
        reader.campaign(placed(id, content(images)));
    }

    private static AttackCampaign content(long images) {
        return AttackCampaign.newBuilder()
                .setCampaignId("campaign")
                .setKind(AttackKind.NEAR_FLAGGED)
                .setMembers(List.of())
                .setUploaders(List.of())
                .setWindowStart(START)
                .setWindowEnd(START)
                .setSeverity(Severity.LOW)
                .setState(CampaignState.OPEN)
                .setAnchor(new CampaignAnchor(AnchorType.FLAGGED_ENTRY, "entry"))
                .setImages(images)
                .build();
    }

    private static <T> Placed<T> placed(String key, T value) {
        return new Placed<>(new Place("topic", 0, 0), START.plusSeconds(100), key, value);
    }
}
