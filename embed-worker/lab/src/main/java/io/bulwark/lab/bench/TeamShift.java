package io.bulwark.lab.bench;

import io.bulwark.cli.local.PostgresProcess;
import io.bulwark.cli.terminal.Output;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * What a team did beside a number of cases, with one pause.
 *
 * @param cases in the casebook
 * @param think milliseconds for which a person looks at a picture on average
 * @param seconds of work until the queues were empty
 * @param inTime items whose first decision was made before their deadline
 * @param open items without a decision
 * @param doubled items with more than one first decision that holds
 * @param given the most items that one person was given within an hour
 * @param limit how many they may be given
 */
record TeamShift(
        int cases,
        int think,
        double seconds,
        BenchTraffic.Latencies claims,
        BenchTraffic.Latencies decisions,
        long items,
        long inTime,
        long open,
        long doubled,
        long given,
        long limit) {

    /** The part of items that has to be decided before its deadline. */
    private static final double LEAST_IN_TIME = 0.95;

    boolean holds() {
        return open == 0 && doubled == 0 && given <= limit && inTime >= LEAST_IN_TIME * items;
    }

    void print(Output output) {
        Map<String, Object> fields = Output.fields(
                "cases",
                cases,
                "thinkMillis",
                think,
                "seconds",
                seconds,
                "items",
                items,
                "inTime",
                inTime,
                "open",
                open,
                "doubled",
                doubled,
                "given",
                given,
                "limit",
                limit,
                "claimP95Millis",
                claims.p95(),
                "decisionP95Millis",
                decisions.p95());
        output.print(
                String.format(
                        Locale.ROOT,
                        "cases=%d think=%d ms items=%d in %.0f s: in-time=%d open=%d doubled=%d, a person was given %d"
                                + " of %d, claim p50=%.1f p95=%.1f ms,"
                                + " decision p50=%.1f p95=%.1f ms",
                        cases,
                        think,
                        items,
                        seconds,
                        inTime,
                        open,
                        doubled,
                        given,
                        limit,
                        claims.p50(),
                        claims.p95(),
                        decisions.p50(),
                        decisions.p95()),
                fields);
    }

    /** Cases of the casebook beside which a team works, as the intake writes them. */
    static final class TeamCases {

        private static final String FILL =
                "COPY casebook (tenant, image_id, content_sha256, uploader_id, upload_topic, upload_partition, upload_offset,"
                        + " decision, reason, labels, score, decided_by, by_person, decided_at, audited) FROM STDIN"
                        + " (FORMAT csv)";

        private static final int NOTED_CASES = 100_000;

        private TeamCases() {}

        /**
         * Copies cases with all indexes and triggers in place, and analyzes them. Ends early where the thread is
         * interrupted.
         *
         * @param reviewers by whom some are decided
         * @param progress takes a line now and then
         */
        static void copy(PostgresProcess database, int count, int reviewers, Consumer<String> progress)
                throws SQLException, InterruptedException {
            try (Connection owner = database.connectAsOwner();
                    Statement analyze = owner.createStatement()) {
                Instant now = Clock.systemUTC().instant();
                CopyIn copy = owner.unwrap(PGConnection.class).getCopyAPI().copyIn(FILL);
                for (int i = 1; i <= count; i++) {
                    byte[] row = row(i, reviewers, now.minusSeconds(i)).getBytes(StandardCharsets.UTF_8);
                    copy.writeToCopy(row, 0, row.length);
                    if (i % NOTED_CASES == 0) {
                        progress.accept(i + " cases sent");
                        if (Thread.interrupted()) {
                            copy.cancelCopy();
                            throw new InterruptedException("interrupted while cases were copied");
                        }
                    }
                }
                copy.endCopy();
                progress.accept("cases are analyzed");
                analyze.execute("ANALYZE casebook");
            }
        }

        /** A case as the intake writes it: of twenty one is doubtful, one is NSFW, and one a person called NSFW. */
        private static String row(int i, int reviewers, Instant decidedAt) {
            String rest = switch (i % 20) {
                case 0 -> "REVIEW,UNCERTAIN,{}," + (i % 1000) / 1000.0 + ",worker,false";
                case 1 -> "NSFW,,{spam}," + (i % 1000) / 1000.0 + ",worker,false";
                case 2 -> "NSFW,,{spam}," + (i % 1000) / 1000.0 + ",reviewer-" + i % reviewers + ",true";
                default -> "SAFE,,{}," + (i % 1000) / 1000.0 + ",worker,false";
            };
            return "default,old-%d,%064x,uploader-%d,images.uploaded,0,%d,%s,%s,%s\n"
                    .formatted(i, i, i % 5000, i, rest, decidedAt, i % 500 == 0);
        }
    }
}
