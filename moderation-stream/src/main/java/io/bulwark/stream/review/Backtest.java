package io.bulwark.stream.review;
import io.bulwark.stream.problem.Problem;

import io.bulwark.stream.database.Database;
import java.util.List;

/** What other thresholds would have made of the scores that the casebook holds. Thread-safe. */
public final class Backtest {

    private final Database database;

    public Backtest(Database database) {
        this.database = database;
    }

    /**
     * So many cases.
     *
     * @param would what the thresholds would have decided: SAFE, NSFW or REVIEW
     * @param holds what holds: SAFE, NSFW or REVIEW
     * @param byPerson whether a person decided so; an undo leaves REVIEW, and that is nobody's decision
     */
    public record Count(String would, String holds, boolean byPerson, long cases) {}

    /** Into so many parts the scores are divided. */
    static final int BINS = 20;

    /**
     * The cases of a range of scores.
     *
     * @param from the least score of the range; the range ends where the next one begins, the last one with 1
     * @param cases all of them
     * @param judged those that a person decided; after an undo nobody has
     * @param flagged those of them that the person called NSFW
     */
    public record Bin(double from, long cases, long judged, long flagged) {}

    /** How scores and what people decided go together; ranges without a case are left out. What was refused has no score. */
    public List<Bin> calibration(Person person, CaseFilter filter) {
        return database.list(person.tenant(), handle -> {
            var query = handle.createQuery("SELECT least(:last, floor(score * :bins)) AS bin, count(*) AS cases,"
                            + " count(*) FILTER (WHERE by_person AND decision IN ('SAFE', 'NSFW')) AS judged,"
                            + " count(*) FILTER (WHERE by_person AND decision = 'NSFW') AS flagged"
                            + " FROM casebook WHERE tenant = :tenant AND decision <> 'REFUSED'" + filter.condition()
                            + " GROUP BY 1 ORDER BY 1")
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
            throw Problem.BAD_PARAMETER.with("0 <= review <= flag <= 1 is allowed, found review=" + review + ", flag=" + flag + ".");
        }
        return database.list(person.tenant(), handle -> {
            var query = handle.createQuery("SELECT CASE WHEN score >= :flag THEN 'NSFW' WHEN score > :review"
                            + " THEN 'REVIEW' ELSE 'SAFE' END AS would, decision AS holds,"
                            + " by_person AND decision IN ('SAFE', 'NSFW') AS by_person, count(*) AS cases"
                            + " FROM casebook WHERE tenant = :tenant AND decision <> 'REFUSED'" + filter.condition()
                            + " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
                    .bind("tenant", person.tenant())
                    .bind("flag", flag)
                    .bind("review", review);
            filter.bindTo(query);
            return query.map((row, context) -> new Count(
                            row.getString("would"),
                            row.getString("holds"),
                            row.getBoolean("by_person"),
                            row.getLong("cases")))
                    .list();
        });
    }
}
