package io.bulwark.stream.childsafety;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Decision;
import io.bulwark.events.ListedHashKind;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.stream.ChildSafetyConfig;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Outbox;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.intake.RestrictedIntake;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Content;
import io.bulwark.stream.state.Restriction.Standing;
import io.opentelemetry.context.Context;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The cases, and what designated staff do with them. Any thread. */
public final class RestrictedCases implements RestrictedIntake.Cases {

    /** Who acts where no person does, in the audit log and in holds. */
    static final String PROGRAM = "bulwark";

    private static final int MOST_LISTED = 500;
    private static final int LEAST_REASON = 4;
    private static final int MOST_REASON = 500;

    private final Database database;
    private final Settings settings;

    public RestrictedCases(Database database, Settings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** Which matches are reported before a person decides. */
    public enum Automatic {
        OFF(Set.of()),
        SHA256(Set.of(ListedHashKind.SHA256)),
        CRYPTOGRAPHIC(Set.of(ListedHashKind.SHA256, ListedHashKind.SHA1, ListedHashKind.MD5));

        private final Set<ListedHashKind> kinds;

        Automatic(Set<ListedHashKind> kinds) {
            this.kinds = kinds;
        }

        /** @param hash the name of the match's kind; null where there is no match */
        boolean covers(boolean verified, boolean adult, String hash) {
            return verified
                    && !adult
                    && kinds.stream().anyMatch(kind -> kind.name().equals(hash));
        }
    }

    /**
     * How cases are handled.
     *
     * @param reported labels that lead to a report; empty where nothing is reported
     * @param lease how long a claim holds
     */
    public record Settings(Set<String> reported, Automatic automatic, Duration lease) {

        /** @param config already checked */
        public static Settings of(ChildSafetyConfig config) {
            Set<String> reported =
                    config.report().url().isPresent() ? config.report().labels().orElse(Set.of()) : Set.of();
            return new Settings(
                    reported, Automatic.valueOf(config.report().automatic().toUpperCase(Locale.ROOT)), config.lease());
        }
    }

    /** What a person says of a case. */
    public enum Ruling {
        CONFIRMED,
        NOT_CONFIRMED
    }

    /**
     * A case in the list: nothing of the image.
     *
     * @param state OPEN, SECOND (a second person checks), CLOSED, LIFTED or ENDING
     * @param report the report's step; null where none was ordered
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RestrictedSummary")
    public record Summary(
            UUID caseId,
            String state,
            @Nullable String severity,
            @Schema(implementation = String.class) Instant openedAt,
            @Nullable String decision,
            @Nullable String decidedBy,
            @Nullable String checked,
            @Nullable String checkedBy,
            @Nullable String report,
            @Nullable String trouble,
            @Nullable @Schema(implementation = String.class) Instant finishedAt,
            @Nullable @Schema(implementation = String.class) Instant endsAt,
            boolean mine) {}

    /**
     * A case with its details in words; no picture.
     *
     * @param leaseId of the claim; null for a look
     * @param file WANTED, KEPT or GONE: whether the report has the file
     * @param abandoned ids of reports that were begun and not finished
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RestrictedDetails")
    public record Details(
            Summary summary,
            @Nullable UUID leaseId,
            @Nullable @Schema(implementation = String.class) Instant leaseUntil,
            String imageId,
            String uploaderId,
            String contentSha256,
            String label,
            @Nullable String list,
            @Nullable String entry,
            @Nullable String hashKind,
            boolean verified,
            @Schema(implementation = String.class) Instant uploadedAt,
            String file,
            boolean viewed,
            @Nullable String reportId,
            List<String> abandoned,
            @Nullable String sentSha256,
            @Nullable String holdGround) {}

    /** What is left of a case that was destroyed. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "RestrictedDestruction")
    public record Destruction(
            UUID caseId,
            @Schema(implementation = String.class) Instant openedAt,
            @Nullable String reportId,
            @Nullable @Schema(implementation = String.class) Instant finishedAt,
            String ground,
            @Schema(implementation = String.class) Instant destroyedAt) {}

    /** Lets the rest of the transaction see cases. */
    static void enter(Handle handle) {
        handle.execute("SELECT set_config('bulwark.lane', 'restricted', true)");
    }

    static void leave(Handle handle) {
        handle.execute("SELECT set_config('bulwark.lane', '', true)");
    }

    /**
     * Opens the case of a restricted verdict, and of earlier images of the same content, in the caller's transaction.
     * People's work on the content goes. The same verdict again changes nothing.
     */
    @Override
    public void open(Handle handle, Verdict verdict) {
        new CaseOpening(handle, settings, verdict).open();
    }

    @Override
    public Set<Content> standing(Handle handle, Set<Content> among) {
        List<Content> asked = List.copyOf(among);
        enter(handle);
        Set<Content> found = Set.copyOf(handle.createQuery("""
                        SELECT DISTINCT tenant, content_sha256 FROM restricted_case
                        JOIN unnest(:tenants, :hashes) AS asked (of_tenant, sha256)
                        ON tenant = of_tenant AND content_sha256 = sha256 WHERE state <> 'LIFTED'""")
                .bindArray(
                        "tenants",
                        String.class,
                        asked.stream().map(Content::tenant).toList())
                .bindArray(
                        "hashes",
                        String.class,
                        asked.stream().map(Content::sha256).toList())
                .map((row, context) -> new Content(row.getString("tenant"), row.getString("content_sha256")))
                .list());
        leave(handle);
        return found;
    }

    /** Takes the contents of new cases out of people's work again: what was read while a case was opened came after it. */
    void forgetAgain() {
        List<Content> fresh = database.acrossTenants(handle -> {
            enter(handle);
            return handle.createQuery("SELECT DISTINCT tenant, content_sha256 FROM restricted_case WHERE"
                            + " opened_at > clock_timestamp() - interval '15 minutes' AND content_sha256 <> ''"
                            + " AND state <> 'LIFTED'")
                    .map((row, context) -> new Content(row.getString("tenant"), row.getString("content_sha256")))
                    .list();
        });
        fresh.forEach(content -> database.inTenant(content.tenant(), handle -> {
            CaseOpening.forget(handle, content);
            return null;
        }));
    }

    /** Orders the report about a case, unless one is ordered. */
    static void orderReport(Handle handle, String tenant, UUID caseId, String by, boolean viewed) {
        if (handle.execute(Rows.ORDER, viewed, by, tenant, caseId) > 0) {
            log(handle, tenant, by, "report-ordered", caseId, Map.of("viewed", viewed));
        }
    }

    /** Orders the reports about confirmed cases that have none, such as of a time when reporting was off. */
    void orderMissing() {
        database.acrossTenants(handle -> {
            enter(handle);
            Rows.confirmed(handle, settings.reported())
                    .forEach(one -> orderReport(handle, one.tenant(), one.caseId(), one.by(), one.viewed()));
            return null;
        });
    }

    /** What an instance has to know of the cases of all tenants. */
    Standing known() {
        return database.acrossTenants(handle -> {
            enter(handle);
            return new Standing(contents(handle), orderKey(handle));
        });
    }

    /** Contents of which a case stands, in all tenants. */
    Set<Content> standing() {
        return known().contents();
    }

    private static Set<Content> contents(Handle handle) {
        return new HashSet<>(handle.createQuery("SELECT DISTINCT tenant, content_sha256 FROM restricted_case"
                        + " WHERE content_sha256 <> '' AND state <> 'LIFTED'")
                .map((row, context) -> new Content(row.getString("tenant"), row.getString("content_sha256")))
                .list());
    }

    private static byte[] orderKey(Handle handle) {
        return handle.createQuery("SELECT key FROM restricted_order_key")
                .mapTo(byte[].class)
                .one();
    }

    /** The cases, waiting ones first; nothing of their images. */
    public List<Summary> list(Person person) {
        return database.inTenant(person.tenant(), handle -> {
            enter(handle);
            return handle.createQuery("SELECT " + Rows.SUMMARY + Rows.FROM + " WHERE c.tenant = :tenant"
                            + " ORDER BY c.state NOT IN ('OPEN', 'SECOND'), c.opened_at LIMIT " + MOST_LISTED)
                    .bind("tenant", person.tenant())
                    .bind("person", person.name())
                    .map(ConstructorMapper.of(Summary.class))
                    .list();
        });
    }

    /** What is left of cases that were destroyed, the latest first. */
    public List<Destruction> destroyed(Person person) {
        return database.inTenant(person.tenant(), handle -> {
            enter(handle);
            return handle.createQuery("SELECT * FROM restricted_destruction WHERE tenant = :tenant"
                            + " ORDER BY destroyed_at DESC LIMIT " + MOST_LISTED)
                    .bind("tenant", person.tenant())
                    .map(ConstructorMapper.of(Destruction.class))
                    .list();
        });
    }

    /**
     * Claims the case that waits longest and that this person has not decided.
     *
     * @param reason why the person looks, in their words; a row of the audit log, which keeps it for ever
     */
    public Optional<Details> claim(Person person, String reason) {
        requireReason(reason);
        return database.inTenant(person.tenant(), handle -> {
            enter(handle);
            Optional<UUID> next = handle.createQuery("""
                            UPDATE restricted_case SET lease_id = gen_random_uuid(), lease_holder = :person,
                            lease_until = clock_timestamp() + make_interval(secs => :lease)
                            WHERE (tenant, case_id) IN (SELECT tenant, case_id FROM restricted_case
                            WHERE tenant = :tenant AND state IN ('OPEN', 'SECOND')
                            AND decided_by IS DISTINCT FROM :person
                            AND (lease_until IS NULL OR lease_until < clock_timestamp() OR lease_holder = :person)
                            ORDER BY opened_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING case_id""")
                    .bind("tenant", person.tenant())
                    .bind("person", person.name())
                    .bind("lease", (double) settings.lease().toSeconds())
                    .mapTo(UUID.class)
                    .findOne();
            return next.map(caseId -> {
                log(handle, person.tenant(), person.name(), "claimed", caseId, Map.of("reason", reason.strip()));
                return Rows.details(handle, person, caseId, true);
            });
        });
    }

    /**
     * The details of a case. That they were given stands in the audit log before they are.
     *
     * @param reason why the person looks
     * @throws ProblemException where there is no such case
     */
    public Details look(Person person, UUID caseId, String reason) {
        requireReason(reason);
        return database.inTenant(person.tenant(), handle -> {
            enter(handle);
            Rows.lock(handle, person, caseId);
            log(handle, person.tenant(), person.name(), "looked", caseId, Map.of("reason", reason.strip()));
            return Rows.details(handle, person, caseId, false);
        });
    }

    /**
     * Decides a claimed case, or checks what another person, or a match, decided. One CONFIRMED orders the report; two
     * NOT_CONFIRMED lift the restriction. NOT_CONFIRMED after CONFIRMED, or after a match was reported, takes back a
     * report that is not finished, and the case waits for another person again.
     *
     * @param viewed whether staff looked at the file itself, elsewhere: the report says so
     * @throws ProblemException where the claim ran out, or the person decided the case before
     */
    public void decide(Person person, UUID caseId, UUID leaseId, Ruling ruling, boolean viewed, String reason) {
        requireReason(reason);
        database.inTenant(person.tenant(), handle -> {
            enter(handle);
            Rows.Locked found = Rows.lock(handle, person, caseId);
            Problem.ALREADY_DECIDED.when(!found.waits(), "This case was decided and checked.");
            Problem.NOT_ALLOWED.when(
                    person.name().equals(found.decidedBy()), "You decided this case: another person checks it.");
            Problem.LEASE_LOST.when(
                    !found.isHeldBy(person.name(), leaseId), "The claim of this case ran out; claim again.");
            boolean first = found.state().equals("OPEN");
            boolean doubted =
                    !first && ruling == Ruling.NOT_CONFIRMED && !ruling.name().equals(found.decision());
            handle.createUpdate(first || doubted ? Rows.DECIDE : Rows.CHECK)
                    .bind("tenant", person.tenant())
                    .bind("case", caseId)
                    .bind("ruling", ruling.name())
                    .bind("viewed", viewed)
                    .bind("person", person.name())
                    .execute();
            log(
                    handle,
                    person.tenant(),
                    person.name(),
                    first ? "decided" : "checked",
                    caseId,
                    Map.of("ruling", ruling.name(), "viewed", viewed, "reason", reason.strip()));
            if (ruling == Ruling.CONFIRMED && settings.reported().contains(found.label())) {
                orderReport(handle, person.tenant(), caseId, person.name(), viewed || found.viewed());
            }
            if (doubted) {
                handle.execute(Rows.STOP, person.tenant(), caseId);
            } else if (!first && ruling == Ruling.NOT_CONFIRMED) {
                lift(handle, person.tenant(), caseId);
            }
            return null;
        });
    }

    /** Two people say that it is not what the list says: the image is SAFE, and its case ends. */
    private static void lift(Handle handle, String tenant, UUID caseId) {
        orderDecision(handle, tenant, caseId, Decision.SAFE);
        handle.execute("UPDATE restricted_case SET state = 'LIFTED' WHERE tenant = ? AND case_id = ?", tenant, caseId);
    }

    /** What has to hold for the upload of a case, on its way to the topology. */
    static void orderDecision(Handle handle, String tenant, UUID caseId, Decision decision) {
        Rows.Upload upload = Rows.upload(handle, tenant, caseId);
        if (upload.topic() != null) {
            Review order = Restriction.order(
                    orderKey(handle),
                    tenant,
                    upload.imageId(),
                    new RecordCoordinates(upload.topic(), upload.partition(), upload.offset()),
                    decision,
                    Instant.now());
            Outbox.add(
                    handle,
                    tenant,
                    UUID.fromString(order.getDecisionId()),
                    Outbox.Kind.REVIEW,
                    order,
                    Context.current());
        }
    }

    /**
     * Keeps a case beyond a year after its report.
     *
     * @param until the new end, later than the present one
     * @param ground the legal ground by its name, such as the number of an order
     * @throws ProblemException where there is no such case, or it ends later anyway
     */
    public void extend(Person person, UUID caseId, Instant until, String ground, String reason) {
        requireReason(reason);
        requireReason(ground);
        database.inTenant(person.tenant(), handle -> {
            enter(handle);
            Rows.lock(handle, person, caseId);
            int extended = handle.execute("""
                    UPDATE restricted_case SET hold_until = ?, hold_ground = ? WHERE tenant = ? AND case_id = ?
                    AND state NOT IN ('LIFTED', 'ENDING') AND ? > greatest(hold_until, clock_timestamp())""", until, ground.strip(), person.tenant(), caseId, until);
            Problem.BAD_PARAMETER.when(extended == 0, "until must be later than now and than the present end.");
            Map<String, Object> details =
                    Map.of("until", until.toString(), "ground", ground.strip(), "reason", reason.strip());
            log(handle, person.tenant(), person.name(), "extended", caseId, details);
            return null;
        });
    }

    /**
     * Sends a report again that the receiver refused.
     *
     * @throws ProblemException where there is no such report, or it was not refused
     */
    public void resend(Person person, UUID caseId, String reason) {
        requireReason(reason);
        database.inTenant(person.tenant(), handle -> {
            enter(handle);
            Rows.lock(handle, person, caseId);
            int again = handle.execute("""
                    UPDATE restricted_report SET step = 'OPENED', calling = CASE WHEN report_id IS NULL THEN NULL ELSE 'RETRACT' END,
                    restarts = 0, tries = 0, next_at = clock_timestamp()
                    WHERE tenant = ? AND case_id = ? AND step = 'REFUSED'""", person.tenant(), caseId);
            Problem.ALREADY_DECIDED.when(again == 0, "The receiver refused no report about this case.");
            log(handle, person.tenant(), person.name(), "report-again", caseId, Map.of("reason", reason.strip()));
            return null;
        });
    }

    private static void requireReason(String reason) {
        int length = reason == null ? 0 : reason.strip().length();
        Problem.BAD_PARAMETER.when(
                length < LEAST_REASON || length > MOST_REASON || reason.indexOf('\0') >= 0,
                "A reason has " + LEAST_REASON + " to " + MOST_REASON
                        + " characters; name no person and no image in it.");
    }

    /** A row about a case, which it names by its id alone. */
    static void log(Handle handle, String tenant, String by, String what, UUID caseId, Map<String, ?> details) {
        AuditLog.append(handle, tenant, by, "restricted." + what, "restricted/" + caseId, details);
    }
}
