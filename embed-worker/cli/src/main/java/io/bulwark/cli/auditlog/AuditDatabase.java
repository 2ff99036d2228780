package io.bulwark.cli.auditlog;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.schemas.auditlog.Digest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;

/** The audit logs in the database, read by a role that sees every tenant's rows. */
final class AuditDatabase {

    private static final int FETCHED_AT_ONCE = 1000;

    private final String url;
    private final Properties login = new Properties();

    AuditDatabase(String url, String user, String password) {
        this.url = url;
        login.setProperty("user", user);
        login.setProperty("currentSchema", "bulwark");
        if (password != null) {
            login.setProperty("password", password);
        }
    }

    /** Reads all checkpoints. */
    List<Checkpoint> checkpoints() {
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT * FROM audit_checkpoint ORDER BY tenant, position")) {
            List<Checkpoint> found = new ArrayList<>();
            while (rows.next()) {
                found.add(new Checkpoint(
                        rows.getString("tenant"),
                        rows.getLong("position"),
                        new Digest(rows.getBytes("hash")),
                        rows.getObject("signed_at", OffsetDateTime.class).toInstant(),
                        rows.getString("signature")));
            }
            return found;
        } catch (SQLException refused) {
            throw CommandFailure.unavailable(
                    "the database " + url + " cannot be read: " + refused.getMessage(), refused);
        }
    }

    /** Reads all rows, each tenant's in the order of their positions. */
    void rows(Consumer<AuditRow> taker) {
        try (Connection connection = DriverManager.getConnection(url, login)) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false); // only then does the driver fetch piece by piece
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(FETCHED_AT_ONCE);
                try (ResultSet rows = statement.executeQuery("SELECT * FROM audit_log ORDER BY tenant, position, at")) {
                    while (rows.next()) {
                        taker.accept(row(rows));
                    }
                }
            }
        } catch (SQLException refused) {
            throw CommandFailure.unavailable(
                    "the database " + url + " cannot be read: " + refused.getMessage(), refused);
        }
    }

    private static AuditRow row(ResultSet row) throws SQLException {
        return new AuditRow(
                row.getString("tenant"),
                row.getLong("position"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("actor"),
                row.getString("action"),
                row.getString("subject"),
                row.getString("details"),
                new Digest(row.getBytes("previous")),
                new Digest(row.getBytes("hash")));
    }
}
