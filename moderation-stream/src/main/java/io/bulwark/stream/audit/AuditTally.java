package io.bulwark.stream.audit;

import io.bulwark.events.AttackKind;
import io.bulwark.schemas.topic.ProbeAudits;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Audits of a tenant, counted by kind and time. Only the keys are read, so that counting costs about a microsecond an
 * audit. Immutable.
 *
 * @param complete from when on everything is counted; later than was asked for where there was too much
 * @param counts how many audits of a kind there are in a bucket
 * @param probes what the red team's audits are among, newest first
 */
public record AuditTally(Instant complete, Map<Bucket, Long> counts, List<Candidate> probes) {

    /** The kind of an audit by our own red team. */
    public static final String PROBE = "ROBUSTNESS_PROBE";

    private static final Set<String> MAY_BE_PROBES = Set.of(PROBE, AttackKind.OTHER.name());

    /** Audits of one partition, of whatever tenant, that are looked at. */
    static final int MOST_LOOKED_AT = 100_000;

    /** Audits of one partition that may be the red team's and are read. */
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
     * An audit that names the red team as its uploader: it is of its kind, or of one that the release lacks in which
     * audits are written.
     *
     * @param key of the store of the audits of uploaders
     * @param bucket in which it counts
     */
    public record Candidate(String key, Bucket bucket) {}

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
        String redTeam = StoreKey.prefix(tenant, ProbeAudits.UPLOADER);
        var counts = new HashMap<Bucket, Long>();
        var probes = new ArrayList<Candidate>();
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
                long place = Duration.between(since, audit.at()).dividedBy(width);
                var bucket = new Bucket(since.plus(width.multipliedBy(place)), kind);
                counts.merge(bucket, 1L, Long::sum);
                if (MAY_BE_PROBES.contains(kind) && audit.key().startsWith(redTeam) && probes.size() < MOST_PROBES) {
                    probes.add(new Candidate(audit.key(), bucket));
                }
            }
            return true;
        });
        return new AuditTally(complete[0], counts, probes);
    }

    /** The same with those audits counted as the red team's that turned out to be. */
    AuditTally with(Collection<Bucket> found) {
        var corrected = new HashMap<>(counts);
        for (Bucket bucket : found) {
            corrected.computeIfPresent(bucket, (any, audits) -> audits == 1 ? null : audits - 1);
            corrected.merge(new Bucket(bucket.from(), PROBE), 1L, Long::sum);
        }
        return new AuditTally(complete, corrected, probes);
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
