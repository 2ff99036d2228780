package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.proof.ProofNetwork.Shell;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A standby of PostgreSQL with synchronous replication, as the manual's "Making a Base Backup Using the Low Level API"
 * makes one: the program that the local node brings has no {@code pg_basebackup}. One thread.
 */
final class ProofStandby {

    private static final String FOLLOWS = "SELECT FROM pg_stat_replication WHERE state = 'streaming'";

    private final String primary;
    private final String standby;

    /** @param primary as {@code host:port}, and so the standby */
    ProofStandby(String primary, String standby) {
        this.primary = primary;
        this.standby = standby;
    }

    /** Copies the primary's data while it runs. What a table lost meanwhile is in the log that the standby reads. */
    void copy(Path from, Path to) {
        Shell.must("rm", "-rf", to.toString());
        Shell.must("mkdir", "-p", to.getParent().toString());
        try (Connection connection = connect(primary);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('proof', true)");
            // Its status says also that a file has vanished meanwhile.
            Shell.run("cp", "-a", from.toString(), to.toString());
            for (String own : new String[] {"postmaster.pid", "postmaster.opts"}) {
                Files.deleteIfExists(to.resolve(own));
            }
            try (ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(to.resolve("backup_label"), label.getString(1));
            }
            String[] address = primary.split(":");
            Files.writeString(
                    to.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=" + address[0] + " port=" + address[1] + " user=postgres'\n",
                    StandardOpenOption.APPEND);
            Files.writeString(to.resolve("standby.signal"), "");
            statement.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
        } catch (SQLException | IOException failure) {
            throw CommandFailure.failed("PostgreSQL at " + primary + " cannot be copied: " + failure, failure);
        }
    }

    /** Empty once the standby follows; from then on no commit of the primary ends without it. */
    Optional<String> waitsFor() {
        try (Connection connection = connect(primary);
                Statement statement = connection.createStatement()) {
            try (ResultSet follows = statement.executeQuery(FOLLOWS)) {
                if (!follows.next()) {
                    return Optional.of(standby + " does not follow yet");
                }
            }
            statement.execute("SELECT pg_reload_conf()");
            return Optional.empty();
        } catch (SQLException silent) {
            return Optional.of(primary + " does not answer: " + silent.getMessage());
        }
    }

    /** Makes a standby a primary, and waits until it is. */
    static void promote(String standby) {
        try (Connection connection = connect(standby);
                Statement statement = connection.createStatement();
                ResultSet promoted = statement.executeQuery("SELECT pg_promote(true, 120)")) {
            if (!promoted.next() || !promoted.getBoolean(1)) {
                throw CommandFailure.failed("PostgreSQL at " + standby + " is no primary after two minutes");
            }
        } catch (SQLException failure) {
            throw CommandFailure.failed("PostgreSQL at " + standby + " cannot be promoted: " + failure, failure);
        }
    }

    private static Connection connect(String server) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + server + "/postgres", "postgres", "");
    }

    /** What a primary still waits for; empty where it answers. */
    static Optional<String> primaryWaitsFor(String url) {
        try (Connection connection = DriverManager.getConnection(url, "bulwark", "")) {
            return connection.isValid(2) ? Optional.empty() : Optional.of("its answer is not valid");
        } catch (SQLException notYet) {
            return Optional.of("it does not answer yet: " + notYet.getMessage());
        }
    }

    /** The clocks of hosts, by libfaketime. Monotonic clocks stay right. One thread. */
    static final class ProofClocks {

        private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");

        private final Map<String, Duration> ahead = new HashMap<>();

        /**
         * The host's processes have another time from their next start on.
         *
         * @param difference zero for the right time, negative for an earlier one
         */
        void set(String host, Duration difference) {
            if (!Files.exists(FAKETIME)) {
                throw CommandFailure.unavailable("clocks are set by " + FAKETIME + " (Debian: libfaketime)");
            }
            ahead.put(host, difference);
        }

        /**
         * What stands in front of a command line that is to have the host's clock. The library's correction of waits is
         * off: under Java 17 it ends every timed wait at once, so that threads that should wait take all of a core.
         */
        List<String> before(String host) {
            Duration difference = ahead.getOrDefault(host, Duration.ZERO);
            return difference.isZero()
                    ? List.of()
                    : List.of(
                            "env",
                            "LD_PRELOAD=" + FAKETIME,
                            "FAKETIME=" + (difference.isNegative() ? "" : "+") + difference.toSeconds(),
                            "FAKETIME_DONT_FAKE_MONOTONIC=1",
                            "FAKETIME_FORCE_MONOTONIC_FIX=0");
        }
    }
}
