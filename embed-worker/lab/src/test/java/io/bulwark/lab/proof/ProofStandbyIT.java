package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.cli.local.PostgresProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofStandbyIT {

    @TempDir
    private Path folder;

    @Test
    void a_promoted_standby_has_what_was_committed_and_clients_find_it() throws Exception {
        int here = freePort();
        int there = freePort();
        String both = PostgresProcess.url("127.0.0.1:" + here, "127.0.0.1:" + there) + "?targetServerType=primary";
        ProofStandby standby = new ProofStandby("127.0.0.1:" + here, "127.0.0.1:" + there);
        Path copy = folder.resolve("standby");

        try (PostgresProcess primary = PostgresProcess.start(folder.resolve("primary"), here)) {
            standby.copy(PostgresProcess.data(folder.resolve("primary")), PostgresProcess.data(copy));
            try (PostgresProcess copied = PostgresProcess.start(copy, there)) {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> standby.waitsFor().isEmpty());
                execute(both, "CREATE TABLE kept AS SELECT 7 AS number");
                primary.close();

                ProofStandby.promote("127.0.0.1:" + there);

                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> execute(both, "INSERT INTO kept VALUES (8)"));
                assertThat(sum(both)).isEqualTo(15);
                assertThat(copied).isNotNull();
            }
        }
    }

    private static void execute(String url, String words) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = on");
            statement.execute(words);
        }
    }

    private static int sum(String url) throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet sum = statement.executeQuery("SELECT sum(number) FROM kept")) {
            sum.next();
            return sum.getInt(1);
        }
    }

    private static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, "bulwark_owner", "");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
