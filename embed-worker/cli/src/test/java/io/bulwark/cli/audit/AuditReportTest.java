package io.bulwark.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.audit.AuditCommand.AuditReportCommand.Moment;
import io.bulwark.cli.audit.AuditCounts.Period;
import io.bulwark.cli.report.Share.LiveShare;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Signal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class AuditReportTest {

    private static final Instant SIX = Instant.parse("2026-11-27T06:00:00Z");
    private static final Period A_DAY = new Period(SIX, SIX.plus(Duration.ofDays(1)));

    private final AuditCounts counts = new AuditCounts(A_DAY, Optional.empty());

    @Test
    void auditsAreCountedByKindAndPartOfTheTime() {
        counts.take(audit("a", "u", SIX));
        counts.take(audit("b", "u", SIX.plus(Duration.ofMinutes(70))));
        counts.take(audit("c", "u", SIX.plus(Duration.ofMinutes(80))));
        counts.take(audit("before", "u", SIX.minusMillis(1)));
        counts.take(audit("after", "u", A_DAY.until()));

        assertThat(A_DAY.width()).isEqualTo(Duration.ofHours(1));
        assertThat(counts.byKind().get("NEAR_FLAGGED")).hasSize(24).startsWith(1, 2, 0);
        assertThat(report().markdown()).contains("3 audits", "| NEAR_FLAGGED | 3 | 2 | 2026-11-27T07:00:00Z |");
    }

    @Test
    void whatLiesNearOneEntryIsOneContentForAllUploaders() {
        counts.take(near("a", "u1", "entry-7"));
        counts.take(near("b", "u2", "entry-7"));
        counts.take(audit("c", "u2", SIX));

        assertThat(counts.contents(10)).extracting(Map.Entry::getKey).containsExactly("entry-7", "default/c");
        assertThat(counts.contents(1).get(0).getValue().others()).isEqualTo(2);
        assertThat(counts.accounts(1)).extracting(Map.Entry::getKey).containsExactly("default/u2");
    }

    @Test
    void theRedTeamsProbesAreNoAttackAndAnImageThatFellOnceHasFallen() {
        counts.take(probe("a", 0));
        counts.take(probe("a", 1));
        counts.take(probe("b", 0));
        counts.take(probe("ran out of time", 0.5));

        assertThat(counts.audits()).isZero();
        assertThat(counts.robustAccuracy().get("evade within 8/255")).isEqualTo(new LiveShare(1, 1, 1));
        assertThat(report().markdown())
                .contains("| evade within 8/255 | 2 | 1 | 50.0 % |")
                .contains("None.");
    }

    /** 1 % of 5,000 quiet files are drawn, and 50 others lie over the threshold. */
    @Test
    void aSampleSaysWhatAllScoresLookLikeAndCountsNowhereElse() {
        counts.take(fired("long before the sample", SIX.minusSeconds(60)));
        for (int i = 0; i < 50; i++) {
            counts.take(sampled("quiet" + i, i / 100.0));
            counts.take(sampled("quiet" + i, 0.9)); // the same file again
            counts.take(fired("over" + i, SIX.plusSeconds(1)));
        }

        assertThat(counts.audits()).isEqualTo(50);
        assertThat(counts.accounts(10)).extracting(Map.Entry::getKey).containsExactly("default/u");
        assertThat(counts.sample().files()).isEqualTo(50);
        SampledScores.Score score = counts.sample().scores().get(0);
        assertThat(score.signal()).isEqualTo("near-flagged");
        assertThat(score.sampled()).isEqualTo(50);
        assertThat(score.median()).isEqualTo(0.24);
        assertThat(score.p95()).isEqualTo(0.47);
        assertThat(score.most()).isEqualTo(0.49);
        assertThat(score.over()).isEqualTo(50);
        assertThat(score.share()).isCloseTo(50 / 5050.0, within(1e-9));
        assertThat(score.low()).isBetween(0.006, 0.007);
        assertThat(score.high()).isBetween(0.0140, 0.0150);
        assertThat(report().markdown())
                .contains("50 audits", "50 files were drawn at random", "| near-flagged | 50 | 0.2400 | 0.4700 |");
        assertThat(report().fields()).containsEntry("sampledFiles", 50);
    }

    /** 1 % of 10,000 files are drawn. The twin would fire on 1,000, and saw the drawn and 30 suspicious ones. */
    @Test
    void aDetectorThatDoesNotSeeEveryFileIsJudgedByTheSampleAlone() {
        for (int i = 0; i < 90; i++) {
            counts.take(
                    twin(sampled("quiet" + i, 0.1), false, Map.of("share", "0.01", "partial", "twin-disagreement")));
        }
        for (int i = 0; i < 10; i++) {
            counts.take(twin(fired("drawn" + i, SIX.plusSeconds(1)), true, Map.of("share", "0.01")));
        }
        AuditCounts other = new AuditCounts(A_DAY, Optional.empty());
        for (int i = 0; i < 30; i++) {
            other.take(twin(fired("suspicious" + i, SIX.plusSeconds(1)), true, Map.of()));
            other.take(fired("near" + i, SIX.plusSeconds(1)));
        }
        counts.add(other);

        SampledScores.Score near = counts.sample().scores().get(0);
        assertThat(near.signal()).isEqualTo("near-flagged");
        assertThat(near.share()).isCloseTo(30 / 10_030.0, within(1e-9));
        SampledScores.Score twin = counts.sample().scores().get(1);
        assertThat(twin.over()).isEqualTo(10);
        assertThat(twin.share()).isCloseTo(1_000 / 10_030.0, within(1e-9));
        assertThat(twin.low()).isBetween(0.05, 0.06);
        assertThat(twin.high()).isBetween(0.17, 0.20);
    }

    @Test
    void aDetectorThatDoesNotSeeEveryFileAndFiredOnNoneOfTheSampleIsBoundedByTheSample() {
        for (int i = 0; i < 100; i++) {
            counts.take(
                    twin(sampled("quiet" + i, 0.1), false, Map.of("share", "0.01", "partial", "twin-disagreement")));
        }
        counts.take(twin(fired("suspicious", SIX.plusSeconds(1)), true, Map.of()));

        SampledScores.Score twin = counts.sample().scores().get(1);
        assertThat(twin.over()).isZero();
        assertThat(twin.high()).isCloseTo(3 / 100.0, within(1e-9));
    }

    @Test
    void whereNothingLiesOverTheThresholdTheShareIsBoundedAllTheSame() {
        AuditCounts other = new AuditCounts(A_DAY, Optional.empty());
        counts.take(sampled("a", 0.1));
        other.take(sampled("b", 0.2));
        counts.add(other);

        SampledScores.Score score = counts.sample().scores().get(0);
        assertThat(score.share()).isZero();
        assertThat(score.low()).isZero();
        assertThat(score.high()).isCloseTo(3 / 200.0, within(1e-9));
        assertThat(counts.audits()).isZero();
    }

    @Test
    void anotherTenantsAuditsAreLeftOut() {
        AuditCounts ofShop = new AuditCounts(A_DAY, Optional.of("shop"));
        ofShop.take(audit("a", "u", SIX));
        assertThat(ofShop.audits()).isZero();
    }

    @Test
    void whatSeveralThreadsCountedIsPutTogether() {
        AuditCounts other = new AuditCounts(A_DAY, Optional.empty());
        counts.take(near("a", "u1", "entry-7"));
        other.take(near("b", "u1", "entry-7"));
        other.take(probe("c", 1));
        other.unreadable();
        counts.add(other);

        assertThat(counts.audits()).isEqualTo(2);
        assertThat(counts.accounts(1).get(0).getValue().others()).isEqualTo(2);
        assertThat(counts.robustAccuracy().get("evade within 8/255").files()).isEqualTo(1);
        assertThat(report().markdown()).contains("1 records could not be read");
    }

    @Test
    void anIdCannotLeaveItsCell() {
        counts.take(audit("a", "u`|<img src=x>\n| x", SIX));
        assertThat(report().markdown()).contains("| `default/u\uFFFD\uFFFD<img src=x>\uFFFD\uFFFD x` |");
    }

    @Test
    void aTimeIsAnInstantOrHowLongAgo() {
        Moment moment = new Moment(Clock.fixed(SIX, ZoneOffset.UTC));
        assertThat(moment.convert("PT24H")).isEqualTo(SIX.minus(Duration.ofDays(1)));
        assertThat(moment.convert("2026-11-27T06:00:00Z")).isEqualTo(SIX);
        assertThatThrownBy(() -> moment.convert("yesterday"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("PT24H");
    }

    private AuditReport report() {
        return new AuditReport(counts, List.of(), 10, false);
    }

    private static AttackAudit audit(String image, String uploader, Instant at) {
        return of(image, uploader, at).build();
    }

    private static AttackAudit sampled(String file, double score) {
        return of("image of " + file, "bulwark-sample", SIX)
                .setKind(AttackKind.OTHER)
                .setContentSha256(file)
                .setSignals(
                        List.of(new Signal("sample", 0.0, 1.0, false), new Signal("near-flagged", score, 0.95, false)))
                .setEvidence(Map.of("share", "0.01"))
                .build();
    }

    private static AttackAudit fired(String file, Instant at) {
        return of("image of " + file, "u", at)
                .setContentSha256(file)
                .setSignals(List.of(new Signal("near-flagged", 0.97, 0.95, true)))
                .build();
    }

    /** The same audit with the twin's score: of the sample beside another, else in its place. */
    private static AttackAudit twin(AttackAudit audit, boolean fired, Map<String, String> evidence) {
        Signal twin = new Signal("twin-disagreement", fired ? 0.6 : 0.1, 0.5, fired);
        List<Signal> signals = fired
                ? List.of(twin)
                : Stream.concat(audit.getSignals().stream(), Stream.of(twin)).toList();
        return AttackAudit.newBuilder(audit)
                .setSignals(signals)
                .setEvidence(evidence)
                .build();
    }

    private static AttackAudit near(String image, String uploader, String entry) {
        return of(image, uploader, SIX).setEvidence(Map.of("entry", entry)).build();
    }

    private static AttackAudit probe(String image, double score) {
        return of(image, "bulwark-red-team", SIX)
                .setSignals(List.of(new Signal("robustness-probe", score, 0.5, score > 0.5)))
                .setEvidence(Map.of("goal", "evade", "epsilon", "8/255"))
                .build();
    }

    private static AttackAudit.Builder of(String image, String uploader, Instant at) {
        return AttackAudit.newBuilder()
                .setImageId(image)
                .setUploaderId(uploader)
                .setKind(AttackKind.NEAR_FLAGGED)
                .setFusedScore(0.9)
                .setDecision(Decision.REVIEW)
                .setModelFingerprint("model-1")
                .setDetectedAt(at);
    }
}
