package io.bulwark.perception.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.TwinFinding;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.Turning;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class TwinAuditorTest {

    private final TwinAuditor auditor = new TwinAuditor(0.3);

    @Test
    void twinsThatPartWideAndFarFire() {
        TwinFinding finding =
                auditor.inspect(scored(Outcome.NSFW, 0.95, 0), scored(Outcome.SAFE, 0.05, 0), List.of(0.5));

        assertThat(finding.signal().name()).isEqualTo("twin-disagreement");
        assertThat(finding.disagreement().gap()).isEqualTo(0.9, within(1e-12));
        assertThat(finding.signal().score()).isEqualTo(0.9 * 0.9 * 0.5, within(1e-12));
        assertThat(finding.signal().threshold()).isEqualTo(0.3);
        assertThat(finding.signal().fired()).isTrue();
    }

    @Test
    void twinsThatDecideAlikeNeverFireHoweverFarApart() {
        TwinFinding finding = auditor.inspect(scored(Outcome.NSFW, 1, 0), scored(Outcome.NSFW, 0.6, 0), List.of(1.0));

        assertThat(finding.disagreement().gap()).isEqualTo(0.4, within(1e-12));
        assertThat(finding.signal().score()).isZero();
        assertThat(finding.signal().fired()).isFalse();
    }

    @Test
    void anHonestBorderlineCaseIsDecidedDifferentlyButDriftsLittle() {
        TwinFinding finding = auditor.inspect(scored(Outcome.NSFW, 1, 0), scored(Outcome.SAFE, 0, 0), List.of(0.2));

        assertThat(finding.disagreement().decisionsDiffer()).isTrue();
        assertThat(finding.signal().fired()).isFalse();
    }

    @Test
    void aScoreEqualToTheThresholdDoesNotFire() {
        assertThat(new TwinAuditor(0.25)
                        .inspect(scored(Outcome.NSFW, 1, 0), scored(Outcome.SAFE, 0.5, 0), List.of(0.25))
                        .signal()
                        .fired())
                .isFalse();
    }

    @Test
    void aPictureThatTheRobustEncoderIsUnsureOfIsDecidedDifferentlyAndDoesNotFire() {
        TwinFinding finding = auditor.inspect(scored(Outcome.SAFE, 0.25, 0), scored(Outcome.NSFW, 1, 0), List.of(1.0));

        assertThat(finding.disagreement().unanimity()).isEqualTo(0.25);
        assertThat(finding.signal().fired()).isFalse();
    }

    @Test
    void howFarAnAttackerPushedTheCleanScoreMakesNoDifference() {
        assertThat(score(1, 0.05, 0.6)).isEqualTo(score(1, 0.4, 0.6));
    }

    @Test
    void twinsOfDifferentDimensionAreJudgedByTheUnanimityAlone() {
        TwinFinding finding = auditor.inspect(scored(Outcome.SAFE, 0.1, 0), scored(Outcome.NSFW, 0.9, 0), List.of());

        assertThat(finding.disagreement().drift()).isEmpty();
        assertThat(finding.signal().score()).isEqualTo(0.64, within(1e-12));
    }

    @Test
    void theContestedViewIsThatOfTheGraverDecisionOfEitherEncoder() {
        List<Double> drifts = List.of(0.1, 0.2, 0.9);

        Disagreement falseFlag = Disagreement.of(scored(Outcome.SAFE, 0, 0), scored(Outcome.NSFW, 1, 2), drifts);
        Disagreement evasion = Disagreement.of(scored(Outcome.NSFW, 1, 1), scored(Outcome.SAFE, 0, 2), drifts);

        assertThat(falseFlag.view()).isEqualTo(2);
        assertThat(falseFlag.drift()).hasValue(0.9);
        assertThat(evasion.view()).isEqualTo(1);
        assertThat(evasion.drift()).hasValue(0.2);
    }

    @Test
    void reviewIsASeparateDecisionHalfWayBetweenTheOthers() {
        Disagreement toAPerson =
                Disagreement.of(scored(Outcome.REVIEW, 1, 0), scored(Outcome.SAFE, 0.1, 0), List.of(0.4));

        assertThat(toAPerson.decisionsDiffer()).isTrue();
        assertThat(toAPerson.distance()).isEqualTo(0.5);
        assertThat(toAPerson.score()).isEqualTo(0.1, within(1e-12));
    }

    @Property
    void theScoreStaysWithinZeroAndOneAndGrowsWithDriftAndUnanimity(
            @ForAll @DoubleRange(min = 0, max = 1) double robust,
            @ForAll @DoubleRange(min = 0, max = 1) double clean,
            @ForAll @DoubleRange(min = 0, max = 1) double drift) {
        double score = score(robust, clean, drift);

        assertThat(score).isBetween(0.0, 1.0);
        assertThat(score(robust, clean, 1)).isGreaterThanOrEqualTo(score);
        assertThat(score(1, clean, drift)).isGreaterThanOrEqualTo(score);
    }

    @Test
    void aThresholdThatIsNoScoreIsRefusedWithTheCommandThatFindsOne() {
        for (double threshold : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> new TwinAuditor(threshold))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bulwark.twin.threshold")
                    .hasMessageContaining("bulwark bank calibrate --twin");
        }
    }

    private static double score(double robust, double clean, double drift) {
        return Disagreement.of(scored(Outcome.NSFW, robust, 0), scored(Outcome.SAFE, clean, 0), List.of(drift))
                .score();
    }

    /** Of three views. */
    private static ScoredImage scored(Outcome outcome, double score, int worstView) {
        Double[] scores = new Double[3];
        Arrays.fill(scores, score);
        Opinion opinion = new Opinion("whole", List.of(new Neighbour("r", "label", 0.9f)), Map.of());
        return new ScoredImage(
                new Judgement(
                        outcome,
                        Optional.empty(),
                        Judgement.Basis.BANK,
                        score,
                        0.1,
                        List.of(scores),
                        worstView,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Turning.NONE),
                Collections.nCopies(3, opinion),
                "policy",
                Optional.empty());
    }
}
