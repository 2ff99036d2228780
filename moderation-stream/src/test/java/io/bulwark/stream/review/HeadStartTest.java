package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.review.ItemRow.Origin;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadStartTest {

    private static final Set<Origin> DOUBT = EnumSet.of(Origin.REVIEW);

    @Test
    void eachReasonAddsToTheOthers() {
        Duration plain = QueueIntake.HeadStart.of(DOUBT, 0.5, false, 0, 0);
        assertThat(QueueIntake.HeadStart.of(DOUBT, 0.9, false, 0, 0)).isGreaterThan(plain);
        assertThat(QueueIntake.HeadStart.of(DOUBT, 0.5, true, 0, 0)).isGreaterThan(plain);
        assertThat(QueueIntake.HeadStart.of(DOUBT, 0.5, false, 1, 0)).isGreaterThan(plain);
        assertThat(QueueIntake.HeadStart.of(DOUBT, 0.5, false, 0, 1)).isGreaterThan(plain);
        Duration audited = QueueIntake.HeadStart.of(EnumSet.of(Origin.REVIEW, Origin.AUDIT), 0.5, false, 0, 0);
        assertThat(audited).isGreaterThan(plain);
        assertThat(QueueIntake.HeadStart.of(EnumSet.of(Origin.REVIEW, Origin.AUDIT), 0.5, false, 0, 1))
                .isGreaterThan(audited);
    }

    @Test
    void aCrowdOfReportersBuysNoMoreThanTenOfThem() {
        assertThat(QueueIntake.HeadStart.of(DOUBT, 0.5, false, 0, 10_000))
                .isEqualTo(QueueIntake.HeadStart.of(DOUBT, 0.5, false, 0, 10));
        assertThat(QueueIntake.HeadStart.of(DOUBT, 0.5, false, 10_000, 0))
                .isEqualTo(QueueIntake.HeadStart.of(DOUBT, 0.5, false, 6, 0));
    }

    @Test
    void aSampleWaitsForWhatIsInDoubt() {
        assertThat(QueueIntake.HeadStart.of(EnumSet.of(Origin.SAMPLE), 1, false, 0, 0))
                .isNegative();
        assertThat(QueueIntake.HeadStart.of(EnumSet.of(Origin.SAMPLE, Origin.REPORT), 1, false, 0, 1))
                .isPositive();
    }
}
