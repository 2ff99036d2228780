package io.bulwark.stream.runtime;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while all tasks of this instance run. */
@Readiness
@Singleton
class StreamsReadiness implements HealthCheck {

    private final StreamsSupervisor supervisor;

    StreamsReadiness(StreamsSupervisor supervisor) {
        this.supervisor = supervisor;
    }

    @Override
    public HealthCheckResponse call() {
        StreamsStatus status = supervisor.status();
        return HealthCheckResponse.named("kafka-streams")
                .status(status.state() == StreamsState.RUNNING)
                .withData("state", status.state().name())
                .withData("message", status.message())
                .build();
    }
}
