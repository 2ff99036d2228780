package io.bulwark.stream.audit;

import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Audits of a tenant, counted by kind and time. Only the keys are read, so that counting costs about a microsecond an
 * audit. Immutable.
 *
 * @param complete from when on everything is counted; later than was asked for where there was too much
 * @param counts how many audits of a kind there are in a bucket
 * @param probes the keys of the red team's audits, newest first
 */
public record AuditTally(Instant complete, Map<Bucket, Long> counts, List<String> probes) {

    /** The kind of an audit by our own red team. */
    public static final String PROBE = "ROBUSTNESS_PROBE";

    /** Audits of one partition, of whatever tenant, that are looked at. */
    static final int MOST_LOOKED_AT = 100_000;

    /** The red team's audits of one partition that are read. */
    static final int MOST_PROBES = 5_000;

    public AuditTally {
        counts = Map.copyOf(counts);
        probes = List.copyOf(probes);
    }

    /**
     * A kind in a stretch of time.
     *
     * @param from when it begins
     */
    public record Bucket(Instant from, String kind) {}

    /**
     * Counts the newest audits of one partition.
     *
     * @param ages the {@link AgeIndex} of the audits of uploaders
     * @param since when the first bucket begins
     * @param width of a bucket
     */
    public static AuditTally of(
            ReadOnlyKeyValueStore<String, byte[]> ages, String tenant, Instant since, Duration width) {
        return of(ages, tenant, since, width, MOST_LOOKED_AT);
    }

    static AuditTally of(
            ReadOnlyKeyValueStore<String, byte[]> ages, String tenant, Instant since, Duration width, int most) {
        String prefix = StoreKey.prefix(tenant);
        var counts = new HashMap<Bucket, Long>();
        var probes = new ArrayList<String>();
        Instant[] complete = {since};
        int[] lookedAt = {0};
        AgeIndex.newestFirst(ages, since, audit -> {
            if (lookedAt[0] == most) {
                complete[0] = audit.at().plusMillis(1);
                return false;
            }
            lookedAt[0]++;
            if (audit.key().startsWith(prefix)) {
                String kind = StoreKey.auditKind(audit.key());
                long bucket = Duration.between(since, audit.at()).dividedBy(width);
                counts.merge(new Bucket(since.plus(width.multipliedBy(bucket)), kind), 1L, Long::sum);
                if (kind.equals(PROBE) && probes.size() < MOST_PROBES) {
                    probes.add(audit.key());
                }
            }
            return true;
        });
        return new AuditTally(complete[0], counts, probes);
    }

    /**
     * The counts of all partitions: complete from when on the last of them is.
     *
     * @param since where there is no partition
     */
    public static AuditTally together(Instant since, List<AuditTally> parts) {
        var counts = new HashMap<Bucket, Long>();
        parts.forEach(part -> part.counts().forEach((bucket, audits) -> counts.merge(bucket, audits, Long::sum)));
        return new AuditTally(
                parts.stream()
                        .map(AuditTally::complete)
                        .max(Comparator.naturalOrder())
                        .orElse(since),
                counts,
                parts.stream().flatMap(part -> part.probes().stream()).toList());
    }
}
