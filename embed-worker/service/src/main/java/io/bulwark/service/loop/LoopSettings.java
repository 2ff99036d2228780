package io.bulwark.service.loop;

import io.bulwark.service.config.WorkerConfig;
import java.time.Duration;

/**
 * What the loop goes by.
 *
 * @param maxUploads in flight
 * @param ahead in flight at most, when the last poll brought all that it may
 * @param maxBytes in flight
 * @param pacing when answers are committed
 * @param drain time to finish when told to stop
 * @param maxRecordBytes of a record written
 */
public record LoopSettings(
        int maxUploads, int ahead, long maxBytes, CommitPacing pacing, Duration drain, int maxRecordBytes) {

    /**
     * Reads the settings.
     *
     * @param atOnce views that all encoders together take at once. Unanswered uploads mean a backlog, in which answers
     *     are worth collecting, only from twice as many on and from a quarter of what may be in flight: at half load
     *     a lower mark had each answer wait for a linger that nothing was gained by.
     */
    public static LoopSettings of(WorkerConfig config, int atOnce) {
        int busyAt = Math.max(2 * atOnce + 2, config.batch().maxInFlight() / 4);
        return new LoopSettings(
                config.batch().maxInFlight(),
                config.batch().maxInFlight() + pollRecords(config),
                config.batch().maxInFlightBytes().asLongValue(),
                new CommitPacing(
                        config.transaction().maxRecords(), config.transaction().linger(), busyAt),
                config.drainTimeout(),
                (int) config.kafka().maxRecordBytes().asLongValue());
    }

    /** Records that one poll brings at most. By as many may a poll go beyond what is allowed in flight. */
    static int pollRecords(WorkerConfig config) {
        return Math.max(1, config.batch().maxInFlight() / 8);
    }
}
