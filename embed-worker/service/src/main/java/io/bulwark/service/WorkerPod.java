package io.bulwark.service;

import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.service.HealthChecks.ServerMode;
import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.loop.BrokerClients;
import io.bulwark.service.telemetry.AlertBudget;
import io.bulwark.service.telemetry.RequestTimer;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * The worker, the preview or the score server of this process: begins when Quarkus has started, and has drained before
 * it goes.
 */
@ApplicationScoped
class WorkerPod {

    private final ServerMode mode;

    @Inject
    WorkerPod(WorkerConfig config, MeterRegistry registry) {
        // Before any decoder runs: it has this process's user.
        IsolationSupport.hideThisProcess().ifPresent(WorkerLog::notHidden);
        ConfigCheck.check(config);
        BrokerClients clients = new BrokerClients(config);
        this.mode = mode(config, clients, registry);
    }

    private static ServerMode mode(WorkerConfig config, BrokerClients clients, MeterRegistry registry) {
        if (config.preview().enabled()) {
            return new PreviewServer(config, clients.schemaClients(), clients::recordsConsumer, registry);
        }
        WorkerMetrics metrics =
                new WorkerMetrics(registry, new AlertBudget(config.audit().alertsPerHour(), NanoClock.SYSTEM));
        return config.score().enabled()
                ? new ScoreServer(
                        config,
                        clients,
                        clients::plainProducer,
                        clients.workerId(),
                        metrics,
                        RequestTimer.ofScores(registry))
                : new Worker(config, clients, clients.workerId(), metrics);
    }

    void onStart(@Observes StartupEvent started) {
        mode.start();
    }

    void onStop(@Observes ShutdownEvent stopping) {
        mode.stop();
    }

    ServerMode mode() {
        return mode;
    }

    /** Decisions over HTTP; empty where this process gives none. */
    Optional<ScoreServer> score() {
        return mode instanceof ScoreServer server ? Optional.of(server) : Optional.empty();
    }

    /** The preview; empty where this process is none. */
    Optional<PreviewServer> preview() {
        return mode instanceof PreviewServer server ? Optional.of(server) : Optional.empty();
    }
}
