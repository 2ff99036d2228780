package io.bulwark.stream.childsafety;

import io.bulwark.stream.childsafety.RestrictedCases.Details;
import io.bulwark.stream.childsafety.RestrictedCases.Summary;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Rows of cases, in a transaction that may see them. */
final class Rows {

    /** When a case ends: a year after its report was finished, or it was checked without one; later where extended. */
    static final String END =
            " greatest(c.hold_until, CASE WHEN r.case_id IS NULL OR r.step = 'STOPPED' THEN c.checked_at"
                    + " ELSE r.finished_at END + interval '1 year')";

    /** Whether its end is known: its report, where one is wanted, was finished. */
    static final String ENDS =
            " CASE WHEN r.case_id IS NULL OR r.step = 'STOPPED' THEN c.checked_at ELSE r.finished_at END IS NOT NULL";

    /** Whether it is over as of {@code :now} and of the database's clock: a wrong one alone ends nothing early. */
    static final String OVER = " (" + ENDS + " AND" + END + " <= least(CAST(:now AS timestamptz), clock_timestamp()))";

    static final String FROM =
            " FROM restricted_case c LEFT JOIN restricted_report r ON r.tenant = c.tenant AND r.case_id = c.case_id";

    static final String SUMMARY = "c.case_id, c.state, c.severity, c.opened_at, c.decision, c.decided_by, c.checked,"
            + " c.checked_by, r.step AS report, coalesce(r.trouble, c.file_trouble) AS trouble, r.finished_at,"
            + " CASE WHEN" + ENDS + " THEN" + END
            + " END AS ends_at, c.lease_holder IS NOT DISTINCT FROM :person AND c.lease_until > clock_timestamp() AS mine";

    static final String DECIDE = """
            UPDATE restricted_case SET state = 'SECOND', decision = :ruling, decided_by = :person,
            decided_at = clock_timestamp(), viewed = viewed OR :viewed, lease_id = NULL, lease_holder = NULL,
            lease_until = NULL WHERE tenant = :tenant AND case_id = :case""";

    static final String CHECK = """
            UPDATE restricted_case SET state = 'CLOSED', checked = :ruling, checked_by = :person,
            checked_at = clock_timestamp(), viewed = viewed OR :viewed, lease_id = NULL, lease_holder = NULL,
            lease_until = NULL WHERE tenant = :tenant AND case_id = :case""";

    /**
     * Orders a report, never about a match of a list about adults. One that was stopped is begun again, after what is
     * open there was taken back.
     */
    static final String ORDER = """
            INSERT INTO restricted_report AS r (tenant, case_id, viewed, ordered_by) SELECT tenant, case_id, ?, ?
            FROM restricted_case WHERE tenant = ? AND case_id = ? AND NOT adult
            ON CONFLICT (tenant, case_id) DO UPDATE SET stopped = false, step = 'OPENED', restarts = 0, tries = 0,
            calling = CASE WHEN r.report_id IS NOT NULL THEN 'RETRACT' END, viewed = r.viewed OR EXCLUDED.viewed,
            ordered_by = EXCLUDED.ordered_by, wanted_at = clock_timestamp(), next_at = clock_timestamp()
            WHERE r.stopped AND r.step <> 'FINISHED'""";

    /** Has the report about a case taken back, unless it was finished. */
    static final String STOP = """
            UPDATE restricted_report SET stopped = true, tries = 0, next_at = clock_timestamp(),
            step = CASE WHEN step = 'REFUSED' THEN 'OPENED' ELSE step END
            WHERE tenant = ? AND case_id = ? AND step <> 'FINISHED'""";

    private Rows() {}

    /** A confirmed case of which no report was ordered. */
    record Confirmed(String tenant, UUID caseId, String by, boolean viewed) {}

    /** @param labels that lead to a report */
    static List<Confirmed> confirmed(Handle handle, Set<String> labels) {
        return handle.createQuery(
                        "SELECT c.tenant, c.case_id, coalesce(c.checked_by, c.decided_by) AS by, c.viewed" + FROM
                                + " WHERE coalesce(c.checked, c.decision) = 'CONFIRMED'"
                                + " AND c.state IN ('SECOND', 'CLOSED')"
                                + " AND (r.case_id IS NULL OR r.step = 'STOPPED') AND NOT c.adult"
                                + " AND c.label = ANY (:labels)")
                .bindArray("labels", String.class, labels.toArray())
                .map(ConstructorMapper.of(Confirmed.class))
                .list();
    }

    /** A case that is locked until the transaction ends. */
    record Locked(
            String state,
            String label,
            String decision,
            String decidedBy,
            boolean viewed,
            UUID leaseId,
            String leaseHolder,
            boolean leased) {

        boolean waits() {
            return state.equals("OPEN") || state.equals("SECOND");
        }

        boolean isHeldBy(String person, UUID lease) {
            return leased && person.equals(leaseHolder) && lease != null && lease.equals(leaseId);
        }
    }

    /** Where the upload of a case lies; the topic is null where that is not known. */
    record Upload(String imageId, String topic, int partition, long offset) {}

    /** @throws ProblemException where the person's tenant has no such case */
    static Locked lock(Handle handle, Person person, UUID caseId) {
        return handle.createQuery("""
                        SELECT state, label, decision, decided_by, viewed, lease_id, lease_holder,
                        coalesce(lease_until > clock_timestamp(), false) AS leased FROM restricted_case
                        WHERE tenant = :tenant AND case_id = :case FOR UPDATE""")
                .bind("tenant", person.tenant())
                .bind("case", caseId)
                .map(ConstructorMapper.of(Locked.class))
                .findOne()
                .orElseThrow(() -> Problem.NOT_FOUND.with("There is no such case."));
    }

    static Upload upload(Handle handle, String tenant, UUID caseId) {
        return handle.select("""
                        SELECT image_id, upload_topic, upload_partition, upload_offset FROM restricted_case
                        WHERE tenant = ? AND case_id = ?""", tenant, caseId)
                .map((row, context) -> new Upload(
                        row.getString("image_id"),
                        row.getString("upload_topic"),
                        row.getInt("upload_partition"),
                        row.getLong("upload_offset")))
                .one();
    }

    /** @param claimed whether the claim's id is among them */
    static Details details(Handle handle, Person person, UUID caseId, boolean claimed) {
        Map<String, Object> of = Map.of("tenant", person.tenant(), "case", caseId, "person", person.name());
        String one = FROM + " WHERE c.tenant = :tenant AND c.case_id = :case";
        Summary summary = handle.createQuery("SELECT " + SUMMARY + one)
                .bindMap(of)
                .map(ConstructorMapper.of(Summary.class))
                .one();
        return handle.createQuery(
                        "SELECT c.*, r.report_id, coalesce(r.abandoned, '{}') AS abandoned, r.sent_sha256" + one)
                .bindMap(of)
                .map((row, context) -> details(row, summary, claimed))
                .one();
    }

    private static Details details(ResultSet row, Summary summary, boolean claimed) throws SQLException {
        return new Details(
                summary,
                claimed ? row.getObject("lease_id", UUID.class) : null,
                claimed ? Database.instant(row, "lease_until") : null,
                row.getString("image_id"),
                row.getString("uploader_id"),
                row.getString("content_sha256"),
                row.getString("label"),
                row.getString("list"),
                row.getString("entry"),
                row.getString("hash_kind"),
                row.getBoolean("verified"),
                Database.instant(row, "uploaded_at"),
                row.getString("file"),
                row.getBoolean("viewed"),
                row.getString("report_id"),
                List.of((String[]) row.getArray("abandoned").getArray()),
                row.getString("sent_sha256"),
                row.getString("hold_ground"));
    }
}
