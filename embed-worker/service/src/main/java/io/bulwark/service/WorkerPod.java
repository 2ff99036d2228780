package io.bulwark.service;

import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.loop.BrokerClients;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Optional;

/** The worker or the preview of this process: begins when Quarkus has started, and has drained before it goes. */
@ApplicationScoped
class WorkerPod {

    private final Duty duty;

    @Inject
    WorkerPod(WorkerConfig config, MeterRegistry registry) {
        ConfigCheck.check(config);
        BrokerClients clients = new BrokerClients(config);
        this.duty = config.preview().enabled()
                ? new PreviewServer(config, clients.schemaClients(), clients::recordsConsumer, registry)
                : new Worker(config, clients, clients.workerId(), new WorkerMetrics(registry));
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

    /** The preview; empty where this process is a worker. */
    Optional<PreviewServer> preview() {
        return duty instanceof PreviewServer server ? Optional.of(server) : Optional.empty();
    }
}
