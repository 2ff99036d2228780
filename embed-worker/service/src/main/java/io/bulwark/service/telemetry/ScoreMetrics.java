package io.bulwark.service.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** Requests for a decision. Any thread. */
public final class ScoreMetrics {

    /** The outcome where every image has its result. */
    public static final String SCORED = "scored";

    private final MeterRegistry registry;

    public ScoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        timer(SCORED);
    }

    /** A request was answered. */
    public void answered(String outcome, Duration took) {
        timer(outcome).record(took);
    }

    private Timer timer(String outcome) {
        return Timer.builder("bulwark.score")
                .description("Requests for a decision, from their body to their answer")
                .tag("outcome", outcome)
                .register(registry);
    }
}
