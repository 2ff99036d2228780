package io.bulwark.stream.testing;

import static org.awaitility.Awaitility.await;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.database.DatabaseAddress;
import io.bulwark.stream.database.DatabaseAddress.Login;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;

/**
 * A database of one's own on this JVM's PostgreSQL, with the two roles that production has. The server starts at first use
 * and stops with the JVM.
 */
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger MADE = new AtomicInteger();

    private final DatabaseAddress address;
    private final Database database;

    private TestDatabase(DatabaseAddress address, DatabaseAddress opened) {
        this.address = address;
        this.database = new Database(Optional.of(opened), SqlLogger.NOP_SQL_LOGGER);
    }

    /** Makes a database with all tables and opens it, without migrations: it is a copy of one that has had them. */
    public static TestDatabase open() {
        DatabaseAddress address = make("test" + MADE.incrementAndGet(), Server.TEMPLATE);
        return open(
                address,
                new DatabaseAddress(
                        address.url(),
                        address.application(),
                        Optional.empty(),
                        address.connections(),
                        address.lists()));
    }

    /** Makes an empty database. */
    public static DatabaseAddress make() {
        return make("test" + MADE.incrementAndGet(), "template1");
    }

    private static DatabaseAddress make(String name, String template) {
        Jdbi.create(Server.POSTGRES.getPostgresDatabase())
                .useHandle(handle ->
                        handle.execute("CREATE DATABASE " + name + " OWNER bulwark_owner TEMPLATE " + template));
        return new DatabaseAddress(
                "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/" + name,
                new Login("bulwark", Optional.empty()),
                Optional.of(new Login("bulwark_owner", Optional.empty())),
                16,
                new DatabaseAddress.Lists(2, Duration.ofSeconds(4)));
    }

    private static TestDatabase open(DatabaseAddress address, DatabaseAddress opened) {
        var made = new TestDatabase(address, opened);
        made.database.start();
        await("the test database is open")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> made.database.fault().isEmpty());
        return made;
    }

    /** A database that has a connection is no template, and a pool closes its own in the background. */
    private static void awaitNoConnection(EmbeddedPostgres server, String name) {
        String open = "FROM pg_stat_activity WHERE datname = '" + name + "'";
        Jdbi admin = Jdbi.create(server.getPostgresDatabase());
        await("the connections of database " + name + " are closed")
                .pollInterval(Duration.ofMillis(20))
                .until(() -> admin.withHandle(handle -> {
                    handle.execute("SELECT pg_terminate_backend(pid) " + open);
                    return handle.select("SELECT count(*) = 0 " + open)
                            .mapTo(Boolean.class)
                            .one();
                }));
    }

    public Database database() {
        return database;
    }

    public DatabaseAddress address() {
        return address;
    }

    /** As the server's superuser, whom no row-level security binds. */
    public Jdbi asSuperuser() {
        return Jdbi.create(address.url() + "?currentSchema=bulwark", "postgres", "");
    }

    /** As the role that owns the tables. */
    public Jdbi asOwner() {
        return Jdbi.create(address.url() + "?currentSchema=bulwark", "bulwark_owner", "");
    }

    /** As the role that moderation-stream works as. */
    public Jdbi asApplication() {
        return Jdbi.create(address.url() + "?currentSchema=bulwark", "bulwark", "");
    }

    @Override
    public void close() {
        database.close();
    }

    /** Starts the server when it is first touched, and runs the migrations once: other databases are copies. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();
        static final String TEMPLATE = "migrated";

        static {
            DatabaseAddress migrated = make(TEMPLATE, "template1");
            open(migrated, migrated).close();
            awaitNoConnection(POSTGRES, TEMPLATE);
        }

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres started = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .setServerConfig(
                                "max_connections", "100") // PostgreSQL's default, which the table of locks follows
                        // It would visit every database that a test has left, and its statistics would change plans
                        // midway.
                        .setServerConfig("autovacuum", "off")
                        // No crash is survived anyway: the builder turns fsync off.
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("wal_level", "minimal")
                        .setServerConfig("max_wal_senders", "0")
                        .start();
                Jdbi.create(started.getPostgresDatabase()).useHandle(handle -> {
                    handle.execute("CREATE ROLE bulwark_owner LOGIN");
                    handle.execute("CREATE ROLE bulwark LOGIN");
                });
                return started;
            } catch (IOException failed) {
                throw new UncheckedIOException("The test's PostgreSQL did not start", failed);
            }
        }
    }
}
