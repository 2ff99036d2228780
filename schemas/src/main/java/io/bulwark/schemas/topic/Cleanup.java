package io.bulwark.schemas.topic;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic forgets.
 *
 * @param keptWhole for how long every record of a key is kept before only the last one is; empty where the topic is not
 *     compacted. The broker compacts what is a day older, so that what a tombstone erases is gone; but only whole
 *     segments, and never the one that it still writes.
 * @param retention the age at which records go; empty where they never go by age
 * @param tombstones for how long a tombstone is kept once its key is compacted; empty for the broker's default of a day
 * @param segments the time that a segment spans at most; empty for the broker's default, a week, or where that is less
 *     the time until the broker compacts. The next record ends it: a partition without one keeps it.
 */
public record Cleanup(
        Optional<Duration> keptWhole,
        Optional<Duration> retention,
        Optional<Duration> tombstones,
        Optional<Duration> segments) {

    private static final Duration COMPACTED_WITHIN = Duration.ofDays(1);

    /**
     * @throws IllegalArgumentException where nothing would ever be forgotten, or the retention is not positive
     */
    public Cleanup {
        if (keptWhole.isEmpty() && retention.isEmpty()) {
            throw new IllegalArgumentException("A topic that is not compacted needs a retention.");
        }
        if (retention.filter(age -> age.isNegative() || age.isZero()).isPresent()) {
            throw new IllegalArgumentException("The retention must be positive, but is " + retention.get() + ".");
        }
    }

    static Cleanup delete(Duration retention) {
        return new Cleanup(Optional.empty(), Optional.of(retention), Optional.empty(), Optional.empty());
    }

    static Cleanup compact(Duration keptWhole) {
        return new Cleanup(Optional.of(keptWhole), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Cleanup compactAndDelete(Duration keptWhole, Duration retention) {
        return new Cleanup(Optional.of(keptWhole), Optional.of(retention), Optional.empty(), Optional.empty());
    }

    /** The same, except that who was away that long still learns what is gone. */
    Cleanup keepingTombstones(Duration kept) {
        return new Cleanup(keptWhole, retention, Optional.of(kept), segments);
    }

    /** The same, in segments that span no longer, so that compaction waits no longer for the end of one. */
    Cleanup inSegmentsOf(Duration span) {
        return new Cleanup(keptWhole, retention, tombstones, Optional.of(span));
    }

    /** Whether only the last record of each key is kept. */
    public boolean compacted() {
        return keptWhole.isPresent();
    }

    /** The broker's words for it. */
    public String policy() {
        if (!compacted()) {
            return TopicConfig.CLEANUP_POLICY_DELETE;
        }
        return retention.isEmpty()
                ? TopicConfig.CLEANUP_POLICY_COMPACT
                : TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE;
    }

    Map<String, String> config() {
        var config = new TreeMap<String, String>();
        config.put(TopicConfig.CLEANUP_POLICY_CONFIG, policy());
        config.put(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.map(Duration::toMillis).orElse(-1L)));
        keptWhole.ifPresent(lag -> {
            config.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(lag.toMillis()));
            config.put(
                    TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                    Long.toString(lag.plus(COMPACTED_WITHIN).toMillis()));
        });
        tombstones.ifPresent(
                kept -> config.put(TopicConfig.DELETE_RETENTION_MS_CONFIG, Long.toString(kept.toMillis())));
        segments.ifPresent(span -> config.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(span.toMillis())));
        return config;
    }
}
