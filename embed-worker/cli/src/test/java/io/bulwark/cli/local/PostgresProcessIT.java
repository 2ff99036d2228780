package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.local.PostgresProcess.PostgresNode;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local node's PostgreSQL, as a separate process. */
class PostgresProcessIT {

    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenSurvivesARestartAndTheApplicationsRoleOwnsNothing() throws SQLException {
        int port = Ports.free();
        try (PostgresProcess first = PostgresProcess.start(folder, port)) {
            assertThat(first.settings()).containsEntry("bulwark.database.url", first.url());
            execute(first.url(), PostgresNode.OWNER, "CREATE TABLE kept (word text)");
            execute(first.url(), PostgresNode.OWNER, "INSERT INTO kept VALUES ('here')");
            execute(first.url(), PostgresNode.OWNER, "GRANT SELECT ON kept TO " + PostgresNode.APPLICATION);
            assertThatThrownBy(() -> execute(first.url(), PostgresNode.APPLICATION, "DROP TABLE kept"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("must be owner");
            assertThatThrownBy(() -> PostgresProcess.start(folder, port))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessageContaining("--database-port");
        }
        assertThat(Ports.isOpen(port)).isFalse();
        try (PostgresProcess second = PostgresProcess.start(folder, port);
                Connection connection = DriverManager.getConnection(second.url(), PostgresNode.APPLICATION, "");
                Statement statement = connection.createStatement();
                ResultSet kept = statement.executeQuery("SELECT word FROM kept")) {
            assertThat(kept.next()).isTrue();
            assertThat(kept.getString(1)).isEqualTo("here");
        }
    }

    @Test
    void aServerWhoseJvmWasKilledIsReplaced() throws SQLException {
        int port = Ports.free();
        PostgresProcess first = PostgresProcess.start(folder, port);
        first.kill();
        try (PostgresProcess second = PostgresProcess.start(folder, Ports.free())) {
            execute(second.url(), PostgresNode.OWNER, "CREATE TABLE works ()");
        }
        assertThat(Ports.isOpen(port)).isFalse();
    }

    private static void execute(String url, String user, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
