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
 * answered. Started: the encoder is warm, or the preview's decoders are there; a missing bank is a matter of readiness
 * and no reason to restart a worker.
 */
final class HealthChecks {

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
