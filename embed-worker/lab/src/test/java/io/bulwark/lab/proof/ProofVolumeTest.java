package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.lab.proof.ProofOracle.Finding;
import io.bulwark.lab.proof.ProofOracle.Rule;
import io.bulwark.lab.proof.ProofRecords.CaseRow;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In each test but the first the records hold one fault. */
class ProofVolumeTest {

    private static final int IMAGES = 3_000;
    private static final String IMAGE = ProofVolume.id("s1e1", 1_234);

    private final Random random = new Random(7);
    private final ProofVolume volume = new ProofVolume(Set.of());
    private Verdict verdict;

    @BeforeEach
    void a_sound_product_decides_each() {
        for (int number = 0; number < IMAGES; number++) {
            Verdict each = verdict(number);
            volume.verdict(each.getImageId(), each);
            ModerationDecision decision = decision(each);
            volume.decision(each.getImageId(), decision);
            volume.row(CaseRow.of(decision));
            if (each.getImageId().equals(IMAGE)) {
                verdict = each;
            }
        }
    }

    @Test
    void what_a_sound_product_writes_is_in_order() {
        assertThat(volume.findings()).isEmpty();
        assertThat(volume.verdicts()).isEqualTo(IMAGES);
        assertThat(volume.counts()).hasSize(2);
        assertThat(volume.counts().values().stream()
                        .mapToLong(ProofOracle.ImageCounts::images)
                        .sum())
                .isEqualTo(IMAGES);
    }

    @Test
    void only_ids_of_volume_that_no_person_and_no_order_names_are_kept() {
        assertThat(volume.keeps(IMAGE)).isTrue();
        assertThat(volume.keeps("s1e1-verdict-000000001")).isFalse();
        assertThat(volume.keeps("s1e1-volume-00000001x")).isFalse();
        assertThat(volume.keeps("-volume-000000001")).isFalse();
        assertThat(volume.keeps("")).isFalse();
        assertThat(new ProofVolume(Set.of(IMAGE)).keeps(IMAGE)).isFalse();
    }

    @Test
    void a_verdict_that_stands_twice_on_the_topic_is_one() {
        volume.verdict(IMAGE, verdict);

        assertThat(volume.findings()).isEmpty();
        assertThat(volume.counts().values().stream()
                        .mapToLong(ProofOracle.ImageCounts::images)
                        .sum())
                .isEqualTo(IMAGES);
    }

    @Test
    void a_decision_that_no_verdict_says_is_found() {
        ModerationDecision other = decision(
                Verdict.newBuilder(verdict).setDecision(Decision.REFUSED).build());
        ProofVolume wrong = new ProofVolume(Set.of());
        wrong.verdict(IMAGE, verdict);
        wrong.decision(IMAGE, other);
        wrong.row(CaseRow.of(other));

        assertThat(wrong.findings())
                .filteredOn(finding -> finding.subject().equals(IMAGE))
                .extracting(Finding::rule)
                .containsExactly(Rule.DECISION);
    }

    @Test
    void a_tombstone_that_no_order_asked_for_is_found() {
        volume.decision(IMAGE, null);

        assertThat(rules()).containsExactly(Rule.DECISION, Rule.CASEBOOK);
    }

    @Test
    void a_decision_that_is_published_twice_is_found() {
        volume.decision(IMAGE, decision(verdict));

        assertThat(rules()).containsExactly(Rule.PUBLISHED);
    }

    @Test
    void a_row_that_is_not_the_decision_is_found() {
        volume.row(CaseRow.of(
                decision(Verdict.newBuilder(verdict).setUploaderId("another").build())));

        assertThat(rules()).containsExactly(Rule.CASEBOOK);
    }

    @Test
    void what_is_lost_is_found_where_later_images_are_there() {
        ProofVolume lossy = new ProofVolume(Set.of("s1e1-volume-000000000"));
        Verdict last = verdict(2);
        lossy.verdict(last.getImageId(), last);

        assertThat(lossy.findings())
                .extracting(Finding::rule, Finding::subject)
                .containsExactly(
                        tuple(Rule.ACKNOWLEDGED, "s1e1-volume-000000001"),
                        tuple(Rule.DECISION, "s1e1-volume-000000002"));
    }

    private List<Rule> rules() {
        return volume.findings().stream().map(Finding::rule).toList();
    }

    private Verdict verdict(int number) {
        return ProofVerdicts.verdict(
                ProofVolume.id("s1e1", number),
                "uploader-" + number % 2,
                new byte[32],
                new RecordCoordinates("images.uploaded", 0, (long) number),
                random);
    }

    private static ModerationDecision decision(Verdict verdict) {
        return ModerationDecision.newBuilder()
                .setTenant("default")
                .setImageId(verdict.getImageId())
                .setUploaderId(verdict.getUploaderId())
                .setDecision(verdict.getDecision())
                .setScore(0.5)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "proof"))
                .setSince(Instant.EPOCH)
                .setContentSha256(verdict.getContentSha256())
                .setUpload(verdict.getUpload())
                .setLabels(verdict.getDecidingLabel() == null ? List.of() : List.of(verdict.getDecidingLabel()))
                .build();
    }
}
