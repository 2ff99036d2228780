package io.bulwark.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.demo.DemoRun.AttackTally;
import io.bulwark.cli.demo.SampleAttacker.AttackedCopy;
import io.bulwark.cli.demo.SampleAttacker.Sample;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Verdict;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.schemas.testing.SampleEvents;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttackTallyTest {

    private static final Sample SWORD = new Sample(Path.of("weapons/sword.png"), "weapons", Decision.NSFW);

    private final AttackedCopy turned = copy(Outcome.NSFW, Outcome.SAFE, true);
    private final AttackedCopy wrongAnyway = copy(Outcome.SAFE, Outcome.SAFE, true);
    private final AttackedCopy withstood = copy(Outcome.NSFW, Outcome.NSFW, false);

    @Test
    void only_a_copy_whose_original_was_decided_otherwise_turns_the_twin() {
        assertThat(turned.turnsTheTwin()).isTrue();
        assertThat(wrongAnyway.turnsTheTwin()).isFalse();
        assertThat(withstood.turnsTheTwin()).isFalse();
    }

    @Test
    void counts_what_the_robust_encoder_decides_and_what_was_noticed() {
        AttackTally tally = AttackTally.ofSent(3)
                .plus(turned, verdict(Decision.NSFW), true)
                .plus(wrongAnyway, verdict(Decision.REVIEW), false)
                .plus(withstood, verdict(Decision.NSFW), true);

        assertThat(tally.text())
                .isEqualTo(
                        "attacked copies: verdicts=3 turned-clean-twin=1 robust-correct=2 to-people=1 audits=2 (of those turned 1)");
        assertThat(tally.holds()).isTrue();
        assertThat(tally.fields()).containsEntry("attackedTurnedCleanTwin", 1).containsEntry("attackedAudits", 2);
    }

    @Test
    void a_copy_without_a_verdict_is_a_failure() {
        assertThat(AttackTally.ofSent(2)
                        .plus(turned, verdict(Decision.NSFW), true)
                        .holds())
                .isFalse();
    }

    @Test
    void a_line_shows_both_answers_side_by_side_and_the_audit() {
        assertThat(turned.text(verdict(Decision.NSFW), List.of(audit())))
                .contains("weapons/sword.png", "expected NSFW", "clean twin SAFE", "robust NSFW", "audit 0.420");
        assertThat(withstood.text(verdict(Decision.NSFW), List.of())).contains("clean twin NSFW", "no audit");
        assertThat(turned.fields(verdict(Decision.NSFW), List.of(audit())))
                .containsEntry("cleanTwinDecision", "SAFE")
                .containsEntry("decision", "NSFW")
                .containsEntry("audits", 1);
    }

    private static AttackedCopy copy(Outcome before, Outcome after, boolean fooled) {
        return new AttackedCopy(SWORD, new byte[0], before, Optional.of(after), fooled, 0.0157);
    }

    private static AttackAudit audit() {
        return AttackAudit.newBuilder()
                .setImageId("image-1")
                .setUploaderId("an-uploader")
                .setKind(AttackKind.TWIN_DISAGREEMENT)
                .setFusedScore(0.42)
                .setDecision(Decision.NSFW)
                .setModelFingerprint("model")
                .setDetectedAt(Instant.EPOCH)
                .build();
    }

    private static Verdict verdict(Decision decision) {
        return SampleEvents.verdictOn("image-1", decision)
                .setScore(0.9)
                .setMargin(0)
                .build();
    }
}
