package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Reason;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Subject;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.CaseRow;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.lab.proof.ProofRecords.Placed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** In each test but the first the records hold one fault, which a defect of the product would put there. */
class ProofOracleTest {

    private static final Instant START = Instant.parse("2026-11-30T06:00:00Z");
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    private final Topics topics = new Topics();

    @Test
    void what_a_sound_product_writes_is_in_order() {
        assertThat(topics.findings()).isEmpty();
    }

    @Test
    void a_lost_verdict_is_found() {
        topics.verdicts.remove(0);

        assertThat(rules()).contains(Rule.ONE_ANSWER);
    }

    @Test
    void a_doubled_verdict_is_found() {
        topics.verdicts.add(moved(topics.verdicts.get(0), 900));

        assertThat(rules()).containsExactly(Rule.ONE_ANSWER);
    }

    @Test
    void an_acknowledged_upload_that_is_on_no_topic_is_found() {
        topics.acknowledged.add(new Place("images.uploaded", 0, 77));

        assertThat(rules()).containsExactly(Rule.ACKNOWLEDGED);
    }

    @Test
    void hostile_bytes_that_were_let_through_are_found() {
        topics.upload("hostile", "account-1", 40, ProofTraffic.HOSTILE);
        topics.verdict("hostile", "account-1", 40, A, Decision.SAFE);
        topics.decide("hostile", "account-1", 40, A, Decision.SAFE, null);
        topics.count("account-1", 1);

        assertThat(rules()).containsExactly(Rule.ANSWER);
    }

    @Test
    void a_worker_that_overrules_a_person_is_found() {
        topics.verdict("reviewed", "account-1", 21, A, Decision.NSFW);
        topics.decide("reviewed", "account-1", 21, A, Decision.NSFW, null);

        assertThat(topics.findings())
                .anyMatch(finding ->
                        finding.rule() == Rule.DECISION && finding.subject().equals("reviewed"));
    }

    @Test
    void an_approval_that_covers_a_picture_uploaded_later_is_found() {
        topics.upload("reviewed", "account-1", 22, ProofTraffic.PICTURE);
        topics.verdict("reviewed", "account-1", 22, B, Decision.NSFW);
        topics.decide("reviewed", "account-1", 22, B, Decision.SAFE, "reviewer-1");

        assertThat(topics.findings())
                .anyMatch(finding ->
                        finding.rule() == Rule.DECISION && finding.subject().equals("reviewed"));
    }

    @Test
    void an_earlier_upload_that_replaces_a_later_one_is_found() {
        topics.decide("again", "account-2", 30, A, Decision.SAFE, null);

        assertThat(rules()).containsExactly(Rule.DECISION);
    }

    @Test
    void a_review_that_came_to_nothing_is_found() {
        topics.decide("reviewed", "account-1", 20, A, Decision.NSFW, null);

        assertThat(rules()).containsExactly(Rule.DECISION);
    }

    @Test
    void a_decision_that_is_missing_is_found() {
        topics.decisions.removeIf(decision -> decision.key().endsWith("/plain"));
        topics.cases.remove("plain");

        assertThat(rules()).containsExactly(Rule.DECISION);
    }

    @Test
    void a_decision_that_is_published_twice_in_a_row_is_found() {
        topics.decisions.add(moved(topics.decisions.get(topics.decisions.size() - 1), 900));

        assertThat(rules()).containsExactly(Rule.PUBLISHED);
    }

    @Test
    void a_decision_that_was_wrong_for_a_moment_is_found() {
        topics.decide("plain", "account-1", 10, A, Decision.NSFW, null);
        topics.decide("plain", "account-1", 10, A, Decision.SAFE, null);

        assertThat(rules()).containsExactly(Rule.PUBLISHED);
    }

    @Test
    void a_skipped_erasure_is_found() {
        topics.verdict("erased", "account-3", 50, A, Decision.SAFE);
        topics.decide("erased", "account-3", 50, A, Decision.SAFE, null);
        topics.traces.put("erased", new TreeSet<>(Set.of("moderation.verdicts", "table queue_item")));

        assertThat(topics.findings())
                .filteredOn(finding -> finding.rule() == Rule.ERASURE)
                .singleElement()
                .asString()
                .contains("moderation.verdicts, table queue_item");
        assertThat(rules()).contains(Rule.DECISION);
    }

    @Test
    void an_erased_image_that_was_uploaded_again_is_decided_and_leaves_traces() {
        topics.upload("erased", "account-3", 50, ProofTraffic.PICTURE);
        topics.verdict("erased", "account-3", 50, A, Decision.SAFE);
        topics.verdicts.add(afterErasure(topics.verdicts.remove(topics.verdicts.size() - 1)));
        topics.traces.put("erased", new TreeSet<>(Set.of("moderation.verdicts")));

        assertThat(rules()).containsExactly(Rule.DECISION, Rule.STATISTICS);

        topics.decide("erased", "account-3", 50, A, Decision.SAFE, null);
        topics.count("account-3", 1);

        assertThat(topics.findings()).isEmpty();
    }

    @Test
    void a_lost_row_of_the_casebook_is_found() {
        topics.cases.remove("plain");

        assertThat(rules()).containsExactly(Rule.CASEBOOK);
    }

    @Test
    void a_row_of_the_casebook_that_stayed_behind_is_found() {
        CaseRow row = topics.cases.get("reviewed");
        topics.cases.put(
                "reviewed",
                new CaseRow(
                        row.tenant(),
                        row.imageId(),
                        row.contentSha256(),
                        row.uploaderId(),
                        "NSFW",
                        "proof",
                        false,
                        row.uploadOffset()));

        assertThat(rules()).containsExactly(Rule.CASEBOOK);
    }

    @Test
    void an_image_that_was_counted_twice_is_found() {
        topics.count("account-1", 1);

        assertThat(rules()).containsExactly(Rule.STATISTICS);
    }

    @Test
    void an_erased_image_that_is_still_counted_is_found() {
        topics.count("account-3", 1);

        assertThat(rules()).containsExactly(Rule.STATISTICS);
    }

    /** As the order on a restricted image ends. */
    @Test
    void a_tombstone_on_an_order_leaves_it_in_force() {
        topics.erasures.add(new Placed<>(new Place("moderation.erasures", 0, 1), START, "erased", null));
        topics.reviews.add(new Placed<>(new Place("moderation.reviews", 0, 1), START, "unreadable", null));

        assertThat(topics.findings()).isEmpty();

        topics.verdict("erased", "account-3", 50, A, Decision.SAFE);
        topics.decide("erased", "account-3", 50, A, Decision.SAFE, null);

        assertThat(rules()).contains(Rule.DECISION);
    }

    @Test
    void a_webhook_that_was_not_delivered_is_found_unless_a_later_one_of_its_image_was() {
        topics.delivered = Optional.of(
                Set.of("moderation.decisions-0-0", "moderation.decisions-0-2", "moderation.decisions-0-3", "unknown"));

        assertThat(topics.findings()).isEmpty();

        topics.delivered = Optional.of(Set.of("moderation.decisions-0-0", "moderation.decisions-0-1"));

        assertThat(topics.findings()).extracting(ProofOracle.Finding::subject).containsExactly("again", "reviewed");
        assertThat(rules()).containsExactly(Rule.DELIVERED);
    }

    @Test
    void what_lies_on_a_store_that_is_away_may_be_refused_because_it_was_not_fetched() {
        unfetched(ProofTraffic.AWAY, Reason.FETCH_TIMEOUT);

        assertThat(rules()).doesNotContain(Rule.ANSWER);
    }

    @Test
    void what_lies_on_a_store_that_is_away_and_is_refused_for_another_reason_is_found() {
        unfetched(ProofTraffic.AWAY, Reason.POISON);

        assertThat(rules()).contains(Rule.ANSWER);
    }

    @Test
    void a_picture_that_was_not_fetched_from_a_store_that_answers_is_found() {
        unfetched(ProofTraffic.PICTURE, Reason.FETCH_FAILED);

        assertThat(rules()).contains(Rule.ANSWER);
    }

    private void unfetched(String kind, Reason reason) {
        topics.upload("located", "account-4", 70, kind);
        topics.verdict("located", "account-4", 70, A, Decision.REFUSED);
        topics.verdicts.replaceAll(verdict -> verdict.key().equals("located")
                ? new Placed<>(
                        verdict.place(),
                        verdict.at(),
                        verdict.key(),
                        Verdict.newBuilder(verdict.value()).setReason(reason).build())
                : verdict);
    }

    private Set<Rule> rules() {
        Set<Rule> rules = new TreeSet<>();
        topics.findings().forEach(finding -> rules.add(finding.rule()));
        return rules;
    }

    private static Placed<Verdict> afterErasure(Placed<Verdict> verdict) {
        Instant uploaded = START.plusSeconds(100);
        return new Placed<>(
                verdict.place(),
                uploaded.plusSeconds(2),
                verdict.key(),
                Verdict.newBuilder(verdict.value())
                        .setUploadedAt(uploaded)
                        .setDecidedAt(uploaded.plusSeconds(1))
                        .build());
    }

    private static <T> Placed<T> moved(Placed<T> record, long offset) {
        return new Placed<>(new Place(record.place().topic(), 0, offset), record.at(), record.key(), record.value());
    }

    /**
     * A plain image; one that a person called SAFE against the worker; one that was uploaded again with other content;
     * an erased one; an upload that cannot be read.
     */
    private static final class Topics {

        private final List<Placed<ImageUploaded>> uploads = new ArrayList<>();
        private final List<Placed<Verdict>> verdicts = new ArrayList<>();
        private final List<Place> deadLettered = new ArrayList<>();
        private final List<Placed<Review>> reviews = new ArrayList<>();
        private final List<Placed<Erasure>> erasures = new ArrayList<>();
        private final List<Placed<ModerationDecision>> decisions = new ArrayList<>();
        private final Map<String, Long> counted = new HashMap<>();
        private final Map<String, CaseRow> cases = new HashMap<>();
        private final Map<String, Set<String>> traces = new HashMap<>();
        private final Set<Place> acknowledged = new HashSet<>();
        private Optional<Set<String>> delivered = Optional.empty();

        Topics() {
            one("plain", "account-1", 10, A, Decision.SAFE);
            one("reviewed", "account-1", 20, A, Decision.NSFW);
            Review review = Review.newBuilder()
                    .setImageId("reviewed")
                    .setReviewer("reviewer-1")
                    .setDecision(Decision.SAFE)
                    .setAt(START.plusSeconds(60))
                    .setContentSha256(A)
                    .setDecisionId("decision-1")
                    .build();
            reviews.add(new Placed<>(new Place("moderation.reviews", 0, 0), START.plusSeconds(61), "reviewed", review));
            decide("reviewed", "account-1", 20, A, Decision.SAFE, "reviewer-1");
            one("again", "account-2", 31, B, Decision.SAFE);
            upload("again", "account-2", 30, ProofTraffic.PICTURE);
            verdict("again", "account-2", 30, A, Decision.SAFE);
            Erasure order = new Erasure("default", Subject.IMAGE, "erased", "proof", "", START.plusSeconds(90));
            erasures.add(new Placed<>(new Place("moderation.erasures", 0, 0), START.plusSeconds(90), "erased", order));
            uploads.add(new Placed<>(new Place("images.uploaded", 0, 60), START, "poison", null));
            deadLettered.add(new Place("images.uploaded", 0, 60));
        }

        private void one(String image, String uploader, long offset, String sha256, Decision decision) {
            upload(image, uploader, offset, ProofTraffic.PICTURE);
            verdict(image, uploader, offset, sha256, decision);
            decide(image, uploader, offset, sha256, decision, null);
            count(uploader, 1);
        }

        void upload(String image, String uploader, long offset, String kind) {
            ImageUploaded upload = ImageUploaded.newBuilder()
                    .setImageId(image)
                    .setUploaderId(uploader)
                    .setUploadedAt(START)
                    .setContent(new InlineImage(ByteBuffer.allocate(0)))
                    .setAttributes(Map.of(ProofTraffic.KIND, kind))
                    .build();
            uploads.add(new Placed<>(new Place("images.uploaded", 0, offset), START, image, upload));
        }

        void verdict(String image, String uploader, long offset, String sha256, Decision decision) {
            Verdict verdict = Verdict.newBuilder()
                    .setImageId(image)
                    .setUploaderId(uploader)
                    .setDecision(decision)
                    .setScore(0.5)
                    .setMargin(0.1)
                    .setModelFingerprint("proof")
                    .setPreprocessFingerprint("proof")
                    .setBankVersion("proof")
                    .setPolicyVersion("proof")
                    .setContentSha256(sha256)
                    .setUpload(new RecordCoordinates("images.uploaded", 0, offset))
                    .setUploadedAt(START)
                    .setDecidedAt(START.plusSeconds(1))
                    .setDecidedBy(new Decider(DeciderKind.WORKER, "worker"))
                    .build();
            Place place = new Place("moderation.verdicts", 0, verdicts.size());
            verdicts.add(new Placed<>(place, START.plus(Duration.ofSeconds(2)), image, verdict));
        }

        /** The last decision, and its row. */
        void decide(String image, String uploader, long offset, String sha256, Decision decision, String reviewer) {
            Decider by = reviewer == null
                    ? new Decider(DeciderKind.WORKER, "worker")
                    : new Decider(DeciderKind.REVIEWER, reviewer);
            ModerationDecision decided = ModerationDecision.newBuilder()
                    .setTenant("default")
                    .setImageId(image)
                    .setUploaderId(uploader)
                    .setDecision(decision)
                    .setScore(0.5)
                    .setDecidedBy(by)
                    .setSince(START)
                    .setDecisionId(reviewer == null ? null : "decision-1")
                    .setContentSha256(sha256)
                    .setUpload(new RecordCoordinates("images.uploaded", 0, offset))
                    .build();
            Place place = new Place("moderation.decisions", 0, decisions.size());
            decisions.add(new Placed<>(place, START, "default/" + image, decided));
            cases.put(
                    image,
                    new CaseRow(
                            "default", image, sha256, uploader, decision.name(), by.getId(), reviewer != null, offset));
        }

        /** All images here are SAFE in the end. */
        void count(String uploader, long images) {
            counted.merge(uploader, images, Long::sum);
        }

        List<ProofOracle.Finding> findings() {
            List<Placed<UploaderStats>> statistics = new ArrayList<>();
            counted.forEach((uploader, images) -> statistics.add(new Placed<>(
                    new Place("moderation.uploader-stats", 0, statistics.size()),
                    START,
                    uploader,
                    hour(uploader, images))));
            return ProofOracle.findings(new ProofRecords(
                    uploads,
                    verdicts,
                    deadLettered,
                    reviews,
                    erasures,
                    decisions,
                    statistics,
                    List.copyOf(cases.values()),
                    traces,
                    List.of(),
                    Map.of(),
                    List.of(),
                    ProofWork.none(),
                    delivered,
                    acknowledged,
                    Set.of(),
                    ProofVolume.none(),
                    ProofFlagged.none(),
                    ProofCampaigns.none()));
        }

        private static UploaderStats hour(String uploader, long images) {
            return UploaderStats.newBuilder()
                    .setUploaderId(uploader)
                    .setWindowStart(START)
                    .setWindowEnd(START.plus(Duration.ofHours(1)))
                    .setImages(images)
                    .setSafe(images)
                    .setLastSeenAt(START)
                    .build();
        }
    }
}
