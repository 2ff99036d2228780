package io.bulwark.service.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Pictures that were asked for. Any thread. */
public final class PreviewMetrics {

    /** The outcome where a picture was given. */
    public static final String SHOWN = "shown";

    private final MeterRegistry registry;
    private final IsolationGauge isolation;

    public PreviewMetrics(MeterRegistry registry) {
        this.registry = registry;
        timer(SHOWN);
        this.isolation = new IsolationGauge(registry);
    }

    /** Whether decoder processes are confined by all that they should be. */
    public void decodersIsolated(boolean complete) {
        isolation.set(complete);
    }

    /** A question was answered. */
    public void answered(String outcome, Duration took) {
        timer(outcome).record(took);
    }

    private Timer timer(String outcome) {
        return Timer.builder("bulwark.preview")
                .description("Pictures of uploads that were asked for, from the question to its answer")
                .tag("outcome", outcome)
                .register(registry);
    }
}
