package io.bulwark.service.loop;

import io.bulwark.service.config.DeliberateWaits;
import io.bulwark.service.config.WorkerConfig;
import java.time.Duration;

/**
 * What the loop goes by.
 *
 * @param maxUploads in flight
 * @param ahead in flight at most, when the last poll brought all that it may
 * @param maxBytes in flight
 * @param maxAnswers in one transaction
 * @param most time that an answer waits for company
 * @param backlog so many uploads that wait at the broker are one
 * @param drain time to finish when told to stop
 * @param maxRecordBytes of a record written
 */
public record LoopSettings(
        int maxUploads,
        int ahead,
        long maxBytes,
        int maxAnswers,
        Duration most,
        int backlog,
        Duration drain,
        int maxRecordBytes) {

    /** Reads the settings. Uploads wait at the broker in earnest from a quarter of what may be in flight on. */
    public static LoopSettings of(WorkerConfig config) {
        return new LoopSettings(
                config.batch().maxInFlight(),
                config.batch().maxInFlight() + pollRecords(config),
                config.batch().maxInFlightBytes().asLongValue(),
                config.transaction().maxRecords(),
                DeliberateWaits.of(config).answers(),
                Math.max(1, config.batch().maxInFlight() / 4),
                config.drainTimeout(),
                (int) config.kafka().maxRecordBytes().asLongValue());
    }

    /** Records that one poll brings at most. By as many may a poll go beyond what is allowed in flight. */
    static int pollRecords(WorkerConfig config) {
        return Math.max(1, config.batch().maxInFlight() / 8);
    }
}
