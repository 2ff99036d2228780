package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import io.bulwark.stream.state.AgeIndex;
import io.bulwark.stream.state.StoreKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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

    /**
     * How many images fell to our own red team, by its goal and budget. The worst of several attacks on an image
     * counts. An attack that ran out of time is no result; images without any other attack are counted apart. One
     * thread calls.
     */
    public static final class ProbeTally {

        private static final Set<String> KEPT_EVIDENCE = Set.of("goal", "epsilon", "attack");

        private final Map<Threat, Map<String, Result>> images = new HashMap<>();
        private final List<AuditTally.Bucket> found = new ArrayList<>();

        /**
         * The attack that the red team tries.
         *
         * @param goal what the attack is to reach, such as {@code evasion}
         * @param epsilon the budget, as the red team writes it, such as {@code 8/255}
         */
        public record Threat(String goal, String epsilon) {}

        /**
         * The result of a threat.
         *
         * @param images whose attack ended
         * @param fell of these
         * @param overdue further images, whose attacks all ran out of time
         */
        public record Outcome(long images, long fell, long overdue) {}

        /** The result for an image; of several attacks the last of these counts. */
        private enum Result {
            OVERDUE,
            HELD,
            FELL
        }

        /**
         * The red team attacked a copy of an upload, so its audit says nothing of the image or its uploader. It is kept
         * for the robust accuracy alone: with a digest in place of the image's id, so that there is nothing to erase,
         * and with no other evidence than the attack tried.
         *
         * @param takenIn when the broker took it in; a later time of detection is set back to it
         */
        public static AttackAudit kept(AttackAudit audit, Instant takenIn) {
            Map<String, String> evidence = new HashMap<>(audit.getEvidence());
            evidence.keySet().retainAll(KEPT_EVIDENCE);
            Instant claimed = audit.getDetectedAt();
            return AttackAudit.newBuilder(audit)
                    .setImageId(UUID.nameUUIDFromBytes(StoreKey.image(audit.getTenant(), audit.getImageId())
                                    .getBytes(StandardCharsets.UTF_8))
                            .toString())
                    .setUploaderId(ProbeAudits.UPLOADER)
                    .setEvidence(evidence)
                    .setRobustNeighbours(List.of())
                    .setCleanNeighbours(List.of())
                    .setPerceptualKey(List.of())
                    .setUpload(null)
                    .setContentSha256(null)
                    .setDetectedAt(claimed.isAfter(takenIn) ? takenIn : claimed)
                    .build();
        }

        /**
         * Counts an audit; one that is no probe is ignored.
         *
         * @param bucket in which it was counted
         */
        public void add(AttackAudit audit, AuditTally.Bucket bucket) {
            for (Signal signal : audit.getSignals()) {
                if (signal.getName().equals(ProbeAudits.SIGNAL)) {
                    var threat = new Threat(
                            audit.getEvidence().getOrDefault("goal", ""),
                            audit.getEvidence().getOrDefault("epsilon", ""));
                    found.add(bucket);
                    images.computeIfAbsent(threat, any -> new HashMap<>())
                            .merge(
                                    audit.getImageId(),
                                    result(signal.getScore()),
                                    (one, other) -> one.compareTo(other) > 0 ? one : other);
                }
            }
        }

        /** The same counts, with probes as such. */
        public AuditTally corrected(AuditTally tally) {
            return tally.with(found);
        }

        private static Result result(double score) {
            if (score == ProbeAudits.NOT_KNOWN) {
                return Result.OVERDUE;
            }
            return score > ProbeAudits.NOT_KNOWN ? Result.FELL : Result.HELD;
        }

        /** By threat; without threats of which no attack ended. */
        public Map<Threat, Outcome> outcomes() {
            var outcomes = new HashMap<Threat, Outcome>();
            images.forEach((threat, results) -> {
                long overdue = count(results, Result.OVERDUE);
                if (overdue < results.size()) {
                    outcomes.put(threat, new Outcome(results.size() - overdue, count(results, Result.FELL), overdue));
                }
            });
            return outcomes;
        }

        private static long count(Map<String, Result> images, Result wanted) {
            return images.values().stream().filter(wanted::equals).count();
        }
    }
}
