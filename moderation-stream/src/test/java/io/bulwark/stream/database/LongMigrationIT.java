package io.bulwark.stream.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.bulwark.stream.testing.TestDatabase;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Daily partitions, up to three years of them, on a server with the lock table of its defaults: 64 locks for each of 100 connections. A
 * program of the version before works on them meanwhile.
 */
class LongMigrationIT {

    private static final int A_DAY = 3;
    private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

    @Test
    void daysAreMovedWhileTheVersionBeforeWorks() throws Exception {
        assertMoved(100);
    }

    @Test
    @Tag("soak")
    void soAreThreeYearsOfThem() throws Exception {
        assertMoved(1_095);
    }

    private static void assertMoved(int days) throws Exception {
        DatabaseAddress address = TestDatabase.make();
        Migrations.run(address, address.owner().orElseThrow(), "8");
        Jdbi owner = Jdbi.create(address.url() + "?currentSchema=bulwark", "bulwark_owner", "");
        var connections = new HikariConfig();
        connections.setJdbcUrl(address.url() + "?currentSchema=bulwark");
        connections.setUsername("bulwark");
        connections.setMaximumPoolSize(4);
        try (var pool = new HikariDataSource(connections)) {
            move(days, address, owner, Jdbi.create(pool));
        }
    }

    private static void move(int days, DatabaseAddress address, Jdbi owner, Jdbi application) throws Exception {
        fill(owner, days);
        assertThat(one(owner, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'decision'::regclass"))
                .isGreaterThanOrEqualTo(days);
        var former = new FormerVersion(days, application);
        Thread working = new Thread(former, "the version before");
        working.start();

        Migrations.run(address, address.owner().orElseThrow(), "latest");
        // A process that dies after some steps, and two that come after it at once.
        step(application, "move_decisions", 40);
        step(application, "move_audit_log", 40);
        var stopping = new CountDownLatch(1);
        List<Thread> instances = List.of(
                new Thread(new Migrations.LongMigration(application, stopping, Duration.ZERO)),
                new Thread(new Migrations.LongMigration(application, stopping, Duration.ZERO)));
        instances.forEach(Thread::start);
        for (Thread instance : instances) {
            instance.join(Duration.ofMinutes(8).toMillis());
            assertThat(instance.isAlive()).isFalse();
        }
        int before = former.rounds.get();
        await().atMost(Duration.ofSeconds(20)).until(() -> former.rounds.get() > before + 2);
        former.stop.set(true);
        working.join();

        assertThat(former.failure).as("of the version before").hasNullValue();
        assertThat(one(owner, "SELECT count(*) FROM decision")).isEqualTo(days * A_DAY + former.rounds.get());
        assertThat(one(owner, "SELECT count(DISTINCT decision_id) FROM decision"))
                .isEqualTo(days * A_DAY + former.rounds.get());
        assertThat(one(owner, "SELECT count(*) FROM audit_log")).isEqualTo(days * A_DAY + former.rounds.get());
        assertThat(one(
                        owner,
                        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'bulwark'::regnamespace"
                                + " AND relname ~ '_[0-9]{8}$'"))
                .isZero();
        assertThat(one(owner, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'audit_log'::regclass"))
                .isBetween(days / 31L, days / 28L + 4);
        assertThat(
                        one(
                                owner,
                                "SELECT (relkind = 'r' AND relrowsecurity)::int FROM pg_class WHERE oid = 'decision'::regclass"))
                .isOne();
        assertThat(one(
                        owner,
                        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'decision'::regclass AND NOT tgisinternal"))
                .isEqualTo(2);
    }

    private static void step(Jdbi application, String function, int steps) {
        for (int i = 0; i < steps; i++) {
            String done = application.withHandle(handle -> handle.createQuery("SELECT " + function + "()")
                    .mapTo(String.class)
                    .one());
            assertThat(done).isNotNull();
        }
    }

    private static void fill(Jdbi owner, int days) {
        LocalDate first = TODAY.minusDays(days - 1L);
        for (LocalDate day = first; !day.isAfter(TODAY); day = day.plusDays(30)) {
            LocalDate from = day;
            owner.useHandle(handle -> handle.execute("SELECT make_partitions(?, ?)", from, from.plusDays(29)));
        }
        owner.useHandle(handle -> {
            handle.execute(
                    "INSERT INTO decision SELECT 'default', ?::date + d + (n || ' hours')::interval,"
                            + " gen_random_uuid(), gen_random_uuid(), 'image', 'hash', 'DECIDED', 'FIRST', 'anna', 'SAFE', '{}'"
                            + " FROM generate_series(0, ?) d, generate_series(1, ?) n",
                    first,
                    days - 1,
                    A_DAY);
            handle.execute(
                    "INSERT INTO audit_log SELECT 'default', d * 10 + n + 1, ?::date + d + (n || ' hours')::interval,"
                            + " 'anna', 'test', 'item', '{}', '', '' FROM generate_series(0, ?) d, generate_series(1, ?) n",
                    first,
                    days - 1,
                    A_DAY);
        });
    }

    private static long one(Jdbi jdbi, String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    /** What a program of version 8 asks, on one connection. */
    private static final class FormerVersion implements Runnable {

        private final int days;
        private final Jdbi application;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final AtomicInteger rounds = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        FormerVersion(int days, Jdbi application) {
            this.days = days;
            this.application = application;
        }

        @Override
        public void run() {
            try (Handle handle = application.open()) {
                while (!stop.get()) {
                    handle.execute("SELECT make_partitions(?, ?)", TODAY, TODAY.plusDays(14));
                    handle.useTransaction(this::decide);
                    handle.useTransaction(this::list);
                    rounds.incrementAndGet();
                    TimeUnit.SECONDS.sleep(1); // each round locks every partition there is
                }
            } catch (RuntimeException | AssertionError | InterruptedException failed) {
                failure.set(failed);
            }
        }

        private void decide(Handle handle) {
            handle.execute("SELECT set_config('bulwark.tenant', 'default', true)");
            UUID item = UUID.randomUUID();
            handle.createUpdate(
                            "INSERT INTO decision (tenant, decided_at, decision_id, item_id, image_id, content_sha256,"
                                    + " kind, stage, reviewer, decision, labels) VALUES ('default', clock_timestamp(),"
                                    + " gen_random_uuid(), :item, 'image', 'hash', 'DECIDED', 'FIRST', 'ben', 'SAFE', '{}')")
                    .bind("item", item)
                    .execute();
            handle.createUpdate("INSERT INTO audit_log VALUES ('default', :position, clock_timestamp(), 'ben', 'test',"
                            + " 'item', '{}', '', '')")
                    .bind("position", 1_000_000 + rounds.get())
                    .execute();
            assertThat(count(handle, "decision", "item_id = '" + item + "'")).isOne();
            assertThat(count(handle, "decision", "reviewer = 'anna'")).isEqualTo(days * A_DAY);
        }

        private void list(Handle handle) {
            handle.execute("SELECT set_config('bulwark.tenant', 'default', true)");
            assertThat(count(handle, "audit_log", "actor = 'anna'")).isEqualTo(days * A_DAY);
        }

        private static long count(Handle handle, String table, String condition) {
            return handle.createQuery("SELECT count(*) FROM " + table + " WHERE tenant = 'default' AND " + condition)
                    .mapTo(Long.class)
                    .one();
        }
    }
}
