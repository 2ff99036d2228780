package io.bulwark.stream.childsafety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.ListedHashKind;
import io.bulwark.stream.childsafety.RestrictedCases.Ruling;
import io.bulwark.stream.childsafety.RestrictedCases.Summary;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.database.DatabaseAddress;
import io.bulwark.stream.database.DatabaseAddress.Login;
import io.bulwark.stream.review.evidence.EvidenceKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A report reaches the receiver once, and the case keeps its receipt, when SIGKILL ends the program that sends it: at each
 * call before the receiver does what is asked, after it did and before its answer, and after the answer and before that is
 * written down. The program is a JVM that does what the application does, on a real PostgreSQL and over HTTP.
 */
@Tag("proof")
class CaseReportsKillIT extends CaseRig {

    private enum Moment {
        /** The request is at the receiver, which does nothing with it. */
        ASKED,
        /** The receiver did it, and the answer gets lost. */
        DONE,
        /** The program has the answer, and its row is locked. */
        ANSWERED
    }

    private final AtomicReference<Process> sender = new AtomicReference<>();

    /** The program. */
    static final class Sender {

        private Sender() {}

        /** @param given the database's address, the receiver's, and the folder with the keys and the password */
        public static void main(String[] given) throws Exception {
            var database = new Database(
                    Optional.of(new DatabaseAddress(
                            given[0],
                            new Login("bulwark", Optional.empty()),
                            Optional.empty(),
                            4,
                            new DatabaseAddress.Lists(1, Duration.ofSeconds(4)))),
                    SqlLogger.NOP_SQL_LOGGER);
            database.start();
            Path folder = Path.of(given[2]);
            var config = config(given[1], folder).childSafety();
            var files = new CaseFiles(
                    database,
                    EvidenceKeys.read(folder.resolve("keys"), CaseFiles.SETTING),
                    (topic, partition, offset, sha256) -> {
                        throw new IllegalStateException("The file is kept already");
                    });
            var cases = new RestrictedCases(database, RestrictedCases.Settings.of(config));
            var reports = new CaseReports(database, new CyberTipline(config.report()), files, config.report());
            Duration pause = Duration.ofMillis(50);
            BackgroundJob.every("restricted-reports", pause, pause, () -> {
                        cases.orderMissing();
                        reports.keepUp();
                    })
                    .start();
            new CountDownLatch(1).await();
        }
    }

    private void start() throws IOException {
        sender.set(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sender.class.getName(),
                        database.address().url(),
                        receiver.url().toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sender.log").toFile())
                .start());
    }

    /** SIGKILL, and nothing of the process is left. */
    private void kill() {
        try {
            assertThat(sender.get().destroyForcibly().waitFor(30, TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void end() {
        Optional.ofNullable(sender.get()).ifPresent(left -> kill());
    }

    static Stream<Arguments> kills() {
        return Stream.of("/submit", "/upload", "/fileinfo", "/finish", "/retract")
                .flatMap(call -> Stream.of(Moment.values()).map(moment -> Arguments.of(call, moment)));
    }

    @ParameterizedTest
    @MethodSource("kills")
    void aKillLeavesOneReportAndItsReceipt(String call, Moment moment) throws IOException {
        open(listed("i1", ListedHashKind.SHA256, true));
        decide(DINA, Ruling.CONFIRMED);
        files.keepUp();
        if (call.equals("/retract")) {
            killedAt("/upload", Moment.DONE); // only a report of which a call is open is taken back
        }
        killedAt(call, moment);
        assertThat(receiver.finished()).hasSize(call.equals("/finish") && moment != Moment.ASKED ? 1 : 0);

        due();
        start();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> "FINISHED".equals(summary().report()));
        assertThat(receiver.finished()).singleElement().satisfies(report -> {
            assertThat(report.files).hasSize(1);
            assertThat(report.details).hasSize(1);
        });
        var details = cases.look(EMIL, summary().caseId(), REASON);
        assertThat(receiver.reports().get(details.reportId()).finished).isTrue();
        assertThat(details.sentSha256()).hasSize(64);
        assertThat(summary().finishedAt()).isNotNull();
        assertThat(audited().stream().filter(row -> row.startsWith("restricted.reported")))
                .hasSize(1);
    }

    /** Starts the program and kills it at the first such call. */
    private void killedAt(String call, Moment moment) throws IOException {
        var held = new AtomicReference<Lock>();
        var reached = new CountDownLatch(1);
        receiver.watch = (path, done) -> {
            if (!path.equals(call) || reached.getCount() == 0 || done == (moment == Moment.ASKED)) {
                return true;
            }
            if (moment == Moment.ANSWERED) {
                held.set(new Lock(database.asSuperuser()));
            } else {
                kill();
            }
            reached.countDown();
            return moment == Moment.ANSWERED;
        };
        due();
        start();
        await().atMost(Duration.ofSeconds(60)).until(() -> reached.getCount() == 0);
        if (moment == Moment.ANSWERED) {
            try (Lock lock = held.get()) {
                await().atMost(Duration.ofSeconds(60)).until(lock::isWaitedFor);
                kill();
            }
        }
        receiver.watch = (path, done) -> true;
        assertThat(sender.get().exitValue()).as("of SIGKILL").isEqualTo(128 + 9);
    }

    /** As if the pause after a failure were over. */
    private void due() {
        database.asSuperuser().useHandle(handle -> handle.execute("UPDATE restricted_report SET next_at = now()"));
    }

    private Summary summary() {
        return cases.list(DINA).get(0);
    }

    /** Keeps the report's row from being written. */
    private static final class Lock implements AutoCloseable {

        private final Jdbi database;
        private final Handle handle;

        Lock(Jdbi database) {
            this.database = database;
            handle = database.open();
            handle.begin();
            handle.execute("SELECT FROM restricted_report FOR UPDATE");
        }

        boolean isWaitedFor() {
            return database.withHandle(other -> other.select("SELECT count(*) > 0 FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND wait_event_type = 'Lock'")
                    .mapTo(Boolean.class)
                    .one());
        }

        @Override
        public void close() {
            handle.rollback();
            handle.close();
        }
    }
}
