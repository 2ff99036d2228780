package io.bulwark.schemas.auditlog;

import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Checks the rows of audit logs in the order in which they lie. Several tenants' rows may be mixed. It holds one bit a
 * row, so that logs of any length can be read through.
 *
 * <pre>{@code
 * var verifier = new AuditVerifier(anchors);
 * rows.forEach(verifier::take);
 * List<AuditFault> faults = verifier.faults(); // empty: every row is as it was written
 * }</pre>
 *
 * <p>Where checkpoints are given, a log may begin right after one of them, or be empty; its rows up to there were
 * dropped by the retention.
 *
 * <p>Not thread-safe.
 */
public final class AuditVerifier {

    /** Faults that are told of a tenant. */
    static final int TOLD = 1000;

    private final Map<String, Log> logs = new TreeMap<>();
    private long rows;

    /**
     * @param anchors what is known from elsewhere
     */
    public AuditVerifier(Collection<Anchor> anchors) {
        this(anchors, List.of());
    }

    /**
     * @param anchors what is known from elsewhere
     * @param checkpoints up to where rows may be missing; the caller has verified their signatures
     */
    public AuditVerifier(Collection<Anchor> anchors, Collection<Checkpoint> checkpoints) {
        anchors.forEach(anchor -> log(anchor.tenant()).expect(anchor));
        checkpoints.forEach(checkpoint -> log(checkpoint.tenant()).mayBeginAfter(checkpoint.end()));
    }

    /** The next row. */
    public void take(AuditRow row) {
        rows++;
        log(row.tenant()).take(row);
    }

    /** How many rows were taken. */
    public long rows() {
        return rows;
    }

    /** The end of each tenant's log as it was read, to be kept as anchors. */
    public List<Anchor> ends() {
        return logs.values().stream().flatMap(log -> log.end().stream()).toList();
    }

    /**
     * The rows behind each tenant's newest anchor: the owner of the database could cut them off or write others, and
     * this check would not notice. To be asked once all rows were taken.
     */
    public List<Tail> tails() {
        return logs.values().stream().flatMap(log -> log.tail().stream()).toList();
    }

    /**
     * The end of a tenant's log that no anchor covers.
     *
     * @param tenant whose log
     * @param rows how many; 0 where the newest row is anchored
     * @param first position of the first of them
     * @param since when the first of them was written; empty where there is none, or the row is not there
     */
    public record Tail(String tenant, long rows, long first, Optional<Instant> since) {}

    /** What is wrong, by tenant; at most {@value #TOLD} faults a tenant. To be asked once all rows were taken. */
    public List<AuditFault> faults() {
        return logs.values().stream().flatMap(log -> log.faults().stream()).toList();
    }

    private Log log(String tenant) {
        return logs.computeIfAbsent(tenant, Log::new);
    }

    /** One tenant's log as far as it was read. */
    private static final class Log {

        private final String tenant;
        private final Map<Long, Digest> anchors = new HashMap<>();
        private final TreeMap<Long, Digest> checkpoints = new TreeMap<>();
        private final BitSet seen = new BitSet();
        private final List<AuditFault> found = new ArrayList<>();
        private long anchored;
        private Optional<Instant> tailSince = Optional.empty();
        private long highest;
        private Digest highestHash = AuditRow.FIRST;

        Log(String tenant) {
            this.tenant = tenant;
        }

        void expect(Anchor anchor) {
            anchored = Math.max(anchored, anchor.position());
            Digest other = anchors.putIfAbsent(anchor.position(), anchor.hash());
            if (other != null && !other.equals(anchor.hash())) {
                fault(AuditFault.Kind.EDITED, anchor.position(), "two anchors of this row differ");
            }
        }

        void mayBeginAfter(Anchor end) {
            checkpoints.put(end.position(), end.hash());
            expect(end);
        }

        void take(AuditRow row) {
            long position = row.position();
            if (position < 1 || position > Integer.MAX_VALUE) {
                fault(AuditFault.Kind.EDITED, position, "there is no such position");
                return;
            }
            if (position == anchored + 1) {
                tailSince = Optional.of(row.at());
            }
            Digest known = anchors.get(position);
            if (!row.computedHash().equals(row.hash())) {
                fault(AuditFault.Kind.EDITED, position, "its hash is not that of its fields");
            } else if (known != null && !known.equals(row.hash())) {
                fault(AuditFault.Kind.EDITED, position, "its anchor has another hash");
            }
            order(row);
        }

        private void order(AuditRow row) {
            long position = row.position();
            if (highest == 0 && checkpoints.containsKey(position - 1)) {
                begin(position - 1);
            }
            if (seen.get((int) position)) {
                fault(AuditFault.Kind.DOUBLED, position, "a row of this position came before");
                return;
            }
            seen.set((int) position);
            if (position < highest) {
                fault(AuditFault.Kind.REORDERED, position, "it comes after row " + highest);
                return;
            }
            if (position == highest + 1 && !row.previous().equals(highestHash)) {
                fault(
                        AuditFault.Kind.EDITED,
                        highest == 0 ? position : highest,
                        "row " + position + " was written after another row than the one that is there");
            }
            highest = position;
            highestHash = row.hash();
        }

        /** The rows up to here were dropped; what follows is compared with the checkpoint's hash. */
        private void begin(long checkpoint) {
            seen.set(1, (int) checkpoint + 1);
            highest = checkpoint;
            highestHash = checkpoints.get(checkpoint);
        }

        Optional<Anchor> end() {
            return highest == 0 ? Optional.empty() : Optional.of(new Anchor(tenant, highest, highestHash));
        }

        Optional<Tail> tail() {
            return highest == 0
                    ? Optional.empty()
                    : Optional.of(new Tail(tenant, Math.max(0, highest - anchored), anchored + 1, tailSince));
        }

        List<AuditFault> faults() {
            if (highest == 0 && !checkpoints.isEmpty()) {
                begin(checkpoints.lastKey());
            }
            var all = new ArrayList<>(found);
            long last = anchors.keySet().stream().mapToLong(Long::longValue).reduce(highest, Math::max);
            for (int position = seen.nextClearBit(1);
                    position <= last && all.size() < TOLD;
                    position = seen.nextClearBit(position + 1)) {
                all.add(new AuditFault(AuditFault.Kind.DROPPED, tenant, position, "it is not there"));
            }
            return all;
        }

        private void fault(AuditFault.Kind kind, long position, String explanation) {
            if (found.size() < TOLD) {
                found.add(new AuditFault(kind, tenant, position, explanation));
            }
        }
    }

    /**
     * What is wrong with a tenant's log.
     *
     * @param kind what was done to it
     * @param tenant whose log
     * @param position of the row in question
     * @param explanation a sentence
     */
    public record AuditFault(Kind kind, String tenant, long position, String explanation) {

        /** What was done. */
        public enum Kind {
            /** A row is not what was written. */
            EDITED,
            /** A row is not there. */
            DROPPED,
            /** A row is there twice. */
            DOUBLED,
            /** A row comes after a later one. */
            REORDERED
        }
    }
}
