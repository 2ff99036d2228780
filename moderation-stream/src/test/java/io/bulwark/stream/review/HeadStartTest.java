package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadStartTest {

    private static final Set<Origin> DOUBT = EnumSet.of(Origin.REVIEW);

    @Test
    void eachReasonAddsToTheOthers() {
        Duration plain = HeadStart.of(DOUBT, 0.5, false, 0, 0);
        assertThat(HeadStart.of(DOUBT, 0.9, false, 0, 0)).isGreaterThan(plain);
        assertThat(HeadStart.of(DOUBT, 0.5, true, 0, 0)).isGreaterThan(plain);
        assertThat(HeadStart.of(DOUBT, 0.5, false, 1, 0)).isGreaterThan(plain);
        assertThat(HeadStart.of(DOUBT, 0.5, false, 0, 1)).isGreaterThan(plain);
        Duration audited = HeadStart.of(EnumSet.of(Origin.REVIEW, Origin.AUDIT), 0.5, false, 0, 0);
        assertThat(audited).isGreaterThan(plain);
        assertThat(HeadStart.of(EnumSet.of(Origin.REVIEW, Origin.AUDIT), 0.5, false, 0, 1))
                .isGreaterThan(audited);
    }

    @Test
    void aCrowdOfReportersBuysNoMoreThanTenOfThem() {
        assertThat(HeadStart.of(DOUBT, 0.5, false, 0, 10_000)).isEqualTo(HeadStart.of(DOUBT, 0.5, false, 0, 10));
        assertThat(HeadStart.of(DOUBT, 0.5, false, 10_000, 0)).isEqualTo(HeadStart.of(DOUBT, 0.5, false, 6, 0));
    }

    @Test
    void aSampleWaitsForWhatIsInDoubt() {
        assertThat(HeadStart.of(EnumSet.of(Origin.SAMPLE), 1, false, 0, 0)).isNegative();
        assertThat(HeadStart.of(EnumSet.of(Origin.SAMPLE, Origin.REPORT), 1, false, 0, 1))
                .isPositive();
    }
}
