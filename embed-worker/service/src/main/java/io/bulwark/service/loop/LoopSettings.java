package io.bulwark.service.loop;

import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.config.LatencySettings;
import io.bulwark.service.config.WorkerConfig;
import java.time.Duration;
import java.util.Locale;

/**
 * What a loop goes by.
 *
 * @param lane which uploads it answers
 * @param topic that it reads them from, as the broker calls it
 * @param maxUploads in flight
 * @param ahead in flight at most, when the last poll brought all that it may
 * @param maxBytes in flight
 * @param maxAnswers in one transaction
 * @param most time that an answer waits for company
 * @param backlog number of uploads waiting at the broker that counts as one
 * @param drain time to finish when told to stop
 * @param maxRecordBytes of a record written
 */
public record LoopSettings(
        Lane lane,
        String topic,
        int maxUploads,
        int ahead,
        long maxBytes,
        int maxAnswers,
        Duration most,
        int backlog,
        Duration drain,
        int maxRecordBytes) {

    /** Deferred uploads in flight for each thread that fetches: commits are in order, and some wait for slower ones. */
    private static final int DEFERRED_FOR_EACH_THREAD = 4;

    /** Events without pictures are small; deferred uploads get one part in this number of the memory. */
    private static final int PARTS_OF_BYTES = 4;

    /** Reads the settings. Uploads wait at the broker in earnest from a quarter of what may be in flight on. */
    public static LoopSettings of(WorkerConfig config, Lane lane) {
        int maxUploads = maxUploads(config, lane);
        long maxBytes = config.batch().maxInFlightBytes().asLongValue();
        return new LoopSettings(
                lane,
                TopicNames.of(config.topics().prefix()).of(lane.topic()),
                maxUploads,
                maxUploads + pollRecords(config, lane),
                lane == Lane.UPLOADS ? maxBytes : maxBytes / PARTS_OF_BYTES,
                config.transaction().maxRecords(),
                LatencySettings.of(config).answers(),
                Math.max(1, maxUploads / 4),
                config.drainTimeout(),
                (int) config.kafka().maxRecordBytes().asLongValue());
    }

    /** Records that one poll brings at most. By as many may a poll go beyond what is allowed in flight. */
    static int pollRecords(WorkerConfig config, Lane lane) {
        return Math.max(1, maxUploads(config, lane) / 8);
    }

    private static int maxUploads(WorkerConfig config, Lane lane) {
        return lane == Lane.UPLOADS
                ? config.batch().maxInFlight()
                : DEFERRED_FOR_EACH_THREAD * config.fetch().deferredThreads();
    }

    /** The ways on which uploads come to a worker, each with its own loop. */
    public enum Lane {
        /** As producers send them. Who cannot be answered promptly is handed to the other. */
        UPLOADS(Topics.IMAGES_UPLOADED),

        /** Those whose locations were not fetched promptly. */
        DEFERRED(Topics.IMAGES_DEFERRED);

        private final Topics topic;
        private final String label = name().toLowerCase(Locale.ROOT);

        Lane(Topics topic) {
            this.topic = topic;
        }

        /** What is read. */
        public Topics topic() {
            return topic;
        }

        /** The name outside, such as {@code deferred}. */
        public String label() {
            return label;
        }

        /** The group that shares the topic among workers of that group. */
        String group(String workers) {
            return this == UPLOADS ? workers : AccessNames.deferredGroup(workers);
        }

        /** A name that is this lane's alone in its worker. */
        String named(String name) {
            return this == UPLOADS ? name : name + "-" + label;
        }
    }
}
