package io.bulwark.service;

import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.service.config.ConfigCheck;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.loop.KafkaClients.BrokerClients;
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
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

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

    /**
     * What probes are told, under /q/health. Live: no thread is stuck and the worker has not failed. Ready: uploads are
     * answered. Started: the encoder is warm, or the preview's decoders are there; a missing bank is a matter of
     * readiness and no reason to restart a worker.
     */
    static final class HealthChecks {

        private static final String NAME = "worker";

        private HealthChecks() {}

        private static HealthCheckResponse response(ServerMode mode, Optional<String> complaint) {
            var builder =
                    HealthCheckResponse.named(NAME).status(complaint.isEmpty()).withData("state", mode.phase());
            complaint.ifPresent(message -> builder.withData("message", message));
            return builder.build();
        }

        @Liveness
        @ApplicationScoped
        static class Live implements HealthCheck {

            @Inject
            WorkerPod pod;

            @Override
            public HealthCheckResponse call() {
                return response(pod.mode(), pod.mode().livenessFailure());
            }
        }

        @Readiness
        @ApplicationScoped
        static class Ready implements HealthCheck {

            @Inject
            WorkerPod pod;

            @Override
            public HealthCheckResponse call() {
                return response(pod.mode(), pod.mode().unreadiness());
            }
        }

        @Startup
        @ApplicationScoped
        static class Started implements HealthCheck {

            @Inject
            WorkerPod pod;

            @Override
            public HealthCheckResponse call() {
                ServerMode mode = pod.mode();
                return response(mode, mode.hasStarted() ? Optional.empty() : mode.unreadiness());
            }
        }
    }

    /** What this process is there for, as its probes see it. {@link #start} and {@link #stop} are called once each. */
    interface ServerMode {

        /** Begins; returns at once. */
        void start();

        /** Ends what was begun, in bounded time. */
        void stop();

        /** Where it is in its life, for people. */
        String phase();

        /** Why it is not alive and should be replaced; empty while it is. */
        Optional<String> livenessFailure();

        /** Why it does not do its work yet; empty while it does. */
        Optional<String> unreadiness();

        /** Whether it has come so far that liveness counts. */
        boolean hasStarted();
    }
}
