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

/**
 * A database of one's own on this JVM's PostgreSQL, with the two roles that production has. The server starts at first use
 * and stops with the JVM.
 */
public final class TestDatabase implements AutoCloseable {

    private static final AtomicInteger MADE = new AtomicInteger();

    private final DatabaseAddress address;
    private final Database database;

    private TestDatabase(DatabaseAddress address) {
        this.address = address;
        this.database = new Database(Optional.of(address));
    }

    /** Makes an empty database. */
    public static DatabaseAddress make() {
        String name = "test" + MADE.incrementAndGet();
        Jdbi.create(Server.POSTGRES.getPostgresDatabase()).useHandle(handle -> {
            handle.execute("CREATE DATABASE " + name + " OWNER bulwark_owner");
        });
        return new DatabaseAddress(
                "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/" + name,
                new Login("bulwark", Optional.empty()),
                Optional.of(new Login("bulwark_owner", Optional.empty())),
                16,
                new DatabaseAddress.Lists(2, Duration.ofSeconds(4)));
    }

    /** Makes a database and opens it. */
    public static TestDatabase open() {
        var made = new TestDatabase(make());
        made.database.start();
        await("the test database is open")
                .atMost(Duration.ofSeconds(60))
                .until(() -> made.database.fault().isEmpty());
        return made;
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

    /** Starts the server when it is first touched. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres started = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .setServerConfig(
                                "max_connections", "100") // PostgreSQL's default, which the table of locks follows
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
