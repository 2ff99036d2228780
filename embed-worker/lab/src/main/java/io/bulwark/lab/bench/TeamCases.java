package io.bulwark.lab.bench;

import io.bulwark.cli.local.PostgresProcess;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Cases of the casebook beside which a team works, as the intake writes them. */
final class TeamCases {

    private static final String FILL =
            "COPY casebook (tenant, image_id, content_sha256, uploader_id, upload_topic, upload_partition, upload_offset,"
                    + " decision, reason, labels, score, decided_by, by_person, decided_at, audited) FROM STDIN (FORMAT csv)";

    private static final int NOTED_CASES = 100_000;

    private TeamCases() {}

    /**
     * Copies cases with all indexes and triggers in place, and analyzes them. Ends early where the thread is interrupted.
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
