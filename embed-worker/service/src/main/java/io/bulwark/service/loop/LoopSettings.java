package io.bulwark.service.loop;

import io.bulwark.service.config.WorkerConfig;
import java.time.Duration;

/**
 * What the loop goes by.
 *
 * @param maxUploads in flight
 * @param maxBytes in flight
 * @param pacing when answers are committed
 * @param drain time to finish when told to stop
 * @param maxRecordBytes of a record written
 */
public record LoopSettings(int maxUploads, long maxBytes, CommitPacing pacing, Duration drain, int maxRecordBytes) {

    /**
     * Reads the settings.
     *
     * @param atOnce views that all encoders together take at once: twice as many unanswered uploads mean load
     */
    public static LoopSettings of(WorkerConfig config, int atOnce) {
        return new LoopSettings(
                config.batch().maxInFlight(),
                config.batch().maxInFlightBytes().asLongValue(),
                new CommitPacing(
                        config.transaction().maxRecords(), config.transaction().linger(), 2 * atOnce + 2),
                config.drainTimeout(),
                (int) config.kafka().maxRecordBytes().asLongValue());
    }
}
