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

/** The worker of this process: begins when Quarkus has started, and has drained before it goes. */
@ApplicationScoped
class WorkerPod {

    private final Worker worker;

    @Inject
    WorkerPod(WorkerConfig config, MeterRegistry registry) {
        ConfigCheck.check(config);
        BrokerClients clients = new BrokerClients(config);
        this.worker = new Worker(config, clients, clients.workerId(), new WorkerMetrics(registry));
    }

    void onStart(@Observes StartupEvent started) {
        worker.start();
    }

    void onStop(@Observes ShutdownEvent stopping) {
        worker.stop();
    }

    Worker worker() {
        return worker;
    }
}
