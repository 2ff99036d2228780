package io.bulwark.stream.runtime;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Live while there is a supervisor to start Kafka Streams again: a restart of the process mends nothing more. */
@Liveness
@Singleton
class StreamsLiveness implements HealthCheck {

    private final StreamsSupervisor supervisor;

    StreamsLiveness(StreamsSupervisor supervisor) {
        this.supervisor = supervisor;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("streams-supervisor")
                .status(supervisor.isAlive())
                .build();
    }
}
