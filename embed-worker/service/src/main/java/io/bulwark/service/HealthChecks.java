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
 * answered. Started: the encoder is warm, or the preview's decoders are there; a missing bank is a matter of readiness, for which nobody should restart a
 * worker.
 */
final class HealthChecks {

    private static final String NAME = "worker";

    private HealthChecks() {}

    private static HealthCheckResponse response(Duty duty, Optional<String> complaint) {
        var builder =
                HealthCheckResponse.named(NAME).status(complaint.isEmpty()).withData("state", duty.phase());
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
            return response(pod.duty(), pod.duty().ailment());
        }
    }

    @Readiness
    @ApplicationScoped
    static class Ready implements HealthCheck {

        @Inject
        WorkerPod pod;

        @Override
        public HealthCheckResponse call() {
            return response(pod.duty(), pod.duty().unreadiness());
        }
    }

    @Startup
    @ApplicationScoped
    static class Started implements HealthCheck {

        @Inject
        WorkerPod pod;

        @Override
        public HealthCheckResponse call() {
            Duty duty = pod.duty();
            return response(duty, duty.hasStarted() ? Optional.empty() : duty.unreadiness());
        }
    }
}
