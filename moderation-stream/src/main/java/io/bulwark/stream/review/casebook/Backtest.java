package io.bulwark.stream.review.casebook;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.Person;
import io.bulwark.stream.review.ReviewRefusedException;
import io.bulwark.stream.review.ReviewRefusedException.Kind;
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
     * @param byPerson whether a person decided so
     */
    public record Count(String would, String holds, boolean byPerson, long cases) {}

    /**
     * Counts the cases that meet the filter. What was refused has no score and does not count.
     *
     * @param flag from this score on it would have been NSFW
     * @param review above this score and below the other it would have been REVIEW
     */
    public List<Count> run(Person person, CaseFilter filter, double flag, double review) {
        if (!(review >= 0 && review <= flag && flag <= 1)) {
            throw new ReviewRefusedException(
                    Kind.INVALID,
                    "0 <= review <= flag <= 1 is allowed, found review=" + review + ", flag=" + flag + ".");
        }
        return database.inTenant(person.tenant(), handle -> {
            var query = handle.createQuery("SELECT CASE WHEN score >= :flag THEN 'NSFW' WHEN score > :review"
                            + " THEN 'REVIEW' ELSE 'SAFE' END AS would, decision AS holds, by_person, count(*) AS cases"
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
