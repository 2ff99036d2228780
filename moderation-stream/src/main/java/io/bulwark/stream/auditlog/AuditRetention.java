package io.bulwark.stream.auditlog;

import io.bulwark.schemas.auditlog.Anchor;
import io.bulwark.schemas.auditlog.AuditFault;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditVerifier;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.stream.database.Database;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Drops the oldest months of the audit logs. Before that it checks every row that goes, and signs what each log was up to
 * there: the chain's reader then knows that nothing else is missing. A log with a fault is not signed, and no month goes.
 *
 * <p>Thread-safe.
 */
public final class AuditRetention {

    private static final int PAGE = 1_000;
    private static final String ACTOR = "moderation-stream";

    private final Database database;
    private final AuditLog log;
    private final PrivateKey key;
    private final Period kept;
    private final Clock clock;

    /**
     * @param key Ed25519
     * @param kept at least a month; months that ended this long ago go
     * @param clock of it and the database's clock the earlier one counts
     */
    public AuditRetention(Database database, AuditLog log, PrivateKey key, Period kept, Clock clock) {
        this.database = database;
        this.log = log;
        this.key = key;
        this.kept = kept;
        this.clock = clock;
    }

    /**
     * Signs and drops what has had its time.
     *
     * @return how many months went
     * @throws IllegalStateException where a log that would go has a fault
     */
    public int sweep() {
        LocalDate until = database.acrossTenants(this::today).minus(kept).withDayOfMonth(1);
        OffsetDateTime before = until.atStartOfDay().atOffset(ZoneOffset.UTC);
        List<Anchor> ends = database.acrossTenants(handle -> log.endsBefore(handle, before));
        if (ends.isEmpty()) {
            return 0;
        }
        ends.forEach(this::sign);
        return database.acrossTenants(handle -> handle.createQuery("SELECT drop_audit_log(:until)")
                .bind("until", until)
                .mapTo(Integer.class)
                .one());
    }

    private LocalDate today(Handle handle) {
        LocalDate theirs = handle.createQuery("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date")
                .mapTo(LocalDate.class)
                .one();
        LocalDate ours = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return ours.isBefore(theirs) ? ours : theirs;
    }

    private void sign(Anchor end) {
        String tenant = end.tenant();
        List<Checkpoint> earlier = database.inTenant(tenant, handle -> log.checkpoints(handle));
        if (earlier.stream().anyMatch(checkpoint -> checkpoint.position() == end.position())) {
            return;
        }
        requireWhole(end, earlier);
        Checkpoint checkpoint = Checkpoint.sign(end, clock.instant(), key);
        database.inTenant(tenant, handle -> {
            log.add(handle, checkpoint);
            return log.append(
                    handle,
                    new AuditLog.Entry(
                            tenant,
                            ACTOR,
                            "audit-log.signed",
                            "row/" + end.position(),
                            Map.of("hash", end.hash().toString(), "signature", checkpoint.signature())));
        });
    }

    private void requireWhole(Anchor end, List<Checkpoint> earlier) {
        var verifier = new AuditVerifier(List.of(end), earlier);
        long position = earlier.stream().mapToLong(Checkpoint::position).max().orElse(0);
        while (position < end.position()) {
            long after = position;
            List<AuditRow> rows = database.inTenant(end.tenant(), handle -> page(handle, end, after));
            if (rows.isEmpty()) {
                break;
            }
            rows.forEach(verifier::take);
            position = rows.get(rows.size() - 1).position();
        }
        List<AuditFault> faults = verifier.faults();
        if (!faults.isEmpty()) {
            throw new IllegalStateException("The audit log of " + end.tenant()
                    + " is not signed and no month of it goes, for "
                    + faults.size() + " rows are not as they were written, first row "
                    + faults.get(0).position() + " (" + faults.get(0).kind() + "). Run bulwark audit-log verify.");
        }
    }

    private List<AuditRow> page(Handle handle, Anchor end, long after) {
        return log.after(handle, end.tenant(), after, (int) Math.min(PAGE, end.position() - after));
    }
}
