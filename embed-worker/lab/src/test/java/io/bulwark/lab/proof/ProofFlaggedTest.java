package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.ViewEmbedding;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.Place;
import io.bulwark.lab.proof.ProofRecords.Placed;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A flagged index as a sound product leaves it, and one fault in each test. */
class ProofFlaggedTest {

    private static final Instant START = Instant.parse("2026-12-06T06:00:00Z");
    private static final String A = "a".repeat(64);
    private static final String B = "b".repeat(64);

    private final ProofFlagged.Reader index = new ProofFlagged.Reader();
    private final List<Placed<ModerationDecision>> decisions = new ArrayList<>();
    private final List<Placed<Review>> reviews = new ArrayList<>();

    ProofFlaggedTest() {
        embedded("nsfw", A, Decision.REVIEW, "whole", view("whole", 0));
        decided("nsfw", A, Decision.NSFW, "reviewer-1", 10);
        entry("entry-1", 0, true);
        embedded("worker", B, Decision.NSFW, "whole", view("whole", 1));
        decided("worker", B, Decision.NSFW, null, 10);
        entry("entry-2", 1, false);
        said("safe", "c".repeat(64), Decision.SAFE, 20);
        index.entry(placed(
                "default/exempt",
                FlaggedContent.newBuilder()
                        .setTenant("default")
                        .setEntryId("exempt")
                        .setExemptSha256("c".repeat(64))
                        .setSince(START)
                        .build()));
    }

    @Test
    void what_a_sound_product_writes_is_in_order() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void a_lost_entry_of_what_a_person_called_nsfw_is_found() {
        index.entry(placed("default/entry-1", null));

        assertThat(findings()).containsExactly("nsfw: a person called it NSFW, and no confirmed entry holds it");
    }

    @Test
    void so_is_one_that_is_not_confirmed_any_more() {
        entry("entry-1", 0, false);

        assertThat(findings()).containsExactly("nsfw: a person called it NSFW, and no confirmed entry holds it");
    }

    @Test
    void an_entry_that_stayed_when_a_person_took_nsfw_back_is_found() {
        decided("nsfw", A, Decision.REVIEW, "reviewer-1", 30);

        assertThat(findings()).containsExactly("default/entry-1: rests on nothing that is NSFW");
    }

    @Test
    void an_entry_of_an_erased_image_is_found() {
        index.embedding(placed("worker", null));
        decisions.add(placed("default/worker", null));

        assertThat(findings()).containsExactly("default/entry-2: rests on nothing that is NSFW");
    }

    @Test
    void an_exemption_of_a_file_that_no_person_called_safe_is_found() {
        reviews.clear();

        assertThat(findings()).containsExactly("default/exempt: exempts a file that no person called SAFE");
    }

    @Test
    void an_entry_may_stay_when_other_content_takes_the_place_of_what_was_nsfw() {
        decided("worker", A, Decision.SAFE, null, 40);

        assertThat(findings()).isEmpty();
    }

    /** A bank or a policy changed in between, and another view decides. */
    @Test
    void the_entry_of_a_view_that_decided_earlier_stays_while_the_content_is_nsfw() {
        embedded("worker", B, Decision.NSFW, "middle", view("middle", 3));
        centred("entry-3", halves(3), 0);

        assertThat(findings()).isEmpty();
    }

    /** In which order the two are read decides then. */
    @Test
    void no_entry_is_wanted_where_a_person_called_the_file_safe_since_under_another_id() {
        said("twin", A, Decision.SAFE, 50);
        index.entry(placed("default/entry-1", null));

        assertThat(findings()).isEmpty();
    }

    @Test
    void none_is_wanted_where_it_is_not_known_which_view_was_meant() {
        embedded("several", B, Decision.SAFE, "whole", view("whole", 2), view("panel", 3));
        decided("several", B, Decision.NSFW, "reviewer-1", 10);

        assertThat(findings()).isEmpty();
    }

    @Test
    void rows_that_differ_by_rounding_are_the_same_picture_and_further_ones_are_not() {
        index.entry(placed("default/entry-1", null));
        centred("entry-3", halves(1, 1e-3f), 0);
        assertThat(findings()).isEmpty();

        centred("entry-3", halves(1, 0.05f), 0);
        assertThat(findings()).hasSize(2);

        centred("entry-3", halves(1, 0.05f), 0.1);
        assertThat(findings()).isEmpty();
    }

    private void centred(String id, ByteBuffer row, double radius) {
        index.entry(placed(
                "default/" + id,
                FlaggedContent.newBuilder(content(id, 0, true))
                        .setEmbedding(row)
                        .setRadius(radius)
                        .build()));
    }

    private List<String> findings() {
        List<Finding> findings = index.read().findings(decisions, reviews);
        assertThat(findings).allMatch(finding -> finding.rule() == Rule.FLAGGED);
        return findings.stream()
                .map(finding -> finding.subject() + ": " + finding.what())
                .toList();
    }

    private void embedded(String image, String sha256, Decision verdict, String deciding, ViewEmbedding... views) {
        index.embedding(placed(
                image,
                ImageEmbedding.newBuilder()
                        .setTenant("default")
                        .setImageId(image)
                        .setUploaderId("account")
                        .setContentSha256(sha256)
                        .setModelFingerprint("model")
                        .setPreprocessFingerprint("views")
                        .setDecision(verdict)
                        .setScore(0.5)
                        .setViews(Stream.of(views).toList())
                        .setDecidedAt(START)
                        .setDecidingView(deciding)
                        .build()));
    }

    private void decided(String image, String sha256, Decision decision, String reviewer, long seconds) {
        decisions.add(placed(
                "default/" + image,
                ModerationDecision.newBuilder()
                        .setTenant("default")
                        .setImageId(image)
                        .setUploaderId("account")
                        .setDecision(decision)
                        .setScore(0.5)
                        .setDecidedBy(
                                reviewer == null
                                        ? new Decider(DeciderKind.WORKER, "worker")
                                        : new Decider(DeciderKind.REVIEWER, reviewer))
                        .setSince(START.plusSeconds(seconds))
                        .setContentSha256(sha256)
                        .build()));
    }

    private void said(String image, String sha256, Decision decision, long seconds) {
        reviews.add(placed(
                image,
                Review.newBuilder()
                        .setImageId(image)
                        .setReviewer("reviewer-1")
                        .setDecision(decision)
                        .setAt(START.plusSeconds(seconds))
                        .setContentSha256(sha256)
                        .build()));
    }

    private void entry(String id, int axis, boolean confirmed) {
        index.entry(placed("default/" + id, content(id, axis, confirmed)));
    }

    private static FlaggedContent content(String id, int axis, boolean confirmed) {
        return FlaggedContent.newBuilder()
                .setTenant("default")
                .setEntryId(id)
                .setModelFingerprint("model")
                .setEmbedding(axis(axis))
                .setConfirmed(confirmed)
                .setSince(START)
                .build();
    }

    private static ViewEmbedding view(String name, int axis) {
        return new ViewEmbedding(name, axis(axis));
    }

    /** One of four rows that are a right angle apart. */
    private static ByteBuffer axis(int axis) {
        float[] row = new float[4];
        row[axis] = 1;
        return halves(row);
    }

    private static ByteBuffer halves(float... row) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : row) {
            bytes.putShort(Halves.toHalf(value));
        }
        return bytes.rewind();
    }

    private static <T> Placed<T> placed(String key, T value) {
        return new Placed<>(new Place("topic", 0, 0), START.plusSeconds(100), key, value);
    }
}
