package io.bulwark.cli.casebook;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.BrokerOptions.TopicsOption;
import io.bulwark.schemas.topic.Topics;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark casebook}. */
@Command(
        name = "casebook",
        description = "Jobs over what was decided.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CasebookBacktestCommand.class,
            CasebookMatchCommand.class,
            CasebookCommand.CasebookRebuildCommand.class
        })
public final class CasebookCommand {

    /** {@code bulwark casebook rebuild}. */
    @Command(
            name = "rebuild",
            description = {
                "Rebuilds moderation-stream's lists of decisions from Kafka: empties the casebook and has"
                        + " moderation.decisions read again from its beginning.",
                "moderation-stream does the reading, so it must run; lists are incomplete meanwhile. Nothing comes"
                        + " into the"
                        + " queue again, and no decision, note or row of the audit log changes."
            })
    static final class CasebookRebuildCommand extends OutputCommand implements Callable<Integer> {

        private static final long LOOK_MILLIS = 500;

        @Option(
                names = "--database",
                required = true,
                paramLabel = "URL",
                description = "The database, such as jdbc:postgresql://localhost:15432/bulwark.")
        private String database;

        @Option(
                names = "--user",
                paramLabel = "NAME",
                defaultValue = "bulwark_owner",
                description = "The owner of the tables. The password is that of the environment "
                        + "variable BULWARK_DATABASE_PASSWORD.")
        private String user;

        @Option(
                names = "--wait",
                paramLabel = "DURATION",
                defaultValue = "PT10M",
                description = "How long to wait until it has read what it had read before.")
        private Duration patience;

        @Mixin
        private TopicsOption topics;

        @Override
        public Integer call() throws InterruptedException {
            Output output = output();
            String decisions = topics.names().of(Topics.DECISIONS);
            try (Connection connection = DriverManager.getConnection(database, login())) {
                long before = rows(connection);
                empty(connection, decisions);
                output.note(before + " cases are gone; moderation-stream reads " + decisions + " again");
                long begin = System.nanoTime();
                while (unread(connection, decisions) > 0) {
                    if (System.nanoTime() - begin > patience.toNanos()) {
                        throw CommandFailure.unavailable("moderation-stream has not read "
                                + decisions + " again within " + patience + "; "
                                + unread(connection, decisions)
                                + " partitions are behind. Does it run, with this database? It goes on by itself.");
                    }
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
                long after = rows(connection);
                output.print("cases=" + after + " before=" + before, Map.of("cases", after, "before", before));
                return ExitCodes.OK;
            } catch (SQLException refused) {
                throw CommandFailure.unavailable(
                        "the database " + database + " does not do it: " + refused.getMessage(), refused);
            }
        }

        private Properties login() {
            var login = new Properties();
            login.setProperty("user", user);
            login.setProperty("currentSchema", "bulwark");
            String password = System.getenv("BULWARK_DATABASE_PASSWORD");
            if (password != null) {
                login.setProperty("password", password);
            }
            return login;
        }

        /** A running intake finds that its place has moved, rolls back and reads from there. */
        private static void empty(Connection connection, String decisions) throws SQLException {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    PreparedStatement back =
                            connection.prepareStatement("UPDATE intake_offset SET lists_until = greatest(lists_until,"
                                    + " next_offset), next_offset = 0 WHERE topic = ?")) {
                back.setString(1, decisions);
                back.executeUpdate();
                statement.execute("TRUNCATE casebook");
                connection.commit();
            } catch (SQLException refused) {
                connection.rollback();
                throw refused;
            }
            connection.setAutoCommit(true);
        }

        private static long rows(Connection connection) throws SQLException {
            return number(connection, "SELECT count(*) FROM casebook");
        }

        private static long unread(Connection connection, String decisions) throws SQLException {
            try (PreparedStatement behind = connection.prepareStatement(
                    "SELECT count(*) FROM intake_offset WHERE topic = ? AND next_offset < lists_until")) {
                behind.setString(1, decisions);
                return number(behind.executeQuery());
            }
        }

        private static long number(Connection connection, String question) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                return number(statement.executeQuery(question));
            }
        }

        private static long number(ResultSet found) throws SQLException {
            try (ResultSet answer = found) {
                answer.next();
                return answer.getLong(1);
            }
        }
    }

    /** Which images a command looks at: {@code @Mixin RecentImages images}. */
    static final class RecentImages {

        @Option(names = "--tenant", paramLabel = "NAME", description = "Only images of this tenant.")
        private String tenant;

        @Option(
                names = "--since",
                paramLabel = "DURATION",
                description = "Only images that were judged within this time, such as PT6H or P7D.")
        private Duration since;

        Optional<String> tenant() {
            return Optional.ofNullable(tenant);
        }

        /** From when on they were judged. */
        Optional<Instant> from() {
            return Optional.ofNullable(since)
                    .map(time -> Clock.systemUTC().instant().minus(time));
        }
    }
}
