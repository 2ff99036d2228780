package io.bulwark.service;

import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Tracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** OpenTelemetry's SDK as the settings want it: none of it is loaded where no exporter is set. Any thread. */
final class SpanExport implements AutoCloseable {

    /** The setting that means no spans. */
    private static final String NONE = "none";

    private final Optional<OpenTelemetrySdk> sdk;

    private SpanExport(Optional<OpenTelemetrySdk> sdk) {
        this.sdk = sdk;
    }

    /**
     * Opens it.
     *
     * @throws io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException if one of OpenTelemetry's own settings is
     *     wrong
     */
    static SpanExport open(WorkerConfig.Tracing config) {
        return new SpanExport(config.exporter().equals(NONE) ? Optional.empty() : Optional.of(sdk(config)));
    }

    private static OpenTelemetrySdk sdk(WorkerConfig.Tracing config) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "otel.service.name",
                "bulwark-worker",
                "otel.traces.exporter",
                config.exporter(),
                "otel.metrics.exporter",
                NONE,
                "otel.logs.exporter",
                NONE,
                "otel.exporter.otlp.protocol",
                "http/protobuf",
                "otel.exporter.otlp.endpoint",
                config.endpoint(),
                "otel.traces.sampler",
                "parentbased_traceidratio",
                "otel.traces.sampler.arg",
                Double.toString(config.ratio())));
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> settings)
                .build()
                .getOpenTelemetrySdk();
    }

    Tracing tracing(Clock wallClock, NanoClock clock) {
        return sdk.map(spans -> Tracing.of(spans, wallClock, clock)).orElse(Tracing.OFF);
    }

    /** Sends what is left, for some seconds at most. */
    @Override
    public void close() {
        sdk.ifPresent(OpenTelemetrySdk::close);
    }
}
