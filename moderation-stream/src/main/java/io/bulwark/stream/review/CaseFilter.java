package io.bulwark.stream.review;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Which cases are wanted; all conditions hold at once.
 *
 * @param image this one
 * @param decision SAFE, NSFW, REVIEW or REFUSED
 * @param reason why the worker could not decide, or refused
 * @param uploader by whom
 * @param label one of the case's labels
 * @param reviewer the person who decided
 * @param auditedOnly whether only suspected attacks
 * @param from decided then or later
 * @param until decided before then
 * @param leastScore this score or more
 * @param mostScore this score or less
 */
public record CaseFilter(
        Optional<String> image,
        Optional<String> decision,
        Optional<String> reason,
        Optional<String> uploader,
        Optional<String> label,
        Optional<String> reviewer,
        boolean auditedOnly,
        Optional<Instant> from,
        Optional<Instant> until,
        Optional<Double> leastScore,
        Optional<Double> mostScore) {

    /** Every case. */
    public static final CaseFilter ALL = new CaseFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** The conditions as SQL that follows on another one. */
    String condition() {
        var sql = new StringBuilder();
        image.ifPresent(any -> sql.append(" AND image_id = :image"));
        decision.ifPresent(any -> sql.append(" AND decision = :decision"));
        reason.ifPresent(any -> sql.append(" AND reason = :reason"));
        uploader.ifPresent(any -> sql.append(" AND uploader_id = :uploader"));
        label.ifPresent(any -> sql.append(" AND labels @> CAST(ARRAY[:label] AS text[])"));
        reviewer.ifPresent(any -> sql.append(" AND by_person AND decided_by = :reviewer"));
        if (auditedOnly) {
            sql.append(" AND audited");
        }
        from.ifPresent(any -> sql.append(" AND decided_at >= :from"));
        until.ifPresent(any -> sql.append(" AND decided_at < :until"));
        leastScore.ifPresent(any -> sql.append(" AND score >= :leastScore"));
        mostScore.ifPresent(any -> sql.append(" AND score <= :mostScore"));
        return sql.toString();
    }

    /** Gives the statement what its conditions compare with. */
    void bindTo(SqlStatement<?> statement) {
        image.ifPresent(value -> statement.bind("image", value));
        decision.ifPresent(value -> statement.bind("decision", value));
        reason.ifPresent(value -> statement.bind("reason", value));
        uploader.ifPresent(value -> statement.bind("uploader", value));
        label.ifPresent(value -> statement.bind("label", value));
        reviewer.ifPresent(value -> statement.bind("reviewer", value));
        from.ifPresent(value -> statement.bind("from", at(value)));
        until.ifPresent(value -> statement.bind("until", at(value)));
        leastScore.ifPresent(value -> statement.bind("leastScore", value));
        mostScore.ifPresent(value -> statement.bind("mostScore", value));
    }

    static OffsetDateTime at(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
