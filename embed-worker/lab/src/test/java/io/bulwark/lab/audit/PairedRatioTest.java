package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.audit.QueryTally.PairedRatio;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PairedRatioTest {

    @Test
    void where_one_share_is_nothing_and_the_other_all_the_ends_are_wilson_s() {
        PairedRatio ratio = PairedRatio.of(0, 0, 50);

        assertThat(ratio.value()).isZero();
        assertThat(ratio.low()).isZero();
        assertThat(ratio.high())
                .isCloseTo(Proportion.of(0, 50).high() / Proportion.of(50, 50).low(), within(1e-9));
        assertThat(PairedRatio.of(4, 0, 46)).hasToString("0.080 [0.032, 0.199]");
    }

    @Test
    void without_a_second_share_nothing_is_known() {
        assertThat(PairedRatio.of(0, 0, 0).value()).isNaN();
        assertThat(PairedRatio.of(0, 3, 0))
                .returns(Double.POSITIVE_INFINITY, PairedRatio::value)
                .returns(Double.POSITIVE_INFINITY, PairedRatio::high);
        assertThat(PairedRatio.of(1, 0, 0).high()).isGreaterThan(1);
        assertThatThrownBy(() -> PairedRatio.of(1, -1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_interval_holds_the_true_ratio_as_often_as_it_says() {
        SplittableRandom random = new SplittableRandom(1);
        int holds = 0;
        int draws = 4000;
        for (int draw = 0; draw < draws; draw++) {
            int[] counts = new int[4];
            for (int question = 0; question < 50; question++) {
                double at = random.nextDouble();
                counts[at < 0.05 ? 0 : at < 0.06 ? 1 : at < 0.76 ? 2 : 3]++;
            }
            PairedRatio ratio = PairedRatio.of(counts[0], counts[1], counts[2]);
            holds += ratio.low() <= 0.06 / 0.75 && 0.06 / 0.75 <= ratio.high() ? 1 : 0;
        }

        assertThat((double) holds / draws).isBetween(0.94, 0.98);
    }
}
