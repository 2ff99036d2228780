package io.bulwark.stream.childsafety;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.Restriction.Contents;
import io.bulwark.stream.state.Restriction.Standing;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;

/**
 * Keeps an instance's knowledge of contents of which a case stands: all of them at first, then those whose cases changed since
 * ({@code restricted_change}). A turn reads again from the oldest transaction that was open at the last one, since that may
 * have committed meanwhile. Who did not look for {@value #FORGOTTEN_MINUTES} minutes reads all again, for by then rows
 * of changes go. One thread.
 */
final class StandingContents {

    /** Rows of changes stay twice as long, beyond any transaction that works on cases. */
    private static final int FORGOTTEN_MINUTES = 5;

    private static final int AT_ONCE = 10_000;

    private final Database database;
    private final Restriction restriction;
    private Contents contents = new Contents();
    private String from;
    private long readNanos;

    StandingContents(Database database, Restriction restriction) {
        this.database = database;
        this.restriction = restriction;
    }

    /** One turn. */
    void follow() {
        long now = System.nanoTime();
        boolean isFirst = from == null || now - readNanos > TimeUnit.MINUTES.toNanos(FORGOTTEN_MINUTES);
        from = database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            String oldest = handle.createQuery("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                    .mapTo(String.class)
                    .one();
            if (isFirst) {
                readAll(handle);
            } else {
                readChanges(handle);
            }
            return oldest;
        });
        readNanos = now;
    }

    private void readAll(Handle handle) {
        var all = new Contents();
        handle.createQuery("SELECT DISTINCT content_digest(tenant, content_sha256) FROM restricted_case"
                        + " WHERE content_sha256 <> '' AND state <> 'LIFTED'")
                .setFetchSize(AT_ONCE)
                .mapTo(byte[].class)
                .forEach(digest -> all.put(digest, true));
        contents = all;
        restriction.stand(new Standing(all, RestrictedCases.orderKey(handle)));
    }

    private void readChanges(Handle handle) {
        handle.createQuery("""
                        SELECT changed.digest, EXISTS (SELECT FROM restricted_case c
                        WHERE content_digest(c.tenant, c.content_sha256) = changed.digest AND c.state <> 'LIFTED') AS stands
                        FROM (SELECT DISTINCT digest FROM restricted_change WHERE xid >= CAST(:from AS xid8)) AS changed""")
                .bind("from", from)
                .setFetchSize(AT_ONCE)
                .map((row, context) -> new Changed(row.getBytes("digest"), row.getBoolean("stands")))
                .forEach(changed -> contents.put(changed.digest(), changed.stands()));
    }

    /** Takes away rows of changes that every instance has read, or reads no more. */
    void sweep() {
        database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            return handle.createUpdate(
                            "DELETE FROM restricted_change WHERE xid < pg_snapshot_xmin(pg_current_snapshot())"
                                    + " AND at < clock_timestamp() - make_interval(secs => :kept)")
                    .bind("kept", (double)
                            Duration.ofMinutes(2L * FORGOTTEN_MINUTES).toSeconds())
                    .execute();
        });
    }

    /** @param stands whether a case of the content stands */
    private record Changed(byte[] digest, boolean stands) {}
}
