package io.bulwark.schemas.trace;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** OpenTelemetry's SDK as the settings want it: none of it is loaded where no exporter is set. Any thread. */
public final class SpanExport implements AutoCloseable {

    /** The exporter that means no spans. */
    public static final String NONE = "none";

    /** The exporter that means a collector. */
    public static final String OTLP = "otlp";

    private final Optional<OpenTelemetrySdk> sdk;

    private SpanExport(Optional<OpenTelemetrySdk> sdk) {
        this.sdk = sdk;
    }

    /**
     * Opens it.
     *
     * @param service as collectors name the program
     * @param exporter {@value #NONE} or {@value #OTLP}: {@code bulwark.tracing.exporter}
     * @param endpoint the collector's address for OTLP over HTTP: {@code bulwark.tracing.endpoint}
     * @param ratio of the traces that begin here, in [0, 1]: {@code bulwark.tracing.ratio}
     * @throws io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException if one of OpenTelemetry's own settings is
     *     wrong
     */
    public static SpanExport open(String service, String exporter, String endpoint, double ratio) {
        return new SpanExport(
                exporter.equals(NONE) ? Optional.empty() : Optional.of(sdk(service, exporter, endpoint, ratio)));
    }

    private static OpenTelemetrySdk sdk(String service, String exporter, String endpoint, double ratio) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "otel.service.name",
                service,
                "otel.traces.exporter",
                exporter,
                "otel.metrics.exporter",
                NONE,
                "otel.logs.exporter",
                NONE,
                "otel.exporter.otlp.protocol",
                "http/protobuf",
                "otel.exporter.otlp.endpoint",
                endpoint,
                "otel.traces.sampler",
                "parentbased_traceidratio",
                "otel.traces.sampler.arg",
                Double.toString(ratio)));
        return AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> settings)
                .build()
                .getOpenTelemetrySdk();
    }

    /** What makes spans; empty where none are made. */
    public Optional<OpenTelemetry> spans() {
        return sdk.map(OpenTelemetry.class::cast);
    }

    /** Sends what is left, for some seconds at most. */
    @Override
    public void close() {
        sdk.ifPresent(OpenTelemetrySdk::close);
    }
}
