package io.bulwark.cli.doctor;

import io.bulwark.cli.doctor.DoctorCommand.Finding;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/** What stands beside Kafka, the registry and the database, and how far this clock is from theirs. */
final class SideExamination {

    private static final int OLDEST_POSTGRES = 140_000;

    /** Timestamps order what people see; tokens and leases run out by them. */
    private static final Duration CLOCK_OFF = Duration.ofSeconds(5);

    private static final String MEND_CLOCK = "timedatectl set-ntp true on whichever machine is wrong";

    private final Clock clock;
    private Finding time =
            Finding.unasked("clock", "neither a registry nor a database tells what time it is elsewhere");

    SideExamination(Clock clock) {
        this.clock = clock;
    }

    /** The registry. Records travel without one as well. */
    Finding registry(Optional<String> url) {
        if (url.isEmpty()) {
            return Finding.well("registry", "none is named: records travel in Avro's single-object encoding");
        }
        String mend = "check --schema-registry, bulwark.schema-registry.url; Apicurio's ends with /apis/registry/v3";
        try {
            HttpResponse<Void> answer = Knock.at("GET", URI.create(url.get().replaceFirst("/$", "") + "/system/info"));
            answer.headers().firstValue("date").ifPresent(date -> compare("the registry", date));
            return answer.statusCode() == 200
                    ? Finding.well("registry", url.get() + " answers")
                    : Finding.wrong("registry", url.get() + " answers with status " + answer.statusCode(), mend);
        } catch (IOException | IllegalArgumentException silent) {
            return Finding.wrong("registry", url.get() + " does not answer: " + silent, mend);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Finding.unasked("registry", "interrupted");
        }
    }

    /** PostgreSQL with people's work. */
    List<Finding> database(String url, String user, String password) {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("currentSchema", "bulwark");
        login.setProperty("connectTimeout", Long.toString(Knock.ANSWER.toSeconds()));
        Optional.ofNullable(password).ifPresent(given -> login.setProperty("password", given));
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement()) {
            compare(
                    "the database",
                    one(statement, "SELECT now()", OffsetDateTime.class).toInstant());
            List<Finding> findings = new ArrayList<>();
            int version = Integer.parseInt(one(statement, "SHOW server_version_num", String.class));
            findings.add(
                    version < OLDEST_POSTGRES
                            ? Finding.wrong(
                                    "database", "PostgreSQL " + version / 10_000, "upgrade to PostgreSQL 14 or later")
                            : Finding.well("database", url + " answers, PostgreSQL " + version / 10_000));
            findings.add(tables(statement, user));
            return findings;
        } catch (SQLException refused) {
            return List.of(Finding.wrong(
                    "database",
                    url + " does not let " + user + " in: " + refused.getMessage(),
                    "check --database, --user and BULWARK_DATABASE_PASSWORD"));
        }
    }

    private static Finding tables(Statement statement, String user) throws SQLException {
        long tables = one(statement, "SELECT count(*) FROM pg_tables WHERE schemaname = 'bulwark'", Long.class);
        if (tables == 0) {
            return Finding.wrong(
                    "database",
                    "it has no tables of Bulwark",
                    "start moderation-stream with bulwark.database.owner.*, which makes them");
        }
        boolean owner = one(
                        statement,
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'bulwark' AND tableowner = current_user",
                        Long.class)
                > 0;
        return Finding.well(
                "database", tables + " tables, of which " + user + (owner ? " is the owner" : " owns none"));
    }

    private static <T> T one(Statement statement, String query, Class<T> type) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getObject(1, type);
        }
    }

    private void compare(String whose, String date) {
        try {
            compare(
                    whose,
                    ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeParseException noDate) {
            time = Finding.unasked("clock", whose + " gives a date that is none: " + date);
        }
    }

    /** Keeps the worst answer. */
    private void compare(String whose, Instant theirs) {
        Duration off = Duration.between(theirs, clock.instant()).abs();
        String says = "this clock and that of " + whose + " are " + off.toSeconds() + " s apart";
        if (off.compareTo(CLOCK_OFF) > 0) {
            time = Finding.wrong("clock", says, MEND_CLOCK);
        } else if (time.state() != Finding.State.WRONG) {
            time = Finding.well("clock", says);
        }
    }

    /** How far this clock is from the clocks asked before. */
    Finding clock() {
        return time;
    }

    /** Sends a request to an address, without following redirects. */
    static final class Knock {

        /** How long anybody has for an answer. */
        static final Duration ANSWER = Duration.ofSeconds(10);

        private Knock() {}

        /**
         * Sends one request without a body on the calling thread.
         *
         * @param method a safe one: GET or HEAD
         * @throws IOException if there is no answer in time, or TLS fails
         * @throws IllegalArgumentException if the address is none of HTTP
         */
        static HttpResponse<Void> at(String method, URI address) throws IOException, InterruptedException {
            HttpRequest question = HttpRequest.newBuilder(address)
                    .method(method, HttpRequest.BodyPublishers.noBody())
                    .timeout(ANSWER)
                    .build();
            return HttpClient.newBuilder()
                    .connectTimeout(ANSWER)
                    .build()
                    .send(question, HttpResponse.BodyHandlers.discarding());
        }
    }
}
