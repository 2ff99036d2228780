package io.bulwark.stream.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Verdict;
import io.bulwark.stream.policy.PolicyState.Policy;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * What a proposal would have decided of the verdicts that came while it ran beside what was in force, in the caller's
 * transaction. Workers say so in their verdicts; here it is counted, each verdict once, and no image is kept.
 */
public final class ShadowCounts {

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

    private record Row(String decided, String would, long verdicts, Instant since, Instant until) {}

    /** A proposal is counted from now on; what was counted of the same policy before goes. */
    static void begin(Handle handle, String tenant, String version) {
        handle.execute("DELETE FROM shadow_count WHERE tenant = ? AND version = ?", tenant, version);
    }

    /** Whether a verdict says what a proposal would have decided. */
    public static boolean isCounted(Verdict verdict) {
        return verdict.getShadowDecision() != null && verdict.getShadowPolicyVersion() != null;
    }

    /** Counts a verdict. */
    public static void count(Handle handle, Verdict verdict) {
        handle.createUpdate("""
                        INSERT INTO shadow_count AS before (tenant, version, decided, would, verdicts, since, until)
                        VALUES (:tenant, :version, :decided, :would, 1, :at, :at)
                        ON CONFLICT (tenant, version, decided, would) DO UPDATE SET verdicts = before.verdicts + 1,
                        since = least(before.since, excluded.since), until = greatest(before.until, excluded.until)""")
                .bind("tenant", verdict.getTenant())
                .bind("version", verdict.getShadowPolicyVersion())
                .bind("decided", verdict.getDecision().name())
                .bind("would", verdict.getShadowDecision().name())
                .bind("at", verdict.getDecidedAt())
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
