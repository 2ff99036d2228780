package io.bulwark.stream.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.events.Decision;
import io.bulwark.stream.policy.DrawnEffect.Band;
import io.bulwark.stream.policy.DrawnEffect.PolicyTimes;
import io.bulwark.stream.policy.DrawnEffect.PolicyTimes.Thresholds;
import io.bulwark.stream.policy.PolicyState.MadeFor;
import io.bulwark.stream.policy.PolicyState.Policy;
import io.bulwark.stream.promise.Promises.ScoredDraw;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DrawnEffectTest {

    private static final Instant CHANGED = Instant.parse("2026-11-20T00:00:00Z");
    private static final Instant BEFORE = CHANGED.minusSeconds(60);
    private static final Instant AFTER = CHANGED.plusSeconds(60);
    private static final PolicyTimes TIMES =
            new PolicyTimes(policy(0.6, CHANGED), List.of(policy(0.8, CHANGED.minusSeconds(3600))));

    @Test
    void eachDrawCountsByOneOverItsProbability() {
        List<ScoredDraw> draws = List.of(
                draw(AFTER, 0.7, 0.5, Decision.NSFW, Decision.SAFE), // stands for two harmless pictures
                draw(AFTER, 0.1, 0.25, Decision.SAFE, Decision.SAFE)); // stands for four

        DrawnEffect.Rate flagged = falselyFlagged(draws, 0.75);
        assertThat(flagged.base()).isEqualTo(2);
        assertThat(flagged.now().estimate()).isEqualTo(2.0 / 6, within(1e-12));
        assertThat(flagged.would().estimate()).isZero();
    }

    @Test
    void whatThresholdsDidNotDecideStaysWhatItWas() {
        List<ScoredDraw> draws = List.of(
                draw(AFTER, 0.1, 1, Decision.NSFW, Decision.SAFE), // known content
                draw(AFTER, 0.7, 1, Decision.NSFW, Decision.SAFE));

        assertThat(falselyFlagged(draws, 0.75).now().estimate()).isOne();
        assertThat(falselyFlagged(draws, 0.75).would().estimate()).isEqualTo(0.5);
    }

    @Test
    void aDrawOfEarlierIsExplainedByTheThresholdsOfItsTime() {
        List<ScoredDraw> draws = List.of(draw(BEFORE, 0.7, 1, Decision.REVIEW, Decision.SAFE));

        assertThat(falselyFlagged(draws, 0.75).now().estimate())
                .as("NSFW by what is in force now")
                .isOne();
        assertThat(falselyFlagged(draws, 0.75).would().estimate()).isZero();
    }

    @Test
    void whatNoOneAnsweredWidensTheBandAndAnsweredDrawsWithoutAScoreAreCountedApart() {
        List<ScoredDraw> answered =
                new ArrayList<>(Collections.nCopies(400, draw(AFTER, 0.1, 1, Decision.SAFE, Decision.SAFE)));
        Band known = falselyFlagged(answered, 0.75).would();
        answered.addAll(Collections.nCopies(100, new ScoredDraw(AFTER, Decision.SAFE, 1, null, null)));
        answered.add(new ScoredDraw(AFTER, Decision.SAFE, 1, Decision.SAFE, null));

        Band open = falselyFlagged(answered, 0.75).would();
        assertThat(open.high()).isGreaterThan(known.high());
        assertThat(open.low()).isZero();
        assertThat(DrawnEffect.of(answered, TIMES, new Thresholds(0.75, 0.4)).withoutScore())
                .isOne();
    }

    private static DrawnEffect.Rate falselyFlagged(List<ScoredDraw> draws, double flag) {
        return DrawnEffect.of(draws, TIMES, new Thresholds(flag, 0.4)).rates().stream()
                .filter(rate -> rate.rate().equals("FALSELY_FLAGGED"))
                .findFirst()
                .orElseThrow();
    }

    private static ScoredDraw draw(Instant at, double score, double probability, Decision machine, Decision people) {
        return new ScoredDraw(at, machine, probability, people, score);
    }

    private static Policy policy(double flag, Instant approved) {
        return new Policy(
                "version",
                flag,
                0.4,
                Map.of(),
                new MadeFor("mine", "model", "views"),
                11,
                0.07,
                0.5,
                2,
                "REVIEW",
                List.of(),
                Map.of(),
                "ann",
                approved,
                "bob",
                approved,
                null);
    }
}
