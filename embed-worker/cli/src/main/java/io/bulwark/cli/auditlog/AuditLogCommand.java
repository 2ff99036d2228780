package io.bulwark.cli.auditlog;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.AuditVerifier;
import io.bulwark.schemas.auditlog.AuditVerifier.AuditFault;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark audit-log}. */
@Command(
        name = "audit-log",
        description = "Checks the log of who saw and did what.",
        subcommands = AuditLogCommand.AuditLogVerifyCommand.class)
public final class AuditLogCommand {

    /** {@code bulwark audit-log verify}. */
    @Command(
            name = "verify",
            description = {
                "Finds rows of audit logs that were edited, dropped, doubled or reordered.",
                "It reads files that GET /api/v1/audit-log exported, in their order, or a database with --database. Rows that were "
                        + "cut off the end are found only with anchors, from files or with --anchors-topic; it says how many rows "
                        + "no anchor covers. The ends that it prints are anchors for the next time."
            })
    static final class AuditLogVerifyCommand extends OutputCommand implements Callable<Integer> {

        @Parameters(
                showDefaultValue = Visibility.NEVER,
                paramLabel = "FILE",
                arity = "0..*",
                description = "Exported rows, a JSON object a line.")
        private List<Path> files = List.of();

        @Option(
                showDefaultValue = Visibility.NEVER,
                names = "--anchors",
                paramLabel = "FILE",
                description =
                        "What rows were at earlier times, a JSON object a line, such as moderation-stream appends to "
                                + "bulwark.review.audit-log.anchors. May be given several times.")
        private List<Path> anchors = new ArrayList<>();

        @Option(
                showDefaultValue = Visibility.NEVER,
                names = "--checkpoints",
                paramLabel = "FILE",
                description =
                        "Signed checkpoints after which a log may begin, as GET /api/v1/audit-log/checkpoints exports them. "
                                + "With --database those of the database are read. Needs --checkpoint-key.")
        private List<Path> checkpoints = new ArrayList<>();

        @Option(
                names = "--checkpoint-key",
                paramLabel = "FILE",
                description = "The public key (PEM) of bulwark.review.audit-log.checkpoint-key-file.")
        private Path checkpointKey;

        @Option(
                names = "--anchors-topic",
                description = "Read anchors from moderation.audit-anchors, where moderation-stream writes them, too.")
        private boolean anchorsTopic;

        @Mixin
        private BrokerOptions broker;

        @Option(
                names = "--database",
                paramLabel = "URL",
                description = "Read the rows of all tenants from this database, such as "
                        + "jdbc:postgresql://localhost:15432/bulwark.")
        private String database;

        @Option(
                names = "--user",
                paramLabel = "NAME",
                defaultValue = "bulwark_owner",
                description =
                        "Who reads the database: the owner of the tables, who sees every tenant's rows (default: "
                                + "${DEFAULT-VALUE}). The password is that of the environment variable BULWARK_DATABASE_PASSWORD.")
        private String user;

        @Override
        public Integer call() {
            Output output = output();
            if ((database == null) == files.isEmpty()) {
                throw CommandFailure.usage("name either files or a --database");
            }
            List<Anchor> known = new ArrayList<>();
            anchors.forEach(file -> known.addAll(AuditLines.anchors(file)));
            if (anchorsTopic) {
                known.addAll(AuditLines.anchors(broker.broker()));
            }
            AuditVerifier verifier = new AuditVerifier(known, signed());
            if (database == null) {
                files.forEach(file -> AuditLines.rows(file, verifier::take));
            } else {
                database().rows(verifier::take);
            }
            List<AuditFault> faults = verifier.faults();
            faults.forEach(fault -> print(output, fault));
            verifier.ends()
                    .forEach(end -> output.print(
                            "end of " + end.tenant() + ": row " + end.position() + ", " + end.hash(),
                            Map.of(
                                    "tenant", end.tenant(),
                                    "position", end.position(),
                                    "hash", end.hash().toString())));
            verifier.tails().forEach(tail -> print(output, tail));
            output.print(
                    "rows=" + verifier.rows() + " anchors=" + known.size() + " faults=" + faults.size(),
                    Map.of("rows", verifier.rows(), "anchors", known.size(), "faults", faults.size()));
            return faults.isEmpty() ? ExitCodes.OK : ExitCodes.FAILED;
        }

        /** Checkpoints whose signature holds. A checkpoint of another key fails the command. */
        private List<Checkpoint> signed() {
            if (checkpointKey == null) {
                if (!checkpoints.isEmpty()) {
                    throw CommandFailure.usage("--checkpoints needs --checkpoint-key");
                }
                return List.of();
            }
            PublicKey key;
            try {
                key = Checkpoint.publicKey(Files.readString(checkpointKey));
            } catch (IOException | IllegalArgumentException unfit) {
                throw CommandFailure.failed(checkpointKey + " cannot be used: " + unfit.getMessage(), unfit);
            }
            List<Checkpoint> found = new ArrayList<>();
            checkpoints.forEach(file -> found.addAll(AuditLines.checkpoints(file)));
            if (database != null) {
                found.addAll(database().checkpoints());
            }
            for (Checkpoint checkpoint : found) {
                if (!checkpoint.isSignedBy(key)) {
                    throw CommandFailure.failed("the checkpoint of row " + checkpoint.position() + " of "
                            + checkpoint.tenant() + " is not signed by the key of " + checkpointKey);
                }
            }
            return found;
        }

        private AuditDatabase database() {
            return new AuditDatabase(database, user, System.getenv("BULWARK_DATABASE_PASSWORD"));
        }

        private static void print(Output output, AuditVerifier.Tail tail) {
            Map<String, Object> fields =
                    Output.fields("tenant", tail.tenant(), "unanchored", tail.rows(), "first", tail.first());
            tail.since().ifPresent(since -> fields.put("since", since.toString()));
            output.print(
                    tail.rows() == 0
                            ? "tail of " + tail.tenant() + ": every row is anchored"
                            : "tail of " + tail.tenant() + ": " + tail.rows() + " rows from row " + tail.first()
                                    + " on are not anchored"
                                    + tail.since()
                                            .map(since -> ", the first of " + since)
                                            .orElse(""),
                    fields);
        }

        private static void print(Output output, AuditFault fault) {
            output.print(
                    fault.tenant() + " row " + fault.position() + ": " + fault.kind() + ", " + fault.explanation(),
                    Map.of(
                            "tenant", fault.tenant(),
                            "position", fault.position(),
                            "fault", fault.kind().name(),
                            "explanation", fault.explanation()));
        }
    }

    /** The audit logs in the database, read by a role that sees every tenant's rows. */
    private static final class AuditDatabase {

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
                    ResultSet rows =
                            statement.executeQuery("SELECT * FROM audit_checkpoint ORDER BY tenant, position")) {
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
                    try (ResultSet rows =
                            statement.executeQuery("SELECT * FROM audit_log ORDER BY tenant, position, at")) {
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
}
