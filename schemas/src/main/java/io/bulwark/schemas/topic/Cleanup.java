package io.bulwark.schemas.topic;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How a topic forgets.
 *
 * @param compacted whether only the last record of each key is kept
 * @param retention the age at which records go; empty where they never go by age
 */
public record Cleanup(boolean compacted, Optional<Duration> retention) {

    /**
     * @throws IllegalArgumentException where nothing would ever be forgotten, or the retention is not positive
     */
    public Cleanup {
        if (!compacted && retention.isEmpty()) {
            throw new IllegalArgumentException("A topic that is not compacted needs a retention.");
        }
        if (retention.filter(age -> age.isNegative() || age.isZero()).isPresent()) {
            throw new IllegalArgumentException("The retention must be positive, but is " + retention.get() + ".");
        }
    }

    static Cleanup delete(Duration retention) {
        return new Cleanup(false, Optional.of(retention));
    }

    static Cleanup compact() {
        return new Cleanup(true, Optional.empty());
    }

    static Cleanup compactAndDelete(Duration retention) {
        return new Cleanup(true, Optional.of(retention));
    }

    /** The broker's words for it. */
    public String policy() {
        if (!compacted) {
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
        return config;
    }
}
