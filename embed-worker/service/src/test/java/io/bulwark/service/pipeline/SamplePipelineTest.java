package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.perception.audit.AuditSample;
import io.bulwark.perception.audit.TwinSample;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.lifecycle.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Images that are drawn leave every score, and what fired anyway leaves no second audit. */
class SamplePipelineTest extends PipelineFixture {

    @Test
    void without_a_share_nothing_is_sampled() {
        start(1);

        assertThat(answered(submit(upload("any", 10))).audits()).isEmpty();
    }

    @Test
    void a_drawn_image_leaves_all_scores_in_an_audit_that_names_nobody() {
        startWithEverything();
        scaling = Optional.of(new ScalingTrace(0.2, 0.2, 224, 223, "whole"));
        Outcome.Answered answered = answered(submit(upload("drawn", 10)));

        assertThat(answered.audits()).hasSize(1);
        AttackAudit audit = answered.audits().get(0);
        assertThat(SampledAudits.isOne(audit)).isTrue();
        assertThat(audit.getKind()).isEqualTo(AttackKind.OTHER);
        assertThat(audit.getUploaderId()).isEqualTo(SampledAudits.UPLOADER);
        assertThat(audit.getPerceptualKey()).isEmpty();
        assertThat(audit.getFusedScore()).isZero();
        assertThat(audit.getSignals()).noneMatch(Signal::getFired);
        assertThat(audit.getSignals())
                .extracting(Signal::getName)
                .containsExactly("sample", "twin-disagreement", "near-flagged", "image-scaling");
        assertThat(audit.getSignals().get(2).getScore()).isBetween(0.5, 0.95);
        assertThat(audit.getSignals().get(3)).isEqualTo(new Signal("image-scaling", 0.2, 0.3, false));
        assertThat(audit.getEvidence()).isEqualTo(Map.of("share", "1.0"));
        assertThat(audit.getRobustScore()).isEqualTo(answered.verdict().getScore());
        assertThat(audit.getCleanScore()).isEqualTo(answered.verdict().getCleanTwinScore());
        assertThat(audit.getContentSha256()).isEqualTo(answered.verdict().getContentSha256());
        assertThat(audit.getUpload()).isEqualTo(answered.verdict().getUpload());
    }

    @Test
    void a_picture_without_a_trace_has_the_score_0() {
        auditSample = everything();
        start(1);

        assertThat(answered(submit(upload("no trace", 10))).audits().get(0).getSignals())
                .containsExactly(new Signal("sample", 0.0, 1.0, false), new Signal("image-scaling", 0.0, 0.3, false));
    }

    @Test
    void what_a_detector_fired_on_leaves_its_audit_alone() {
        startWithEverything();

        assertThat(kinds(answered(submit(upload("near", 50))))).containsExactly(AttackKind.NEAR_FLAGGED);
        assertThat(kinds(answered(submit(upload("fooled", 10, BrightnessEncoder.FOOLS_TWIN, 11)))))
                .containsExactly(AttackKind.TWIN_DISAGREEMENT);
        scaling = Optional.of(new ScalingTrace(0.64, 1, 224, 223, "whole"));
        assertThat(kinds(answered(submit(upload("hides", 10))))).containsExactly(AttackKind.IMAGE_SCALING);
    }

    /** Else the twin's scores would be those of suspicious images, which were not drawn. */
    @Test
    void a_twin_that_is_asked_about_some_is_asked_about_the_whole_sample() {
        twinSample = new TwinSample(1e-9, SamplingKey.publicKey());
        auditSample = new AuditSample(0.5, SamplingKey.publicKey());
        startWithTwin(1);
        List<Outcome.Answered> all = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            all.add(answered(submit(upload("image-" + i, 226 + i, 227 + i))));
        }

        assertThat(all.stream().filter(each -> !each.audits().isEmpty()).count())
                .isBetween(4L, 24L);
        assertThat(all)
                .allSatisfy(each -> assertThat(each.verdict().getCleanTwinScore() != null)
                        .isEqualTo(!each.audits().isEmpty()));
    }

    /** So that these can stand for the files that the twin did not see. */
    @Test
    void a_twin_that_does_not_see_every_file_says_of_drawn_files_what_they_stand_for() {
        twinSample = new TwinSample(1e-9, SamplingKey.publicKey());
        auditSample = new AuditSample(0.5, SamplingKey.publicKey());
        startWithTwin(1);
        List<AttackAudit> quiet = new ArrayList<>();
        List<AttackAudit> fired = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            quiet.addAll(
                    answered(submit(upload("quiet-" + i, 226 + i, 227 + i))).audits());
            fired.addAll(answered(submit(upload("fooled-" + i, 10, BrightnessEncoder.FOOLS_TWIN, 11 + i)))
                    .audits());
        }

        assertThat(quiet)
                .isNotEmpty()
                .allSatisfy(audit -> assertThat(audit.getEvidence())
                        .isEqualTo(Map.of("share", "0.5", "partial", "twin-disagreement")));
        assertThat(fired).isNotEmpty().allSatisfy(audit -> {
            assertThat(audit.getKind()).isEqualTo(AttackKind.TWIN_DISAGREEMENT);
            assertThat(audit.getEvidence().get("share"))
                    .isEqualTo(auditSample.draws(audit.getContentSha256()) ? "0.5" : null);
        });
        assertThat(fired).anySatisfy(audit -> assertThat(audit.getEvidence()).containsEntry("share", "0.5"));
    }

    private void startWithEverything() {
        auditSample = everything();
        flagged = Optional.of(new NearFlagged(0.95));
        flaggedShelf.put(
                new FlaggedSnapshot(
                        FlaggedIndex.of(Map.of(
                                "default",
                                new FlaggedIndex.Contents(
                                        List.of(new FlaggedEntry(
                                                "entry-1", Optional.empty(), BrightnessEncoder.embedding(70), 0.01)),
                                        Set.of()))),
                        Map.of("0", 17L)),
                new Readiness.Usable("one entry"));
        startWithTwin(1);
    }

    private static AuditSample everything() {
        return new AuditSample(1, SamplingKey.publicKey());
    }

    private static List<AttackKind> kinds(Outcome.Answered answered) {
        return answered.audits().stream().map(AttackAudit::getKind).toList();
    }
}
