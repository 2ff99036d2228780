package io.bulwark.service.testing;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Tracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Clock;
import java.util.List;

/** OpenTelemetry's SDK with an exporter that keeps what it is given. Any thread. */
public final class RecordedSpans {

    private final InMemorySpanExporter exported = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exported))
                    .build())
            .build();

    /** What makes them. */
    public Tracing tracing(Clock wallClock, NanoClock clock) {
        return Tracing.of(sdk, wallClock, clock);
    }

    /** The spans that have ended, in that order. */
    public List<SpanData> ended() {
        return exported.getFinishedSpanItems();
    }

    /** The first of that name that has ended. */
    public SpanData named(String name) {
        return ended().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
