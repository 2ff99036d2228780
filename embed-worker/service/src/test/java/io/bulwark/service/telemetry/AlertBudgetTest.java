package io.bulwark.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.events.AttackKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AlertBudgetTest {

    private final AtomicLong now = new AtomicLong();
    private final AlertBudget budget = new AlertBudget(2, now::get);

    @Test
    void theBudgetOfAKindIsThereAgainAnHourAfterItsFirstAudit() {
        assertThat(budget.takes(AttackKind.NEAR_FLAGGED)).isTrue();
        now.addAndGet(Duration.ofMinutes(59).toNanos());
        assertThat(budget.takes(AttackKind.NEAR_FLAGGED)).isTrue();
        assertThat(budget.takes(AttackKind.NEAR_FLAGGED)).isFalse();
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(budget.takes(AttackKind.NEAR_FLAGGED)).isTrue();
    }

    @Test
    void aKindThatFloodsTakesNothingFromTheOthers() {
        for (int i = 0; i < 100; i++) {
            budget.takes(AttackKind.NEAR_FLAGGED);
        }
        assertThat(budget.takes(AttackKind.HASH_TWIN)).isTrue();
    }

    @Test
    void everyAuditIsCountedAndWhatIsBeyondTheBudgetOnceMore() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        WorkerMetrics metrics = new WorkerMetrics(registry, budget);
        for (int i = 0; i < 5; i++) {
            metrics.audited(AttackKind.NEAR_FLAGGED);
        }
        assertThat(counted(registry, "bulwark.audits")).isEqualTo(5);
        assertThat(counted(registry, "bulwark.audits.alerted")).isEqualTo(2);
        assertThat(counted(registry, "bulwark.audits.beyond.budget")).isEqualTo(3);
    }

    private static double counted(SimpleMeterRegistry registry, String name) {
        return registry.get(name).tag("kind", "NEAR_FLAGGED").counter().count();
    }
}
