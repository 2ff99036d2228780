package io.bulwark.service.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/**
 * Requests over HTTP, by outcome. Any thread.
 *
 * @param meter its name
 * @param success the outcome of a request that is answered as asked
 */
public record RequestTimer(MeterRegistry registry, String meter, String description, String success) {

    public RequestTimer {
        Timer.builder(meter).description(description).tag("outcome", success).register(registry);
    }

    /** Of decisions. */
    public static RequestTimer ofScores(MeterRegistry registry) {
        return new RequestTimer(
                registry, "bulwark.score", "Requests for a decision, from their body to their answer", "scored");
    }

    /** Of pictures. */
    public static RequestTimer ofPreviews(MeterRegistry registry) {
        return new RequestTimer(
                registry,
                "bulwark.preview",
                "Pictures of uploads that were asked for, from the question to its answer",
                "shown");
    }

    /** A request was answered. */
    public void answered(String outcome, Duration took) {
        Timer.builder(meter)
                .description(description)
                .tag("outcome", outcome)
                .register(registry)
                .record(took);
    }
}
