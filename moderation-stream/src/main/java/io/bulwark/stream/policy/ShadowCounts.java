package io.bulwark.stream.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Verdict;
import io.bulwark.stream.policy.PolicyState.Policy;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * What a proposal would have decided of the verdicts that came while it ran beside what was in force, in the caller's
 * transaction. Workers say so in their verdicts; here it is counted, each verdict once, and no image is kept.
 */
public final class ShadowCounts {

    /** Whose proposal workers run for tenants without a record. */
    private static final String EVERYBODY = "default";

    private ShadowCounts() {}

    /**
     * Verdicts of one kind.
     *
     * @param decided by what was in force
     * @param would by the proposal
     */
    @Schema(name = "ShadowCount")
    public record Count(String decided, String would, long verdicts) {}

    /**
     * What is counted of a proposal.
     *
     * @param verdicts all that both decided
     * @param otherwise how many of them they decided differently
     * @param since the first of them; null before it
     * @param until the last
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ShadowDocument")
    public record Shadow(
            long verdicts,
            long otherwise,
            @Nullable @Schema(implementation = String.class) Instant since,
            @Nullable @Schema(implementation = String.class) Instant until,
            List<Count> counts) {}

    private record Row(String decided, String would, long verdicts, Instant since, Instant until) {

        Row with(Row other) {
            return new Row(
                    decided,
                    would,
                    verdicts + other.verdicts,
                    since.isBefore(other.since) ? since : other.since,
                    until.isAfter(other.until) ? until : other.until);
        }
    }

    /** Another proposal is counted from now on, or none; what was counted before goes. */
    static void begin(Handle handle, String tenant) {
        handle.execute("""
                DELETE FROM shadow_count WHERE (tenant, version, decided, would) IN
                (SELECT tenant, version, decided, would FROM shadow_count WHERE tenant = ?
                ORDER BY version COLLATE "C", decided COLLATE "C", would COLLATE "C" FOR UPDATE)""", tenant);
    }

    /** Whether a verdict says what a proposal would have decided. */
    public static boolean isCounted(Verdict verdict) {
        return verdict.getShadowDecision() != null && verdict.getShadowPolicyVersion() != null;
    }

    /**
     * Counts verdicts of proposals that are still proposed, one row for each outcome: instances that count at the same
     * time lock rows in the same order. Workers run the proposal of tenant default for tenants without a record, so
     * theirs are counted there.
     *
     * @param verdicts all of {@link #isCounted}
     */
    public static void count(Handle handle, Collection<Verdict> verdicts) {
        if (verdicts.isEmpty()) {
            return;
        }
        Map<String, String> proposed = proposed(handle, verdicts);
        Map<List<String>, Row> rows = new TreeMap<>(
                Comparator.comparing((List<String> key) -> String.join("\0", key))); // no part holds U+0000
        for (Verdict verdict : verdicts) {
            String whose = proposed.containsKey(verdict.getTenant()) ? verdict.getTenant() : EVERYBODY;
            String version = verdict.getShadowPolicyVersion();
            if (version.equals(proposed.get(whose))) {
                var row = new Row(
                        verdict.getDecision().name(),
                        verdict.getShadowDecision().name(),
                        1,
                        verdict.getDecidedAt(),
                        verdict.getDecidedAt());
                rows.merge(List.of(whose, version, row.decided(), row.would()), row, Row::with);
            }
        }
        rows.forEach((key, row) -> add(handle, key.get(0), key.get(1), row));
    }

    /** What the tenants with a record propose; empty text where nothing. */
    private static Map<String, String> proposed(Handle handle, Collection<Verdict> verdicts) {
        Set<String> tenants = verdicts.stream().map(Verdict::getTenant).collect(Collectors.toSet());
        Map<String, String> proposed = new HashMap<>();
        handle.createQuery("""
                        SELECT tenant, coalesce(state->'shadow'->>'version', '') AS version FROM policy_record
                        WHERE revision > 0 AND (tenant = ANY (:tenants) OR tenant = :everybody)""")
                .bindArray("tenants", String.class, tenants)
                .bind("everybody", EVERYBODY)
                .map((row, context) -> Map.entry(row.getString("tenant"), row.getString("version")))
                .forEach(each -> proposed.put(each.getKey(), each.getValue()));
        return proposed;
    }

    private static void add(Handle handle, String tenant, String version, Row row) {
        handle.createUpdate("""
                        INSERT INTO shadow_count AS before (tenant, version, decided, would, verdicts, since, until)
                        VALUES (:tenant, :version, :decided, :would, :verdicts, :since, :until)
                        ON CONFLICT (tenant, version, decided, would) DO UPDATE SET
                        verdicts = before.verdicts + excluded.verdicts,
                        since = least(before.since, excluded.since), until = greatest(before.until, excluded.until)""")
                .bind("tenant", tenant)
                .bind("version", version)
                .bind("decided", row.decided())
                .bind("would", row.would())
                .bind("verdicts", row.verdicts())
                .bind("since", row.since())
                .bind("until", row.until())
                .execute();
    }

    static Shadow of(Handle handle, String tenant, Policy proposal) {
        List<Row> rows = handle.select("""
                        SELECT decided, would, verdicts, since, until FROM shadow_count
                        WHERE tenant = ? AND version = ? ORDER BY decided, would""", tenant, proposal.version())
                .map(ConstructorMapper.of(Row.class))
                .list();
        return new Shadow(
                rows.stream().mapToLong(Row::verdicts).sum(),
                rows.stream()
                        .filter(row -> !row.decided().equals(row.would()))
                        .mapToLong(Row::verdicts)
                        .sum(),
                rows.stream().map(Row::since).min(Instant::compareTo).orElse(null),
                rows.stream().map(Row::until).max(Instant::compareTo).orElse(null),
                rows.stream()
                        .map(row -> new Count(row.decided(), row.would(), row.verdicts()))
                        .toList());
    }
}
