package io.bulwark.stream.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.policy.PolicyState.Difference;
import io.bulwark.stream.policy.PolicyState.Policy;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;

/**
 * The rows of policies, in the caller's transaction, and how they follow {@code moderation.policies}. Thread-safe.
 *
 * <p>What people change here is written and then published. Until our record is read back it is behind all that was read
 * so far, so what others wrote meanwhile is only noted. A record of a higher revision is different: others had read ours,
 * or changed more than once while ours waited. It counts at once, and the outbox then leaves ours out. So after the last
 * record of the topic was read, the row is that record, in whichever order the two were written.
 */
public final class PolicyRows {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private PolicyRows() {}

    /** What people can have done. */
    public enum Kind {
        PROPOSED,
        WITHDRAWN,
        APPROVED,
        ROLLED_BACK,
        /** By the {@code bulwark policy} command, or another program that writes the topic. */
        BY_COMMAND
    }

    /**
     * A tenant's row.
     *
     * @param pending whether it is not read back from the topic yet
     */
    record Row(PolicyState state, boolean pending) {}

    /** A tenant's row; with revision 0 where it has none. */
    static Row find(Handle handle, String tenant) {
        return handle.select("SELECT state::text, pending FROM policy_record WHERE tenant = ?", tenant)
                .map((row, context) -> new Row(read(row.getString(1), PolicyState.class), row.getBoolean(2)))
                .findOne()
                .orElseGet(() -> new Row(new PolicyState(tenant, 0, null, null, List.of()), false));
    }

    /** The same; other transactions that lock it wait for the end of this one. */
    static Row lock(Handle handle, String tenant) {
        handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 3))", "policies of " + tenant);
        return find(handle, tenant);
    }

    static void put(Handle handle, PolicyState state, boolean pending) {
        handle.createUpdate("""
                        INSERT INTO policy_record (tenant, revision, state, in_force, pending)
                        VALUES (:tenant, :revision, CAST(:state AS jsonb), :inForce, :pending)
                        ON CONFLICT (tenant) DO UPDATE SET revision = excluded.revision, state = excluded.state,
                        in_force = excluded.in_force, pending = excluded.pending""")
                .bind("tenant", state.tenant())
                .bind("revision", state.revision())
                .bind("state", written(state))
                .bind(
                        "inForce",
                        state.inForce() == null ? null : state.inForce().version())
                .bind("pending", pending)
                .execute();
    }

    /** Whether the row is still this state and waits for its publication. */
    public static boolean isAwaited(Handle handle, PolicyState state) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM policy_record
                        WHERE tenant = :tenant AND pending AND revision = :revision)""")
                .bind("tenant", state.tenant())
                .bind("revision", state.revision())
                .mapTo(Boolean.class)
                .one();
    }

    /** The policy of tenant {@code default}, which decides for tenants that have none; without the people's names. */
    static Optional<Policy> everybodys(Handle handle) {
        return handle.createQuery("SELECT everybodys_policy()::text")
                .mapTo(String.class)
                .findOne()
                .map(policy -> read(policy, Policy.class));
    }

    /** What that was before, newest first. */
    static List<Policy> everybodysHistory(Handle handle) {
        return List.of(read(
                handle.createQuery("SELECT everybodys_history()::text")
                        .mapTo(String.class)
                        .one(),
                Policy[].class));
    }

    /** Notes what was done, for the history and in the audit log. */
    static void note(
            Handle handle,
            Kind kind,
            PolicyState state,
            String by,
            String version,
            List<Difference> differences,
            String note) {
        handle.createUpdate("""
                        INSERT INTO policy_change (tenant, kind, revision, by_whom, version, differences, note,
                        state_sha256)
                        VALUES (:tenant, :kind, :revision, :by, :version, CAST(:differences AS jsonb), :note,
                        encode(sha256(convert_to(CAST(:state AS jsonb)::text, 'UTF8')), 'hex'))""")
                .bind("tenant", state.tenant())
                .bind("kind", kind.name())
                .bind("revision", state.revision())
                .bind("by", by)
                .bind("version", version)
                .bind("differences", written(differences))
                .bind("note", note)
                .bind("state", written(state))
                .execute();
        AuditLog.append(
                handle,
                state.tenant(),
                by,
                "policy." + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                "policy/" + Objects.toString(version, "none"),
                Map.of(
                        "revision",
                        state.revision(),
                        "differences",
                        differences.stream()
                                .map(each -> each.name() + ": " + Objects.toString(each.before(), "none") + " to "
                                        + Objects.toString(each.after(), "none"))
                                .toList()));
    }

    /** What was done last, newest first. */
    static List<PolicyChange> changes(Handle handle, String tenant, int most) {
        return handle.select("""
                        SELECT kind, revision, by_whom, at, version, differences::text AS differences, note
                        FROM policy_change WHERE tenant = ? ORDER BY position DESC LIMIT ?""", tenant, most)
                .map((row, context) -> new PolicyChange(
                        row.getString("kind"),
                        row.getLong("revision"),
                        row.getString("by_whom"),
                        row.getTimestamp("at").toInstant(),
                        row.getString("version"),
                        differences(row.getString("differences")),
                        row.getString("note")))
                .list();
    }

    /** Takes what the topic has for a tenant now. */
    public static void follow(Handle handle, ModerationPolicy record) {
        follow(handle, PolicyState.of(record));
    }

    /** The topic has nothing for a tenant any more. */
    public static void forgotten(Handle handle, String tenant) {
        follow(handle, new PolicyState(tenant, 0, null, null, List.of()));
    }

    private static void follow(Handle handle, PolicyState read) {
        Row row = lock(handle, read.tenant());
        PolicyState ours = row.state();
        if (read.equals(ours)) {
            if (row.pending()) {
                put(handle, read, false);
            }
            return;
        }
        if (row.pending() && read.revision() <= ours.revision()) {
            if (!isNoted(handle, read)) { // of the command, and ours is written over it
                noteCommand(handle, read, ours);
            }
            return;
        }
        put(handle, read, false);
        if (!Objects.equals(read.shadow(), ours.shadow())) {
            ShadowCounts.begin(handle, read.tenant());
        }
        noteCommand(handle, read, ours);
    }

    /** Whether a record was read or made before. */
    private static boolean isNoted(Handle handle, PolicyState state) {
        return handle.createQuery("""
                        SELECT EXISTS (SELECT FROM policy_change WHERE tenant = :tenant AND revision = :revision
                        AND state_sha256 = encode(sha256(convert_to(CAST(:state AS jsonb)::text, 'UTF8')), 'hex'))""")
                .bind("tenant", state.tenant())
                .bind("revision", state.revision())
                .bind("state", written(state))
                .mapTo(Boolean.class)
                .one();
    }

    private static void noteCommand(Handle handle, PolicyState read, PolicyState ours) {
        boolean decides = !Objects.equals(version(read.inForce()), version(ours.inForce()));
        Policy subject = decides ? read.inForce() : read.shadow();
        String by = Stream.of(
                        subject == null ? null : decides ? subject.approver() : subject.author(),
                        subject == null ? null : subject.author(),
                        "unknown")
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        note(
                handle,
                Kind.BY_COMMAND,
                read,
                by,
                version(subject),
                ours.inForce() == null || subject == null
                        ? List.of()
                        : ours.inForce().differences(subject),
                subject == null ? null : subject.note());
    }

    private static String version(Policy policy) {
        return policy == null ? null : policy.version();
    }

    static String written(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException("A policy is always JSON.", defect);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException foreign) {
            throw new IllegalStateException("A row of policies cannot be read: " + json, foreign);
        }
    }

    private static List<Difference> differences(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException foreign) {
            throw new IllegalStateException("Differences of policies cannot be read: " + json, foreign);
        }
    }

    /**
     * What a person did with the tenant's policies.
     *
     * @param kind of {@link Kind}
     * @param revision of the record afterwards
     * @param version that it was about; null where there was none
     * @param differences of that version from what was in force
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "PolicyChangeDocument")
    public record PolicyChange(
            String kind,
            long revision,
            String by,
            @Schema(implementation = String.class) Instant at,
            @Nullable String version,
            List<Difference> differences,
            @Nullable String note) {}
}
