package io.bulwark.service.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How long uploads wait on purpose, for company that makes them cheaper. Together the waits are no longer than {@code
 * bulwark.latency.target}, where the settings that one had for each of them before do not say otherwise.
 *
 * @param views for a fuller batch
 * @param answers for a common transaction
 * @param old names of settings that were set and that {@code bulwark.latency.target} has replaced
 */
public record LatencySettings(Duration views, Duration answers, List<String> old) {

    /** Batches come so much more often than transactions. */
    private static final int BATCHES_PER_WAIT = 40;

    /** Divides the target. */
    public static LatencySettings of(WorkerConfig config) {
        Duration target = config.latency().target();
        Duration views = config.batch().linger().orElse(target.dividedBy(BATCHES_PER_WAIT));
        Duration left = target.compareTo(views) > 0 ? target.minus(views) : Duration.ZERO;
        List<String> old = new ArrayList<>();
        config.batch().linger().ifPresent(set -> old.add("bulwark.batch.linger"));
        config.transaction().linger().ifPresent(set -> old.add("bulwark.transaction.linger"));
        return new LatencySettings(views, config.transaction().linger().orElse(left), List.copyOf(old));
    }
}
