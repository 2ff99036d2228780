package io.bulwark.cli.local;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The JVM that PostgreSQL is a child of: unpacks and starts the server, makes the two roles and the database where they
 * are missing, and stops the server when it has to end.
 *
 * <p>{@code PostgresNode FOLDER PORT [ADDRESS]}: an address beside 127.0.0.1, and all of IPv4 is let in then.
 */
final class PostgresNode {

    /** The role that owns the tables. */
    static final String OWNER = "bulwark_owner";

    /** The role that moderation-stream works as, and the name of the database. */
    static final String APPLICATION = "bulwark";

    private static final String LOOPBACK = "127.0.0.1";
    private static final String ALL_OF_IPV4 = "host all all 0.0.0.0/0 trust\n";
    private static final Duration START_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private PostgresNode() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path data = folder.resolve("data");
        String addresses = arguments.length > 2 ? LOOPBACK + "," + arguments[2] : LOOPBACK;
        stopLeftover(data.resolve("postmaster.pid"));
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(folder.resolve("program").toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(Integer.parseInt(arguments[1]))
                .setServerConfig("listen_addresses", addresses)
                .setServerConfig("shared_buffers", "64MB")
                .setPGStartupWait(START_WITHIN)
                .start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String role : List.of(OWNER, APPLICATION)) {
                if (!exists(statement, "SELECT FROM pg_roles WHERE rolname = '" + role + "'")) {
                    statement.execute("CREATE ROLE " + role + " LOGIN");
                }
            }
            if (!exists(statement, "SELECT FROM pg_database WHERE datname = '" + APPLICATION + "'")) {
                statement.execute("CREATE DATABASE " + APPLICATION + " OWNER " + OWNER);
            }
            if (arguments.length > 2) {
                letIn(data.resolve("pg_hba.conf"), statement);
            }
        }
        new CountDownLatch(1).await();
    }

    private static void letIn(Path rules, Statement statement) throws IOException, SQLException {
        if (!Files.readString(rules).contains(ALL_OF_IPV4)) {
            Files.writeString(rules, ALL_OF_IPV4, StandardOpenOption.APPEND);
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private static boolean exists(Statement statement, String question) throws SQLException {
        try (ResultSet found = statement.executeQuery(question)) {
            return found.next();
        }
    }

    /** A server whose JVM was killed still runs on this data. */
    private static void stopLeftover(Path pidFile) throws IOException, InterruptedException {
        if (!Files.exists(pidFile)) {
            return;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        Optional<ProcessHandle> leftover = ProcessHandle.of(pid)
                .filter(process -> process.info().command().orElse("").endsWith("/postgres"));
        if (leftover.isPresent()) {
            leftover.get().destroy();
            for (long waited = 0; leftover.get().isAlive() && waited < STOP_WITHIN.toMillis(); waited += 50) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        Files.deleteIfExists(pidFile);
    }
}
