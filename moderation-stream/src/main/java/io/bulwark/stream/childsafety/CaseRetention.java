package io.bulwark.stream.childsafety;

import io.bulwark.events.Erasure;
import io.bulwark.events.Hold;
import io.bulwark.events.Subject;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.query.Answer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Holds the images of cases, and destroys cases when their time is over: a year after the report was finished, or after a
 * case without one was checked, and later where a legal ground was named. What is destroyed goes in turns of {@link
 * #sweep}: first the hold is released, and in a later turn, when the stores know that, the image is erased and the case
 * goes. One thread.
 */
final class CaseRetention {

    /** Tells nothing of the case: seniors see the list of holds. */
    static final String REASON = "preservation";

    private static final Logger LOG = Logger.getLogger(CaseRetention.class);

    private final Database database;
    private final Holds holds;
    private final Clock clock;

    /** @param clock decides which cases end */
    CaseRetention(Database database, Holds holds, Clock clock) {
        this.database = database;
        this.holds = holds;
        this.clock = clock;
    }

    /** Legal holds and erasures, as the rest of Bulwark has them. */
    interface Holds {

        Answer<Hold> find(String tenant, String imageId);

        void write(Hold hold);

        void write(Erasure order);
    }

    private record Row(String tenant, UUID caseId, String imageId, String state, boolean held) {}

    /** One turn. */
    void sweep() {
        Instant now = clock.instant();
        rows("c.state NOT IN ('LIFTED', 'ENDING')", now).forEach(this::hold);
        rows("c.state NOT IN ('LIFTED', 'ENDING') AND" + Rows.ENDS + " AND" + Rows.END + " <= :now", now)
                .forEach(this::begin);
        rows("c.state IN ('LIFTED', 'ENDING')", now).forEach(this::end);
    }

    private List<Row> rows(String which, Instant now) {
        return database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            return handle.createQuery("SELECT c.tenant, c.case_id, c.image_id, c.state, c.held" + Rows.FROM + " WHERE "
                            + which + " AND c.opened_at <= :now ORDER BY c.held, c.opened_at LIMIT 1000")
                    .bind("now", now)
                    .map((row, context) -> new Row(
                            row.getString("tenant"),
                            row.getObject("case_id", UUID.class),
                            row.getString("image_id"),
                            row.getString("state"),
                            row.getBoolean("held")))
                    .list();
        });
    }

    /** Holds the image unless a hold is there; one that was released is placed again. */
    private void hold(Row row) {
        if (isHeld(holds.find(row.tenant(), row.imageId()))) {
            return;
        }
        holds.write(Hold.newBuilder()
                .setTenant(row.tenant())
                .setSubject(Subject.IMAGE)
                .setId(row.imageId())
                .setBy(RestrictedCases.PROGRAM)
                .setReason(REASON)
                .setAt(millis())
                .build());
        held(row, true);
    }

    /** While the holds cannot be asked, everything is held. */
    private static boolean isHeld(Answer<Hold> answer) {
        return !(answer instanceof Answer.Absent<Hold>)
                && answer.found().map(hold -> hold.getReleasedAt() == null).orElse(true);
    }

    private void begin(Row row) {
        in(row, handle -> {
            handle.execute(
                    "UPDATE restricted_case SET state = 'ENDING' WHERE tenant = ? AND case_id = ?",
                    row.tenant(),
                    row.caseId());
            RestrictedCases.log(handle, row.tenant(), RestrictedCases.PROGRAM, "ending", row.caseId(), Map.of());
        });
    }

    private void end(Row row) {
        if (row.held() && release(row)) {
            return;
        }
        if (row.state().equals("ENDING")) {
            holds.write(Erasure.newBuilder()
                    .setTenant(row.tenant())
                    .setSubject(Subject.IMAGE)
                    .setId(row.imageId())
                    .setBy(RestrictedCases.PROGRAM)
                    .setReason(REASON)
                    .setAt(millis())
                    .build());
        }
        in(row, handle -> destroy(handle, row));
        LOG.infof("Case %s was destroyed", row.caseId());
    }

    /** Releases the hold of this case, unless another case of the image needs it; whether the stores have yet to know. */
    private boolean release(Row row) {
        Answer<Hold> answer = holds.find(row.tenant(), row.imageId());
        if (answer.found().isEmpty() && isHeld(answer)) {
            return true; // not known now
        }
        Optional<Hold> ours = answer.found()
                .filter(hold -> hold.getReleasedAt() == null)
                .filter(hold -> hold.getBy().equals(RestrictedCases.PROGRAM));
        if (ours.isEmpty() || isShared(row)) {
            held(row, false);
            return false;
        }
        holds.write(Hold.newBuilder(ours.get())
                .setReleasedBy(RestrictedCases.PROGRAM)
                .setReleasedAt(millis())
                .build());
        return true;
    }

    private boolean isShared(Row row) {
        return database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            return handle.select("""
                            SELECT EXISTS (SELECT FROM restricted_case WHERE tenant = ? AND image_id = ?
                            AND case_id <> ? AND state NOT IN ('LIFTED', 'ENDING'))""", row.tenant(), row.imageId(), row.caseId())
                    .mapTo(Boolean.class)
                    .one();
        });
    }

    private static void destroy(Handle handle, Row row) {
        handle.execute("""
                INSERT INTO restricted_destruction (tenant, case_id, opened_at, report_id, finished_at, ground)
                SELECT c.tenant, c.case_id, c.opened_at, r.report_id, r.finished_at,
                CASE WHEN c.state = 'LIFTED' THEN 'lifted by two people' ELSE 'end of the hold' END
                FROM restricted_case c LEFT JOIN restricted_report r ON r.tenant = c.tenant AND r.case_id = c.case_id
                WHERE c.tenant = ? AND c.case_id = ? ON CONFLICT DO NOTHING""", row.tenant(), row.caseId());
        for (String table : List.of("restricted_file", "restricted_report", "restricted_case")) {
            handle.execute("DELETE FROM " + table + " WHERE tenant = ? AND case_id = ?", row.tenant(), row.caseId());
        }
        RestrictedCases.log(handle, row.tenant(), RestrictedCases.PROGRAM, "destroyed", row.caseId(), Map.of());
    }

    private void held(Row row, boolean held) {
        in(
                row,
                handle -> handle.execute(
                        "UPDATE restricted_case SET held = ? WHERE tenant = ? AND case_id = ?",
                        held,
                        row.tenant(),
                        row.caseId()));
    }

    private void in(Row row, Consumer<Handle> work) {
        database.inTenant(row.tenant(), handle -> {
            RestrictedCases.enter(handle);
            work.accept(handle);
            return null;
        });
    }

    private Instant millis() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
