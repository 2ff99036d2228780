package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/** Pages of the casebook, newest first. Thread-safe. */
@Singleton
public final class CasePages {

    /** Cases of one page at most. */
    public static final int MOST = 500;

    private final Database database;

    public CasePages(Database database) {
        this.database = database;
    }

    /**
     * A page.
     *
     * @param cases newest first
     * @param next what asks for the page after it; null on the last one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "CasePageDocument")
    public record Page(List<CaseDocument> cases, String next) {}

    /**
     * The latest decision of an image.
     *
     * @param contentSha256 null where nothing could be fetched
     * @param decidedBy worker or person
     * @param byPerson whether it was a person
     * @param audited whether an attack was suspected
     * @param policyVersion the policy in force when a person decided; null of a worker's decision, whose verdict names it,
     *     and where none was on the topic
     * @param wordsVersion the labels in force then, 0 for none; null of a worker's decision
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record CaseDocument(
            String imageId,
            String contentSha256,
            String uploaderId,
            @Nested("upload_") @Nullable ReviewCandidate.UploadPlace upload,
            String decision,
            String reason,
            List<String> labels,
            double score,
            String decidedBy,
            boolean byPerson,
            @Schema(implementation = String.class) Instant decidedAt,
            boolean audited,
            @Nullable String policyVersion,
            @Nullable Long wordsVersion) {}

    /**
     * By what a person decided.
     *
     * @param policyVersion null where no policy was on the topic
     * @param wordsVersion 0 where there were no labels
     */
    public record Versions(
            @Nullable String policyVersion, @Nullable Long wordsVersion) {

        public static final Versions UNKNOWN = new Versions(null, null);
    }

    /** By what the person's decision was made that holds for an image since then; unknown of decisions made elsewhere. */
    public Versions versions(String tenant, String imageId, Instant since) {
        return database.list(
                tenant,
                handle -> handle.select("""
                                SELECT policy_version, words_version FROM casebook WHERE tenant = ? AND image_id = ?
                                AND by_person AND decided_at = ?""", tenant, imageId, since)
                        .map(ConstructorMapper.of(Versions.class))
                        .findOne()
                        .orElse(Versions.UNKNOWN));
    }

    /**
     * @param after {@link Page#next} of the page before; empty for the first
     * @param size from 1 to {@value #MOST}
     * @throws ProblemException where {@code after} is none of ours, or the size is not allowed
     */
    public Page page(Person person, CaseFilter filter, Optional<String> after, int size) {
        Problem.BAD_PARAMETER.when(size < 1 || size > MOST, "A page has 1 to " + MOST + " cases, not " + size + ".");
        Optional<Place> place = after.map(Place::parse);
        List<CaseDocument> found =
                database.list(person.tenant(), handle -> find(handle, person, filter, place, size + 1));
        if (found.size() <= size) {
            return new Page(found, null);
        }
        List<CaseDocument> page = List.copyOf(found.subList(0, size));
        CaseDocument last = page.get(size - 1);
        return new Page(page, new Place(last.decidedAt(), last.imageId()).toString());
    }

    /**
     * A number of cases.
     *
     * @param would what the thresholds would have decided: SAFE, NSFW or REVIEW
     * @param holds what holds: SAFE, NSFW or REVIEW
     * @param byPerson whether a person decided so; an undo leaves REVIEW, which is no person's decision
     */
    public record Count(String would, String holds, boolean byPerson, long cases) {}

    /** Number of ranges of scores. */
    static final int BINS = 20;

    /**
     * The cases of a range of scores.
     *
     * @param from the least score of the range; the range ends where the next one begins, the last one with 1
     * @param cases all of them
     * @param judged cases that a person decided; undone ones do not count
     * @param flagged judged cases that the person called NSFW
     */
    public record Bin(double from, long cases, long judged, long flagged) {}

    /**
     * How scores and what people decided go together; ranges without a case are left out. What was refused has no
     * score.
     */
    public List<Bin> calibration(Person person, CaseFilter filter) {
        return database.list(person.tenant(), handle -> {
            var query = handle.createQuery("""
                    SELECT least(:last, floor(score * :bins)) AS bin, count(*) AS cases,
                    count(*) FILTER (WHERE by_person AND decision IN ('SAFE', 'NSFW')) AS judged,
                    count(*) FILTER (WHERE by_person AND decision = 'NSFW') AS flagged
                    FROM casebook WHERE tenant = :tenant AND decision <> 'REFUSED'
                    """ + filter.condition() + " GROUP BY 1 ORDER BY 1")
                    .bind("tenant", person.tenant())
                    .bind("bins", BINS)
                    .bind("last", BINS - 1);
            filter.bindTo(query);
            return query.map((row, context) -> new Bin(
                            row.getDouble("bin") / BINS,
                            row.getLong("cases"),
                            row.getLong("judged"),
                            row.getLong("flagged")))
                    .list();
        });
    }

    /**
     * Counts the cases that meet the filter. What was refused has no score and does not count.
     *
     * @param flag from this score on it would have been NSFW
     * @param review above this score and below the other it would have been REVIEW
     */
    public List<Count> run(Person person, CaseFilter filter, double flag, double review) {
        Problem.BAD_PARAMETER.when(
                !(review >= 0 && review <= flag && flag <= 1),
                "0 <= review <= flag <= 1 is allowed, found review=" + review + ", flag=" + flag + ".");
        return database.list(person.tenant(), handle -> {
            var query = handle.createQuery("""
                    SELECT CASE WHEN score >= :flag THEN 'NSFW' WHEN score > :review
                    THEN 'REVIEW' ELSE 'SAFE' END AS would, decision AS holds,
                    by_person AND decision IN ('SAFE', 'NSFW') AS by_person, count(*) AS cases
                    FROM casebook WHERE tenant = :tenant AND decision <> 'REFUSED'
                    """ + filter.condition() + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
                    .bind("tenant", person.tenant())
                    .bind("flag", flag)
                    .bind("review", review);
            filter.bindTo(query);
            return query.map(ConstructorMapper.of(Count.class)).list();
        });
    }

    private static List<CaseDocument> find(
            Handle handle, Person person, CaseFilter filter, Optional<Place> place, int most) {
        var sql = new StringBuilder("SELECT * FROM casebook WHERE tenant = :tenant").append(filter.condition());
        place.ifPresent(any -> sql.append(" AND (decided_at, image_id) < (:placeAt, :placeImage)"));
        sql.append(" ORDER BY decided_at DESC, image_id DESC LIMIT :most");
        Query query = handle.createQuery(sql).bind("tenant", person.tenant()).bind("most", most);
        filter.bindTo(query);
        place.ifPresent(value -> query.bind("placeAt", value.decidedAt()).bind("placeImage", value.imageId()));
        return query.map(ConstructorMapper.of(CaseDocument.class)).list();
    }

    /** The last case of a page. */
    record Place(Instant decidedAt, String imageId) {

        /** Of its microseconds; with more it could be a time that the database does not hold. */
        private static final int MOST_DIGITS = 17;

        static Place parse(String text) {
            try {
                String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
                if (parts[0].length() > MOST_DIGITS || parts[1].indexOf('\0') >= 0) {
                    throw new IllegalArgumentException(text);
                }
                return new Place(Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS), parts[1]);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException foreign) {
                throw Problem.BAD_PARAMETER.with("'" + text + "' is not the next page of any.");
            }
        }

        @Override
        public String toString() {
            String plain = ChronoUnit.MICROS.between(Instant.EPOCH, decidedAt) + " " + imageId;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
        }
    }

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

        private record Condition(String sql, String name, Optional<?> value) {}

        private Stream<Condition> conditions() {
            return Stream.of(
                            new Condition("image_id = :image", "image", image),
                            new Condition("decision = :decision", "decision", decision),
                            new Condition("reason = :reason", "reason", reason),
                            new Condition("uploader_id = :uploader", "uploader", uploader),
                            new Condition("labels @> CAST(ARRAY[:label] AS text[])", "label", label),
                            new Condition("by_person AND decided_by = :reviewer", "reviewer", reviewer),
                            new Condition("decided_at >= :from", "from", from),
                            new Condition("decided_at < :until", "until", until),
                            new Condition("score >= :leastScore", "leastScore", leastScore),
                            new Condition("score <= :mostScore", "mostScore", mostScore))
                    .filter(condition -> condition.value().isPresent());
        }

        /** The conditions as SQL that follows on another one. */
        String condition() {
            return conditions().map(each -> " AND " + each.sql()).collect(Collectors.joining())
                    + (auditedOnly ? " AND audited" : "");
        }

        /** Gives the statement what its conditions compare with. */
        void bindTo(SqlStatement<?> statement) {
            conditions()
                    .forEach(each -> statement.bind(each.name(), each.value().orElseThrow()));
        }
    }

    /**
     * Cases as CSV (RFC 4180), with a line of names first. Every cell is quoted. A text that a spreadsheet would take
     * for a formula gets an apostrophe in front: ids and labels are what strangers wrote.
     */
    public static final class CaseTable {

        private static final List<String> NAMES = List.of(
                "imageId",
                "contentSha256",
                "uploaderId",
                "decision",
                "reason",
                "labels",
                "score",
                "decidedBy",
                "byPerson",
                "decidedAt",
                "audited");
        private static final String FORMULA_BEGINS = "=+-@\t\r\n";

        private final Appendable to;

        /** Begins a table. */
        public CaseTable(Appendable to) throws IOException {
            this.to = to;
            line(to, NAMES);
        }

        /** Adds a line. */
        public void add(CaseDocument found) throws IOException {
            line(
                    to,
                    List.of(
                            found.imageId(),
                            Objects.toString(found.contentSha256(), ""),
                            found.uploaderId(),
                            found.decision(),
                            Objects.toString(found.reason(), ""),
                            String.join(" ", found.labels()),
                            Double.toString(found.score()),
                            found.decidedBy(),
                            Boolean.toString(found.byPerson()),
                            found.decidedAt().toString(),
                            Boolean.toString(found.audited())));
        }

        static void line(Appendable to, List<String> cells) throws IOException {
            String between = "";
            for (String cell : cells) {
                boolean formula = !cell.isEmpty() && FORMULA_BEGINS.indexOf(cell.charAt(0)) >= 0;
                to.append(between)
                        .append(formula ? "\"'" : "\"")
                        .append(cell.replace("\"", "\"\""))
                        .append('"');
                between = ",";
            }
            to.append("\r\n");
        }
    }
}
