package io.bulwark.service;

import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.loop.BrokerClients;
import io.bulwark.service.telemetry.AlertBudget;
import io.bulwark.service.telemetry.ScoreMetrics;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;

/** The worker, the preview or the score server of this process: begins when Quarkus has started, and has drained before it goes. */
@ApplicationScoped
class WorkerPod {

    private final Duty duty;

    @Inject
    WorkerPod(WorkerConfig config, MeterRegistry registry) {
        // Before any decoder runs: it has this process's user.
        IsolationSupport.hideThisProcess().ifPresent(WorkerLog::notHidden);
        ConfigCheck.check(config);
        BrokerClients clients = new BrokerClients(config);
        this.duty = duty(config, clients, registry);
    }

    private static Duty duty(WorkerConfig config, BrokerClients clients, MeterRegistry registry) {
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
                        new ScoreMetrics(registry))
                : new Worker(config, clients, clients.workerId(), metrics);
    }

    void onStart(@Observes StartupEvent started) {
        duty.start();
    }

    void onStop(@Observes ShutdownEvent stopping) {
        duty.stop();
    }

    Duty duty() {
        return duty;
    }

    /** Decisions over HTTP; empty where this process gives none. */
    Optional<ScoreServer> score() {
        return duty instanceof ScoreServer server ? Optional.of(server) : Optional.empty();
    }

    /** The preview; empty where this process is none. */
    Optional<PreviewServer> preview() {
        return duty instanceof PreviewServer server ? Optional.of(server) : Optional.empty();
    }
}
