package io.bulwark.stream.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.SqlLogger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Row-level security of every table, on a real PostgreSQL. */
class TenancyIT {

    @AutoClose
    private static TestDatabase database;

    private static ReviewDesk desk;

    @BeforeAll
    static void open() {
        database = TestDatabase.open();
        desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        desk.arrives("image", 0.5);
        desk.decisions.decide(
                ReviewDesk.ANNA,
                ReviewDesk.says(desk.queue.claim(ReviewDesk.ANNA).orElseThrow(), "SAFE"));
    }

    @Test
    void everyTableWithATenantHasRowLevelSecurity() {
        List<String> open = database.asOwner()
                .withHandle(handle -> handle.createQuery(
                                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                                        + " WHERE c.relnamespace = 'bulwark'::regnamespace AND a.attname = 'tenant'"
                                        + " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT c.relrowsecurity")
                        .mapTo(String.class)
                        .list());
        assertThat(open).isEmpty();
    }

    @Test
    void aTenantSeesNothingOfAnotherInAnyTable() {
        for (String table : List.of("queue_item", "decision", "outbox", "audit_log", "audit_log_end")) {
            assertThat(desk.rows(table, "default")).as(table).isPositive();
            assertThat(desk.rows(table, "another")).as(table).isZero();
        }
    }

    @Test
    void aTenantWritesNothingForAnother() {
        assertThatThrownBy(() -> database.database()
                        .inTenant(
                                "another",
                                handle -> handle.execute("INSERT INTO uploader_strikes VALUES ('default', 'u', 3)")))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("row-level security");
    }

    @Test
    void whoNamesNoTenantSeesNothing() {
        long seen = database.asApplication()
                .withHandle(handle -> handle.createQuery("SELECT count(*) FROM decision")
                        .mapTo(Long.class)
                        .one());
        assertThat(seen).isZero();
    }

    @Test
    void theApplicationCannotReachAPartitionPastItsTable() {
        String partition = database.asOwner()
                .withHandle(handle -> handle.createQuery("SELECT tableoid::regclass::text FROM audit_log LIMIT 1")
                        .mapTo(String.class)
                        .findOne())
                .orElseThrow();
        assertThatThrownBy(() -> database.asApplication()
                        .useHandle(handle -> handle.createQuery("SELECT count(*) FROM " + partition)
                                .mapTo(Long.class)
                                .one()))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("permission denied");
    }

    @Test
    void anApplicationThatOwnsTheTablesIsRefused() throws Exception {
        DatabaseAddress wrong = new DatabaseAddress(
                database.address().url(),
                new DatabaseAddress.Login("bulwark_owner", Optional.empty()),
                Optional.empty(),
                4,
                new DatabaseAddress.Lists(1, Duration.ofSeconds(4)));
        try (Database owned = new Database(Optional.of(wrong), SqlLogger.NOP_SQL_LOGGER)) {
            owned.start();
            org.awaitility.Awaitility.await()
                    .until(() -> owned.fault().orElse("").contains("owns the tables or is a superuser"));
            assertThatThrownBy(() -> owned.inTenant("default", handle -> 1))
                    .isInstanceOf(Database.UnavailableException.class);
        }
    }

    @Test
    void withoutADatabaseItSaysWhichSettingIsMissing() {
        try (Database none = new Database(Optional.empty(), SqlLogger.NOP_SQL_LOGGER)) {
            none.start();
            assertThatThrownBy(() -> none.inTenant("default", handle -> 1))
                    .isInstanceOf(Database.UnavailableException.class)
                    .hasMessageContaining("bulwark.database.url");
        }
    }
}
