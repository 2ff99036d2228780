package io.bulwark.stream.auditlog;

import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditVerifier;
import io.bulwark.schemas.auditlog.AuditVerifier.AuditFault;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.database.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Drops the oldest months of the audit logs. Before that it checks every row that goes, and signs what each log was up
 * to there: the chain's reader then knows that nothing else is missing. A log with a fault is not signed, and no month
 * goes.
 *
 * <p>Thread-safe.
 */
public final class AuditRetention {

    private static final Logger LOG = Logger.getLogger(AuditRetention.class);
    private static final int PAGE = 1_000;
    private static final String ACTOR = "moderation-stream";

    private final Database database;
    private final PrivateKey key;
    private final Period kept;
    private final Clock clock;

    /**
     * @param key Ed25519
     * @param kept at least a month; months that ended this long ago go
     * @param clock of it and the database's clock the earlier one counts
     */
    public AuditRetention(Database database, PrivateKey key, Period kept, Clock clock) {
        this.database = database;
        this.key = key;
        this.kept = kept;
        this.clock = clock;
    }

    /**
     * As the settings have it.
     *
     * @return empty where the log is kept for ever
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    public static Optional<AuditRetention> of(ReviewConfig.AuditLog settings, Database database) {
        if (settings.retentionMonths().isEmpty()) {
            return Optional.empty();
        }
        int months = settings.retentionMonths().getAsInt();
        if (months < 1 || months > 1200) {
            throw new IllegalArgumentException(
                    "bulwark.review.audit-log.retention-months is " + months + ", allowed is 1 to 1200.");
        }
        String file = settings.checkpointKeyFile()
                .orElseThrow(
                        () -> new IllegalArgumentException(
                                "bulwark.review.audit-log.retention-months is set, so"
                                        + " bulwark.review.audit-log.checkpoint-key-file must name the key that signs dropped months."));
        try {
            PrivateKey key = Checkpoint.privateKey(Files.readString(Path.of(file)));
            return Optional.of(new AuditRetention(database, key, Period.ofMonths(months), Clock.systemUTC()));
        } catch (IOException | IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "bulwark.review.audit-log.checkpoint-key-file, " + file + ": " + unfit.getMessage(), unfit);
        }
    }

    public void sweepAndLog() {
        int months = sweep();
        if (months > 0) {
            LOG.infof("%d months of the audit log were signed and dropped", months);
        }
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
        List<Anchor> ends = database.acrossTenants(handle -> AuditLog.endsBefore(handle, before));
        if (ends.isEmpty()) {
            return 0;
        }
        ends.forEach(this::sign);
        return database.acrossTenants(handle -> handle.select("SELECT drop_audit_log(?)", until)
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
        List<Checkpoint> earlier = database.inTenant(tenant, handle -> AuditLog.checkpoints(handle));
        if (earlier.stream().anyMatch(checkpoint -> checkpoint.position() == end.position())) {
            return;
        }
        requireWhole(end, earlier);
        Checkpoint checkpoint = Checkpoint.sign(end, clock.instant(), key);
        database.inTenant(tenant, handle -> {
            AuditLog.add(handle, checkpoint);
            return AuditLog.append(
                    handle,
                    tenant,
                    ACTOR,
                    "audit-log.signed",
                    "row/" + end.position(),
                    Map.of("hash", end.hash().toString(), "signature", checkpoint.signature()));
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
        return AuditLog.after(handle, end.tenant(), after, (int) Math.min(PAGE, end.position() - after));
    }
}
