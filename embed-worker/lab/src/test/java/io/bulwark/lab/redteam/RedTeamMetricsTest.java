package io.bulwark.lab.redteam;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.lab.attack.AttackGoal;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RedTeamMetricsTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @Test
    void countersAreThereFromTheStartAndSharesFromTheFirstAttack() {
        RedTeamMetrics metrics = metrics(OptionalDouble.empty());
        assertThat(registry.scrape())
                .contains(
                        "bulwark_redteam_attempts_total{attack=\"apgd\",epsilon=\"4/255\",goal=\"evade\",outcome=\"fell\",} 0.0")
                .contains("goal=\"false-flag\",outcome=\"skipped\"")
                .contains("goal=\"evade\",outcome=\"overdue\",} 0.0")
                .doesNotContain("robust_accuracy");

        metrics.attempted(AttackGoal.EVADE, "a", ProbeOutcome.SKIPPED, Duration.ofMillis(10));
        assertThat(registry.scrape()).doesNotContain("robust_accuracy");

        metrics.attempted(AttackGoal.EVADE, "a", ProbeOutcome.FELL, Duration.ofMillis(2_000));
        metrics.attempted(AttackGoal.EVADE, "b", ProbeOutcome.HELD, Duration.ofMillis(1_990));
        assertThat(registry.scrape())
                .contains("bulwark_redteam_robust_accuracy{epsilon=\"4/255\",goal=\"evade\",} 0.5")
                .contains("bulwark_redteam_robust_accuracy_low{epsilon=\"4/255\",goal=\"evade\",} 0.09")
                .contains("bulwark_redteam_robust_accuracy_high{epsilon=\"4/255\",goal=\"evade\",} 0.90")
                .contains("bulwark_redteam_cpu_seconds_total 4.0")
                .contains("goal=\"evade\",outcome=\"skipped\",} 1.0")
                .doesNotContain("robust_accuracy{epsilon=\"4/255\",goal=\"false-flag\"")
                .doesNotContain("objective");
    }

    @Test
    void whatRanOutOfTimeWidensTheInterval() {
        RedTeamMetrics metrics = metrics(OptionalDouble.empty());
        metrics.attempted(AttackGoal.EVADE, "a", ProbeOutcome.OVERDUE, Duration.ofMillis(10));
        assertThat(registry.scrape()).contains("outcome=\"overdue\",} 1.0").doesNotContain("robust_accuracy");

        metrics.attempted(AttackGoal.EVADE, "b", ProbeOutcome.FELL, Duration.ofMillis(10));
        assertThat(registry.scrape())
                .contains("bulwark_redteam_robust_accuracy{epsilon=\"4/255\",goal=\"evade\",} 0.0")
                .contains("bulwark_redteam_robust_accuracy_low{epsilon=\"4/255\",goal=\"evade\",} 0.0")
                .contains("bulwark_redteam_robust_accuracy_high{epsilon=\"4/255\",goal=\"evade\",} 0.90");

        for (int file = 0; file < 10; file++) {
            metrics.attempted(AttackGoal.EVADE, "late-" + file, ProbeOutcome.OVERDUE, Duration.ofMillis(10));
        }
        assertThat(registry.scrape())
                .contains("bulwark_redteam_robust_accuracy_high{epsilon=\"4/255\",goal=\"evade\",} NaN");
    }

    @Test
    void anObjectiveIsExportedForEachGoal() {
        metrics(OptionalDouble.of(0.8));
        assertThat(registry.scrape())
                .contains("bulwark_redteam_robust_accuracy_objective{epsilon=\"4/255\",goal=\"evade\",} 0.8")
                .contains("bulwark_redteam_robust_accuracy_objective{epsilon=\"4/255\",goal=\"false-flag\",} 0.8");
    }

    @Test
    void metricsAndHealthAreAtTheWorkersAddresses() throws Exception {
        metrics(OptionalDouble.empty());
        Said health = new Said();
        try (RedTeamPage page = new RedTeamPage(0, registry, health)) {
            assertThat(get(page, "/q/metrics").body()).contains("bulwark_redteam_attempts_total");
            assertThat(get(page, "/q/health/live").statusCode()).isEqualTo(200);
            assertThat(get(page, "/q/health/started").statusCode()).isEqualTo(503);
            assertThat(get(page, "/q/health/ready").statusCode()).isEqualTo(503);
            assertThat(get(page, "/q/health/ready").body()).contains("The references are being read");
            health.begun = true;
            assertThat(get(page, "/q/health/started").statusCode()).isEqualTo(200);
            assertThat(get(page, "/q/health/ready").statusCode()).isEqualTo(200);
        }
    }

    private static final class Said implements RedTeamPage.Health {
        private volatile boolean begun;

        @Override
        public Optional<String> livenessFailure() {
            return Optional.empty();
        }

        @Override
        public Optional<String> unreadiness() {
            return begun ? Optional.empty() : Optional.of("The references are being read");
        }

        @Override
        public boolean hasStarted() {
            return begun;
        }
    }

    private RedTeamMetrics metrics(OptionalDouble objective) {
        return new RedTeamMetrics(registry, "4/255", 10, objective);
    }

    private static HttpResponse<String> get(RedTeamPage page, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + page.port() + path))
                                .build(),
                        BodyHandlers.ofString());
    }
}
