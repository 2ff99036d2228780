package io.bulwark.service;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What probes are told, under /q/health. Live: no thread is stuck and the worker has not failed. Ready: uploads are
 * answered. Started: the encoder is warm; a missing bank is a matter of readiness, for which nobody should restart a
 * worker.
 */
final class HealthChecks {

    private static final String NAME = "worker";

    private HealthChecks() {}

    private static HealthCheckResponse response(Worker worker, Optional<String> complaint) {
        var builder = HealthCheckResponse.named(NAME)
                .status(complaint.isEmpty())
                .withData("state", worker.state().name());
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
            return response(pod.worker(), pod.worker().ailment());
        }
    }

    @Readiness
    @ApplicationScoped
    static class Ready implements HealthCheck {

        @Inject
        WorkerPod pod;

        @Override
        public HealthCheckResponse call() {
            return response(pod.worker(), pod.worker().unreadiness());
        }
    }

    @Startup
    @ApplicationScoped
    static class Started implements HealthCheck {

        @Inject
        WorkerPod pod;

        @Override
        public HealthCheckResponse call() {
            Worker worker = pod.worker();
            return response(
                    worker,
                    worker.hasStarted() ? Optional.empty() : Optional.of("The encoder is being opened and measured"));
        }
    }
}
