package io.bulwark.stream.childsafety;

import io.bulwark.stream.childsafety.RestrictedCases.Details;
import io.bulwark.stream.childsafety.RestrictedCases.Summary;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Rows of cases, in a transaction that may see them. */
final class Rows {

    /** When a case ends: a year after its report was finished, or it was checked without one; later where extended. */
    static final String END =
            " greatest(c.hold_until, CASE WHEN r.case_id IS NULL THEN c.checked_at ELSE r.finished_at END"
                    + " + interval '1 year')";

    /** Whether its end is known: its report, where one is wanted, was finished. */
    static final String ENDS = " CASE WHEN r.case_id IS NULL THEN c.checked_at ELSE r.finished_at END IS NOT NULL";

    static final String FROM =
            " FROM restricted_case c LEFT JOIN restricted_report r ON r.tenant = c.tenant AND r.case_id = c.case_id";

    static final String SUMMARY = "c.case_id, c.state, c.severity, c.opened_at, c.decision, c.decided_by, c.checked,"
            + " c.checked_by, r.step AS report, r.trouble, r.finished_at, CASE WHEN" + ENDS + " THEN" + END
            + " END AS ends_at, c.lease_holder IS NOT DISTINCT FROM :person AND c.lease_until > clock_timestamp() AS mine";

    static final String DECIDE = """
            UPDATE restricted_case SET state = 'SECOND', decision = :ruling, decided_by = :person,
            decided_at = clock_timestamp(), viewed = viewed OR :viewed, lease_id = NULL, lease_holder = NULL,
            lease_until = NULL WHERE tenant = :tenant AND case_id = :case""";

    static final String CHECK = """
            UPDATE restricted_case SET state = 'CLOSED', checked = :ruling, checked_by = :person,
            checked_at = clock_timestamp(), viewed = viewed OR :viewed, lease_id = NULL, lease_holder = NULL,
            lease_until = NULL WHERE tenant = :tenant AND case_id = :case""";

    private Rows() {}

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
                claimed ? instant(row, "lease_until") : null,
                row.getString("image_id"),
                row.getString("uploader_id"),
                row.getString("content_sha256"),
                row.getString("label"),
                row.getString("list"),
                row.getString("entry"),
                row.getString("hash_kind"),
                row.getBoolean("verified"),
                instant(row, "uploaded_at"),
                row.getString("file"),
                row.getBoolean("viewed"),
                row.getString("report_id"),
                List.of((String[]) row.getArray("abandoned").getArray()),
                row.getString("sent_sha256"),
                row.getString("hold_ground"));
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column))
                .map(Timestamp::toInstant)
                .orElse(null);
    }
}
