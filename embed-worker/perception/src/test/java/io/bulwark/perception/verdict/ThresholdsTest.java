package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThresholdsTest {

    private final Thresholds thresholds = new Thresholds(0.7, 0.2);

    @ParameterizedTest
    @CsvSource({"0,SAFE", "0.2,SAFE", "0.2000001,REVIEW", "0.6999999,REVIEW", "0.7,NSFW", "1,NSFW"})
    void bothThresholdsBelongToTheirSide(double score, Outcome outcome) {
        assertThat(thresholds.outcome(score)).isEqualTo(outcome);
    }

    @Test
    void theMarginIsTheWayToTheNearerThreshold() {
        assertThat(thresholds.margin(0.25)).isEqualTo(0.05, within(1e-12));
        assertThat(thresholds.margin(1)).isEqualTo(0.3, within(1e-12));
        assertThat(thresholds.margin(0)).isEqualTo(0.2, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1.1,0.2", "0,0", "NaN,0.2", "-0.1,0.2"})
    void aFlagThresholdOutOfRangeIsRefusedByItsSetting(double flag, double safe) {
        assertThatThrownBy(() -> new Thresholds(flag, safe))
                .hasMessageContaining("bulwark.policy.flag is " + flag)
                .hasMessageContaining("allowed");
    }

    @ParameterizedTest
    @CsvSource({"0.5,0.5", "0.5,0.6", "0.5,-0.1", "0.5,NaN"})
    void aSafeThresholdMustLieBelowTheFlagThreshold(double flag, double safe) {
        assertThatThrownBy(() -> new Thresholds(flag, safe))
                .hasMessageContaining("bulwark.policy.safe is " + safe)
                .hasMessageContaining("which is " + flag);
    }
}
