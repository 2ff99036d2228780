package io.bulwark.stream.trace;

import io.bulwark.schemas.trace.SpanExport;
import io.bulwark.stream.StreamConfig;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Makes the tracing of the settings, and sends what is left when all others have ended. */
@Singleton
class TracingBeans {

    private static final int LAST = 20_000;

    private final SpanExport export;

    TracingBeans(StreamConfig config) {
        StreamConfig.Tracing tracing = config.tracing();
        export = SpanExport.open("bulwark-moderation-stream", tracing.exporter(), tracing.endpoint(), tracing.ratio());
    }

    @Produces
    @Singleton
    Tracing tracing() {
        return export.spans().map(Tracing::of).orElse(Tracing.OFF);
    }

    void stop(@Observes @Priority(LAST) ShutdownEvent event) {
        export.close();
    }
}
