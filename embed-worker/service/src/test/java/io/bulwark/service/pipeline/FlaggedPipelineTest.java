package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.lifecycle.Readiness;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What lies near flagged content is held back, and only the audit says why. */
class FlaggedPipelineTest extends PipelineFixture {

    private static final int FLAGGED = 70;
    private static final Map<String, Long> READ_TO = Map.of("0", 17L);

    @Test
    void an_image_near_an_entry_is_uncertain_and_the_audit_alone_has_the_truth() {
        startWithEntry("default", Set.of());
        Outcome.Answered answered = answered(submit(upload("near", 50)));

        Verdict verdict = answered.verdict();
        assertThat(verdict.getDecision()).isEqualTo(Decision.REVIEW);
        assertThat(verdict.getReason()).isEqualTo(Reason.UNCERTAIN);
        assertThat(verdict.getScore()).isStrictlyBetween(0.4, 0.6);
        assertThat(verdict.getKnownReference()).isNull();
        assertThat(verdict.getFlaggedOffsets()).isEqualTo(READ_TO);
        AttackAudit audit = answered.audits().get(0);
        assertThat(answered.audits()).hasSize(1);
        assertThat(audit.getKind()).isEqualTo(AttackKind.NEAR_FLAGGED);
        assertThat(audit.getRobustScore()).isLessThan(0.1);
        assertThat(audit.getEvidence()).containsEntry("entry", "entry-1").containsKey("angle");
        assertThat(audit.getSignals().get(0).getThreshold()).isEqualTo(0.95);
        assertThat(audit.getDecision()).isEqualTo(Decision.REVIEW);
    }

    @Test
    void an_image_that_is_the_entry_but_for_its_bytes_is_a_hash_twin() {
        startWithEntry("default", Set.of());
        AttackAudit audit = answered(submit(upload("twin", 68))).audits().get(0);

        assertThat(audit.getKind()).isEqualTo(AttackKind.HASH_TWIN);
        assertThat(audit.getEvidence()).containsEntry("entry", "entry-1");
    }

    @Test
    void the_same_image_has_the_same_score_whenever_it_comes() {
        startWithEntry("default", Set.of());

        assertThat(verdict(submit(upload("near", 60))).getScore())
                .isEqualTo(verdict(submit(upload("again", 60))).getScore());
    }

    @Test
    void an_image_that_is_far_from_all_entries_is_safe_and_says_how_far_the_topic_was_read() {
        startWithEntry("default", Set.of());
        Outcome.Answered answered = answered(submit(upload("far", 10)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.SAFE);
        assertThat(answered.verdict().getFlaggedOffsets()).isEqualTo(READ_TO);
        assertThat(answered.audits()).isEmpty();
    }

    @Test
    void an_entry_of_another_tenant_holds_nothing_back() {
        startWithEntry("acme", Set.of());

        assertThat(verdict(submit(upload("near", 60))).getDecision()).isEqualTo(Decision.SAFE);
    }

    @Test
    void a_file_that_a_person_called_safe_passes() {
        startWithEntry("default", Set.of());
        String sha256 = verdict(submit(upload("near", 60))).getContentSha256();
        put("default", Set.of(sha256));

        assertThat(verdict(submit(upload("near", 60))).getDecision()).isEqualTo(Decision.SAFE);
        assertThat(verdict(submit(upload("nearly", 61))).getDecision()).isEqualTo(Decision.REVIEW);
    }

    /** Subscribers would work the true score out. */
    @Test
    void the_verdict_on_what_is_held_back_tells_nothing_of_how_it_was_decided() {
        startWithEntry("default", Set.of());
        Verdict verdict = verdict(submit(upload("near", 60)));

        assertThat(verdict.getViews()).isNotEmpty().allSatisfy(view -> {
            assertThat(view.getNeighbours()).isEmpty();
            assertThat(view.getClassProbabilities()).isNull();
        });
        assertThat(verdict.getCleanTwinScore()).isNull();
        assertThat(verdict.getInsertionsToTurn()).isPositive();
        assertThat(verdict.getRelabelsToTurn()).isPositive();
    }

    @Test
    void without_a_snapshot_it_is_tried_later() {
        flagged = Optional.of(new NearFlagged(0.95));
        start(1);

        assertThat(outcome(submit(upload("early", 10)))).isInstanceOf(Outcome.TryLater.class);
    }

    @Test
    void a_graver_decision_stands() {
        startWithEntry("default", Set.of());
        Outcome.Answered answered = answered(submit(upload("bright", 250)));

        assertThat(answered.verdict().getDecision()).isEqualTo(Decision.NSFW);
        assertThat(answered.audits()).isEmpty();
    }

    @Test
    void without_the_rule_nothing_is_held_back_and_no_offset_is_named() {
        start(1);
        put("default", Set.of());
        Verdict verdict = verdict(submit(upload("near", 60)));

        assertThat(verdict.getDecision()).isEqualTo(Decision.SAFE);
        assertThat(verdict.getFlaggedOffsets()).isNull();
    }

    private void startWithEntry(String tenant, Set<String> exempt) {
        flagged = Optional.of(new NearFlagged(0.95));
        put(tenant, exempt);
        start(1);
    }

    private void put(String tenant, Set<String> exempt) {
        FlaggedEntry entry =
                new FlaggedEntry("entry-1", Optional.of("gore"), BrightnessEncoder.embedding(FLAGGED), 0.01);
        flaggedShelf.put(
                new FlaggedSnapshot(
                        FlaggedIndex.of(Map.of(tenant, new FlaggedIndex.Contents(List.of(entry), exempt))), READ_TO),
                new Readiness.Usable("one entry"));
    }
}
