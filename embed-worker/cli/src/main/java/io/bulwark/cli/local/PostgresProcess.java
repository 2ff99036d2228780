package io.bulwark.cli.local;

import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A real PostgreSQL on the loopback interface, with its data kept in a folder: a second start on the same folder and
 * port carries on. It asks for no password, like the local node's Kafka.
 *
 * <p>PostgreSQL refuses to run as root; started by root it runs in a separate user namespace ({@code unshare -U}).
 */
public final class PostgresProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final String OTHERWISE = " Run the node as another user, name a database with --stream-set"
            + " bulwark.database.url=jdbc:postgresql://…, or start it with --without-database.";

    private final ChildProcess child;
    private final int port;

    private PostgresProcess(ChildProcess child, int port) {
        this.child = child;
        this.port = port;
    }

    /**
     * Starts a server and waits until the application's role can connect to its database.
     *
     * @param folder its data, its program and its log; made if missing
     * @param port where clients connect
     * @throws CommandFailure if the port is taken, this machine cannot run it, or it does not start
     */
    public static PostgresProcess start(Path folder, int port) {
        requireMachine();
        Ports.requireFree(port, "PostgreSQL", "--database-port");
        PostgresProcess started = new PostgresProcess(
                ChildProcess.start("database", command(folder, port), folder.resolve("postgres.log"), STOP_LIMIT),
                port);
        started.awaitAnswer();
        return started;
    }

    /**
     * The command line of a server.
     *
     * @param address where it listens beside 127.0.0.1, and then takes every client that reaches it; none or one
     */
    public static JavaCommand command(Path folder, int port, String... address) {
        List<String> arguments = new ArrayList<>(List.of(folder.toAbsolutePath().toString(), Integer.toString(port)));
        arguments.addAll(List.of(address));
        return new JavaCommand(
                PostgresNode.class.getName(),
                KafkaProcess.ownClasspath(),
                List.of("-Xms16m", "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Map.of(),
                arguments,
                Map.of());
    }

    /** What moderation-stream has to be told. */
    public Map<String, String> settings() {
        return settings(url());
    }

    /** The same of a server at another address. */
    public static Map<String, String> settings(String url) {
        return Map.of(
                "bulwark.database.url", url,
                "bulwark.database.username", PostgresNode.APPLICATION,
                "bulwark.database.owner.username", PostgresNode.OWNER);
    }

    /**
     * A connection as the owner of the tables, who sees every tenant's rows. The caller closes it.
     *
     * @throws SQLException where the server does not answer
     */
    public Connection connectAsOwner() throws SQLException {
        return connectAsOwner(url());
    }

    /** The same to a server at another address. */
    public static Connection connectAsOwner(String url) throws SQLException {
        return DriverManager.getConnection(url + "?currentSchema=bulwark", PostgresNode.OWNER, "");
    }

    String url() {
        return url("127.0.0.1", port);
    }

    /** Where a server's database is. */
    public static String url(String host, int port) {
        return url(host + ":" + port);
    }

    /** The same of several servers, of which one is the primary. @param servers each as {@code host:port} */
    public static String url(String... servers) {
        return "jdbc:postgresql://" + String.join(",", servers) + "/" + PostgresNode.APPLICATION;
    }

    /** Where the data of a server with that folder is, as PostgreSQL's {@code PGDATA}. */
    public static Path data(Path folder) {
        return folder.resolve("data");
    }

    boolean isAlive() {
        return child.isAlive();
    }

    String tail() {
        return child.tail();
    }

    /** SIGKILL of the JVM that holds the server, which then runs on until the next start on this data. */
    void kill() {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }

    private void awaitAnswer() {
        try {
            child.awaitReady(
                    () -> Ports.isOpen(port) ? answers() : Optional.of("nothing listens on " + port), START_LIMIT);
        } catch (CommandFailure notReady) {
            child.kill();
            throw notReady;
        }
    }

    private Optional<String> answers() {
        try (var connection = DriverManager.getConnection(url(), PostgresNode.APPLICATION, "")) {
            return connection.isValid(2) ? Optional.empty() : Optional.of("its answer is not valid");
        } catch (SQLException notYet) {
            return Optional.of("it does not answer yet: " + notYet.getMessage());
        }
    }

    private static void requireMachine() {
        String machine = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
        if (!machine.equals("Linux on amd64")) {
            throw CommandFailure.unavailable("there is no PostgreSQL here for " + machine + "." + OTHERWISE);
        }
        if (System.getProperty("user.name").equals("root") && !runs("unshare", "-U", "true")) {
            throw CommandFailure.unavailable(
                    "PostgreSQL refuses to run as root, and this machine does not allow a user namespace for it"
                            + " (unshare -U)." + OTHERWISE);
        }
    }

    private static boolean runs(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while looking for unshare", interrupted);
        }
    }

    /**
     * The JVM that PostgreSQL is a child of: unpacks and starts the server, makes the two roles and the database
     * where they are missing, and stops the server when it has to end.
     *
     * <p>{@code PostgresNode FOLDER PORT [ADDRESS]}: an address beside 127.0.0.1, and all of IPv4 is let in then, also
     * standbys. A commit there survives a SIGKILL; the builder's default, {@code synchronous_commit=off}, loses the
     * last ones.
     */
    static final class PostgresNode {

        /** The role that owns the tables. */
        static final String OWNER = "bulwark_owner";

        /** The role that moderation-stream works as, and the name of the database. */
        static final String APPLICATION = "bulwark";

        private static final String LOOPBACK = "127.0.0.1";
        private static final String ALL_OF_IPV4 =
                "host all all 0.0.0.0/0 trust\nhost replication all 0.0.0.0/0 trust\n";
        private static final Duration START_WITHIN = Duration.ofSeconds(60);
        private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

        private PostgresNode() {}

        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[0]);
            Path data = data(folder);
            String addresses = arguments.length > 2 ? LOOPBACK + "," + arguments[2] : LOOPBACK;
            stopLeftover(data.resolve("postmaster.pid"));
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(folder.resolve("program").toFile())
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(Integer.parseInt(arguments[1]))
                    .setServerConfig("listen_addresses", addresses)
                    .setServerConfig("shared_buffers", "64MB")
                    .setServerConfig("synchronous_commit", arguments.length > 2 ? "on" : "off")
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
}
