package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.ProblemException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
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
     * @param next what asks for the page after it; empty on the last one
     */
    public record Page(List<Casebook.Case> cases, Optional<String> next) {}

    /**
     * @param after {@link Page#next} of the page before; empty for the first
     * @param size from 1 to {@value #MOST}
     * @throws ProblemException where {@code after} is none of ours, or the size is not allowed
     */
    public Page page(Person person, CaseFilter filter, Optional<String> after, int size) {
        if (size < 1 || size > MOST) {
            throw Problem.BAD_PARAMETER.with("A page has 1 to " + MOST + " cases, not " + size + ".");
        }
        Optional<Place> place = after.map(Place::parse);
        List<Casebook.Case> found =
                database.list(person.tenant(), handle -> find(handle, person, filter, place, size + 1));
        if (found.size() <= size) {
            return new Page(found, Optional.empty());
        }
        List<Casebook.Case> page = List.copyOf(found.subList(0, size));
        Casebook.Case last = page.get(size - 1);
        return new Page(
                page, Optional.of(new Place(last.decidedAt(), last.image().imageId()).toString()));
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
        if (!(review >= 0 && review <= flag && flag <= 1)) {
            throw Problem.BAD_PARAMETER.with(
                    "0 <= review <= flag <= 1 is allowed, found review=" + review + ", flag=" + flag + ".");
        }
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

    private static List<Casebook.Case> find(
            Handle handle, Person person, CaseFilter filter, Optional<Place> place, int most) {
        var sql = new StringBuilder("SELECT * FROM casebook WHERE tenant = :tenant").append(filter.condition());
        place.ifPresent(any -> sql.append(" AND (decided_at, image_id) < (:placeAt, :placeImage)"));
        sql.append(" ORDER BY decided_at DESC, image_id DESC LIMIT :most");
        Query query = handle.createQuery(sql).bind("tenant", person.tenant()).bind("most", most);
        filter.bindTo(query);
        place.ifPresent(value -> query.bind("placeAt", value.decidedAt()).bind("placeImage", value.imageId()));
        return query.map(Casebook::read).list();
    }

    /** The last case of a page. */
    private record Place(Instant decidedAt, String imageId) {

        static Place parse(String text) {
            try {
                String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
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
            from.ifPresent(value -> statement.bind("from", value));
            until.ifPresent(value -> statement.bind("until", value));
            leastScore.ifPresent(value -> statement.bind("leastScore", value));
            mostScore.ifPresent(value -> statement.bind("mostScore", value));
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
            line(NAMES);
        }

        /** Adds a line. */
        public void add(Casebook.Case found) throws IOException {
            line(List.of(
                    found.image().imageId(),
                    found.image().contentSha256(),
                    found.image().uploaderId(),
                    found.image().decision(),
                    found.image().reason().orElse(""),
                    String.join(" ", found.image().labels()),
                    Double.toString(found.image().score()),
                    found.decidedBy(),
                    Boolean.toString(found.byPerson()),
                    found.decidedAt().toString(),
                    Boolean.toString(found.audited())));
        }

        private void line(List<String> cells) throws IOException {
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
