package io.bulwark.stream.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.AuditVerifier;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.stream.testing.TestDatabase;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Months of a real audit log go after a signed checkpoint, and not without. */
class AuditRetentionIT {

    private static final LocalDate MONTH = LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);

    @AutoClose
    private TestDatabase database;

    private KeyPair keys;
    private AuditRetention retention;

    @BeforeEach
    void sixMonths() throws GeneralSecurityException {
        database = TestDatabase.open();
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        retention = new AuditRetention(database.database(), keys.getPrivate(), Period.ofMonths(3), Clock.systemUTC());
        database.asOwner().useHandle(owner -> {
            owner.execute("SELECT make_partitions(?, ?)", MONTH.minusMonths(6), MONTH);
            for (String tenant : List.of("a", "b")) {
                Digest previous = AuditRow.FIRST;
                for (int i = 0; i < 12; i++) {
                    OffsetDateTime at = MONTH.minusMonths(6 - i / 2)
                            .plusDays(1 + i % 2)
                            .atStartOfDay()
                            .atOffset(ZoneOffset.UTC);
                    AuditRow row =
                            AuditRow.after(previous, tenant, i + 1, at.toInstant(), "anna", "test.done", "x", "{}");
                    insert(owner, row);
                    previous = row.hash();
                }
            }
        });
    }

    @Test
    void oldMonthsGoOnceTheyAreSignedAndTheRestIsWholeByTheCheckpoint() {
        assertThat(retention.sweep()).isEqualTo(3);
        assertThat(retention.sweep()).as("again").isZero();
        for (String tenant : List.of("a", "b")) {
            List<AuditRow> rows = rows(tenant);
            assertThat(rows).extracting(AuditRow::position).first().isEqualTo(7L);
            List<Checkpoint> checkpoints = database.database().inTenant(tenant, AuditLog::checkpoints);
            assertThat(checkpoints).singleElement().satisfies(one -> {
                assertThat(one.position()).isEqualTo(6);
                assertThat(one.isSignedBy(keys.getPublic())).isTrue();
            });
            var verifier = new AuditVerifier(List.of(), checkpoints);
            rows.forEach(verifier::take);
            assertThat(verifier.faults()).isEmpty();
            assertThat(rows).extracting(AuditRow::action).last().isEqualTo("audit-log.signed");
        }
    }

    @Test
    void aClockThatRunsAheadDropsNoMonthEarly() {
        var ahead = Clock.offset(Clock.systemUTC(), Duration.ofDays(62));
        assertThat(new AuditRetention(database.database(), keys.getPrivate(), Period.ofMonths(3), ahead).sweep())
                .isEqualTo(3);
    }

    @Test
    void withoutACheckpointTheOwnersFunctionDropsNothing() {
        assertThatThrownBy(() -> database.asOwner()
                        .useHandle(owner -> owner.execute("SELECT drop_audit_log(?)", MONTH.minusMonths(3))))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("has no checkpoint of row 6");
        assertThatThrownBy(
                        () -> database.asOwner().useHandle(owner -> owner.execute("SELECT drop_audit_log(?)", MONTH)))
                .hasMessageContaining("only whole months that ended a month ago go");
        assertThat(rows("a")).hasSize(12);
    }

    @Test
    void aLogWithAFaultIsNotSignedAndStays() {
        database.asSuperuser().useHandle(handle -> {
            handle.execute("SELECT set_config('session_replication_role', 'replica', false)");
            handle.execute("UPDATE audit_log SET actor = 'ben' WHERE tenant = 'b' AND position = 3");
        });
        assertThatThrownBy(retention::sweep)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The audit log of b is not signed")
                .hasMessageContaining("first row 3 (EDITED)");
        assertThat(rows("b")).hasSize(12);
        assertThat(database.database().inTenant("b", AuditLog::checkpoints)).isEmpty();
    }

    /** The clock stepped back over the end of a month, when rows did not keep their order in time. */
    @Test
    void aMonthWithARowAfterOneThatWouldStayWaitsForTheNext() {
        database.asSuperuser().useHandle(handle -> {
            handle.execute("SELECT set_config('session_replication_role', 'replica', false)");
            handle.execute("DELETE FROM audit_log WHERE tenant = 'b'");
        });
        database.asOwner().useHandle(owner -> {
            Digest previous = AuditRow.FIRST;
            int position = 0;
            for (int monthsAgo : new int[] {4, 3, 4, 1}) {
                OffsetDateTime at = MONTH.minusMonths(monthsAgo).atStartOfDay().atOffset(ZoneOffset.UTC);
                AuditRow row = AuditRow.after(previous, "b", ++position, at.toInstant(), "anna", "x", "x", "{}");
                insert(owner, row);
                previous = row.hash();
            }
        });
        assertThatThrownBy(retention::sweep).hasMessageContaining("has rows before row 3 that would stay");
        var later = new AuditRetention(database.database(), keys.getPrivate(), Period.ofMonths(2), Clock.systemUTC());
        assertThat(later.sweep()).isEqualTo(4);
    }

    private static void insert(Handle owner, AuditRow row) {
        owner.createUpdate("INSERT INTO audit_log VALUES (:tenant, :position, :at, :actor, :action, :subject, :details,"
                        + " :previous, :hash)")
                .bindMap(Map.of(
                        "tenant", row.tenant(),
                        "position", row.position(),
                        "at", row.at().atOffset(ZoneOffset.UTC),
                        "actor", row.actor(),
                        "action", row.action(),
                        "subject", row.subject(),
                        "details", row.details(),
                        "previous", row.previous().bytes(),
                        "hash", row.hash().bytes()))
                .execute();
        owner.createUpdate("INSERT INTO audit_log_end VALUES (:tenant, :position, :at, :hash) ON CONFLICT (tenant)"
                        + " DO UPDATE SET position = excluded.position, at = excluded.at, hash = excluded.hash")
                .bind("tenant", row.tenant())
                .bind("position", row.position())
                .bind("at", row.at().atOffset(ZoneOffset.UTC))
                .bind("hash", row.hash().bytes())
                .execute();
    }

    private List<AuditRow> rows(String tenant) {
        return database.database().inTenant(tenant, handle -> AuditLog.after(handle, tenant, 0, 1000));
    }
}
