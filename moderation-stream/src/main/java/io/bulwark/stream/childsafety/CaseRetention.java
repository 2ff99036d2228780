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
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Holds the images of cases, and destroys cases when their time is over: a year after the report was finished, or after
 * a case without one was checked, and later where a legal ground was named. What is destroyed goes in turns of {@link
 * #sweep}: the hold is released; when the stores know that, the image's erasure is ordered; when the image is gone, the
 * hold, the order and the case go. While another hold is on the image or its uploader, or another case of the image
 * stands, the case waits. Each turn begins from what the stores say, so that a kill at any point is repaired by the
 * next turn. Every instance takes turns; the one that holds the image's state destroys. One thread.
 *
 * @param clock decides, with that of the database, which cases end: the earlier of both
 */
record CaseRetention(Database database, Holds holds, Clock clock) {

    /** Tells nothing of the case: seniors see the list of holds. */
    static final String REASON = "preservation";

    /** A lifted case whose report may have reached the receiver is kept as long as that report demands. */
    private static final String LIFTED_STANDS = "(r.report_id IS NOT NULL AND (r.step = 'FINISHED' AND NOT" + Rows.OVER
            + " OR r.step NOT IN ('FINISHED', 'STOPPED', 'REFUSED')))";

    private static final String STANDS =
            "c.state NOT IN ('LIFTED', 'ENDING') OR c.state = 'LIFTED' AND " + LIFTED_STANDS;

    private static final Logger LOG = Logger.getLogger(CaseRetention.class);

    /** Legal holds and erasures, as the rest of Bulwark has them. */
    interface Holds {

        Answer<Hold> find(String tenant, Subject subject, String id);

        /** The uploader as the image's decision has it; absent where there is no decision. */
        Answer<String> uploader(String tenant, String imageId);

        void write(Hold hold);

        /** Takes the record of a hold away, as if it had never been placed. */
        void remove(Hold hold);

        void write(Erasure order);

        /** Takes the orders to erase an image away, once they are carried out: a tombstone. */
        void removeOrder(String imageId);
    }

    private record Row(
            String tenant,
            UUID caseId,
            String imageId,
            String uploaderId,
            String state,
            boolean held,
            boolean erasing) {}

    /** One turn. */
    void sweep() {
        Instant now = clock.instant();
        rows(STANDS, now).forEach(this::hold);
        rows("c.state NOT IN ('LIFTED', 'ENDING') AND" + Rows.OVER, now).forEach(this::begin);
        rows("c.state = 'ENDING' OR c.state = 'LIFTED' AND NOT " + LIFTED_STANDS, now)
                .forEach(row -> {
                    if (row.state().equals("LIFTED")) {
                        letGo(row);
                    } else {
                        end(row);
                    }
                });
    }

    private List<Row> rows(String which, Instant now) {
        return database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            return handle.createQuery(
                            "SELECT c.tenant, c.case_id, c.image_id, c.uploader_id, c.state, c.held, c.erasing"
                                    + Rows.FROM + " WHERE " + which + " ORDER BY c.held, c.opened_at LIMIT 1000")
                    .bind("now", now)
                    .map(ConstructorMapper.of(Row.class))
                    .list();
        });
    }

    /** Holds the image unless a hold is there; one that was released is placed again. */
    private void hold(Row row) {
        Answer<Hold> answer = holds.find(row.tenant(), Subject.IMAGE, row.imageId());
        if (!isHeld(answer)) {
            holds.write(Hold.newBuilder()
                    .setTenant(row.tenant())
                    .setSubject(Subject.IMAGE)
                    .setId(row.imageId())
                    .setBy(RestrictedCases.PROGRAM)
                    .setReason(REASON)
                    .setAt(millis())
                    .build());
        }
        if (!row.held() && (!isHeld(answer) || ours(answer).isPresent())) {
            in(row, handle -> mark(handle, row, "held"));
        }
    }

    /** While the holds cannot be asked, everything is held. */
    private static boolean isHeld(Answer<Hold> answer) {
        return !(answer instanceof Answer.Absent<Hold>)
                && answer.found().map(hold -> hold.getReleasedAt() == null).orElse(true);
    }

    /** The hold where the program placed it; released or not. */
    private static Optional<Hold> ours(Answer<Hold> answer) {
        return answer.found().filter(hold -> hold.getBy().equals(RestrictedCases.PROGRAM));
    }

    private void begin(Row row) {
        in(row, handle -> {
            handle.execute(
                    "UPDATE restricted_case SET state = 'ENDING', file = 'GONE' WHERE tenant = ? AND case_id = ?",
                    row.tenant(),
                    row.caseId());
            handle.execute("DELETE FROM restricted_file WHERE tenant = ? AND case_id = ?", row.tenant(), row.caseId());
            RestrictedCases.log(handle, row.tenant(), RestrictedCases.PROGRAM, "ending", row.caseId(), Map.of());
        });
    }

    /** A lifted case needs no erasure: its hold is released, and goes with it. Other holds stay. */
    private void letGo(Row row) {
        Answer<Hold> answer = holds.find(row.tenant(), Subject.IMAGE, row.imageId());
        if (isUnknown(answer)) {
            return;
        }
        Optional<Hold> ours = ours(answer);
        if (ours.isPresent() && !isShared(row)) {
            if (ours.get().getReleasedAt() == null) {
                release(ours.get());
                return;
            }
            holds.remove(ours.get());
        }
        destroy(row);
    }

    private void end(Row row) {
        Answer<Hold> answer = holds.find(row.tenant(), Subject.IMAGE, row.imageId());
        Answer<String> uploader = holds.uploader(row.tenant(), row.imageId());
        boolean here = uploader instanceof Answer.Found || uploader instanceof Answer.Absent;
        if (!here || isUnknown(answer) || isShared(row)) {
            return;
        }
        if (isHeld(answer)) {
            ours(answer).ifPresent(this::release);
        } else if (isUploaderHeld(row, row.uploaderId())
                || isUploaderHeld(row, uploader.found().orElse(row.uploaderId()))) {
            LOG.debugf("Case %s waits for the end of another hold", row.caseId());
        } else if (!row.erasing() || uploader instanceof Answer.Found) {
            holds.write(Erasure.newBuilder()
                    .setTenant(row.tenant())
                    .setSubject(Subject.IMAGE)
                    .setId(row.imageId())
                    .setBy(RestrictedCases.PROGRAM)
                    .setReason(REASON)
                    .setAt(millis())
                    .build());
            in(row, handle -> mark(handle, row, "erasing"));
        } else {
            answer.found().ifPresent(holds::remove);
            holds.removeOrder(row.imageId());
            destroy(row);
        }
    }

    private boolean isUploaderHeld(Row row, String uploader) {
        return isHeld(holds.find(row.tenant(), Subject.UPLOADER, uploader));
    }

    private static boolean isUnknown(Answer<Hold> answer) {
        return isHeld(answer) && answer.found().isEmpty();
    }

    private void release(Hold ours) {
        holds.write(Hold.newBuilder(ours)
                .setReleasedBy(RestrictedCases.PROGRAM)
                .setReleasedAt(millis())
                .build());
    }

    /** Whether another case needs the image. */
    private boolean isShared(Row row) {
        return database.acrossTenants(handle -> {
            RestrictedCases.enter(handle);
            return handle.createQuery("SELECT EXISTS (SELECT" + Rows.FROM + " WHERE c.tenant = :tenant"
                            + " AND c.image_id = :image AND c.case_id <> :case AND (" + STANDS + "))")
                    .bind("tenant", row.tenant())
                    .bind("image", row.imageId())
                    .bind("case", row.caseId())
                    .bind("now", clock.instant())
                    .mapTo(Boolean.class)
                    .one();
        });
    }

    private void destroy(Row row) {
        in(row, handle -> destroy(handle, row));
        LOG.infof("Case %s was destroyed", row.caseId());
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

    /** @param flag a column */
    private static void mark(Handle handle, Row row, String flag) {
        handle.execute(
                "UPDATE restricted_case SET " + flag + " = true WHERE tenant = ? AND case_id = ?",
                row.tenant(),
                row.caseId());
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
