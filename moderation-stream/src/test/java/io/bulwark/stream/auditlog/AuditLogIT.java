package io.bulwark.stream.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditVerifier;
import io.bulwark.schemas.auditlog.AuditVerifier.AuditFault;
import io.bulwark.schemas.auditlog.AuditVerifier.AuditFault.Kind;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import io.bulwark.stream.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit log in a real PostgreSQL, against an attacker who can write to it. */
class AuditLogIT {

    @AutoClose
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.open();
    }

    @Test
    void rowsWrittenAtOnceMakeOneChainForEachTenant() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Object>> writers = IntStream.range(0, 40)
                    .<Callable<Object>>mapToObj(i -> () -> append(i % 2 == 0 ? "a" : "b", "x" + i))
                    .toList();
            for (Future<Object> written : threads.invokeAll(writers)) {
                written.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(faults("a")).isEmpty();
        assertThat(faults("b")).isEmpty();
        List<Anchor> ends = database.database().acrossTenants(AuditLog::ends);
        assertThat(ends).extracting(Anchor::tenant, Anchor::position).containsExactly(tuple("a", 20L), tuple("b", 20L));
    }

    @Test
    void aRowOfATransactionThatWasRolledBackLeavesNoGap() {
        append("a", "1");
        assertThatThrownBy(() -> database.database().inTenant("a", handle -> {
                    append(handle, "a", "2");
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        append("a", "3");
        assertThat(faults("a")).isEmpty();
        assertThat(rows("a")).hasSize(2);
    }

    @Test
    void whereTheClockStepsBackARowIsNotBeforeTheOneBefore() {
        append("a", "1");
        database.asSuperuser()
                .useHandle(handle -> handle.execute("UPDATE audit_log_end SET at = at + interval '1 hour'"));
        AuditRow second = append("a", "2");
        assertThat(second.at()).isAfter(Instant.now().plus(Duration.ofMinutes(50)));
        assertThat(append("a", "3").at()).isEqualTo(second.at());
    }

    @Test
    void neitherTheApplicationNorTheOwnerCanChangeARow() {
        append("a", "1");
        for (String change :
                List.of("UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log")) {
            assertThatThrownBy(() -> database.asApplication().useHandle(handle -> {
                        handle.execute("SELECT set_config('bulwark.tenant', 'a', false)");
                        handle.execute(change);
                    }))
                    .isInstanceOf(JdbiException.class)
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> database.asOwner().useHandle(handle -> handle.execute(change)))
                    .isInstanceOf(JdbiException.class)
                    .hasMessageContaining("append-only");
        }
        assertThat(faults("a")).isEmpty();
    }

    @Test
    void changesMadeWithTheTriggerSwitchedOffAreFound() {
        for (int i = 1; i <= 6; i++) {
            append("a", "x" + i);
        }
        List<Anchor> anchors = database.database().acrossTenants(AuditLog::ends);
        tamper("UPDATE audit_log SET actor = 'another person' WHERE position = 2");
        tamper("DELETE FROM audit_log WHERE position = 4");
        tamper(
                "INSERT INTO audit_log SELECT tenant, position, at + interval '1 second', actor, action, subject, details,"
                        + " previous, hash FROM audit_log WHERE position = 5");
        tamper("DELETE FROM audit_log WHERE position = 6");
        assertThat(faults("a", anchors))
                .extracting(AuditFault::kind, AuditFault::position)
                .contains(
                        tuple(Kind.EDITED, 2L),
                        tuple(Kind.DROPPED, 4L),
                        tuple(Kind.DOUBLED, 5L),
                        tuple(Kind.DROPPED, 6L));
    }

    private void tamper(String change) {
        database.asSuperuser().useHandle(handle -> {
            handle.execute("ALTER TABLE audit_log DISABLE TRIGGER append_only");
            handle.execute("SELECT set_config('session_replication_role', 'replica', false)");
            handle.execute(change);
        });
    }

    private AuditRow append(String tenant, String subject) {
        return database.database().inTenant(tenant, handle -> append(handle, tenant, subject));
    }

    private static AuditRow append(Handle handle, String tenant, String subject) {
        return AuditLog.append(handle, tenant, "anna", "test.done", subject, Map.of("b", 1, "a", "ä"));
    }

    private List<AuditRow> rows(String tenant) {
        return database.database().inTenant(tenant, handle -> AuditLog.after(handle, tenant, 0, 1000));
    }

    private List<AuditFault> faults(String tenant) {
        return faults(tenant, List.of());
    }

    private List<AuditFault> faults(String tenant, List<Anchor> anchors) {
        var verifier = new AuditVerifier(anchors);
        rows(tenant).forEach(verifier::take);
        return verifier.faults();
    }
}
