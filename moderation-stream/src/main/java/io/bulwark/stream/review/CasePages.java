package io.bulwark.stream.review;
import io.bulwark.stream.problem.ProblemException;
import io.bulwark.stream.problem.Problem;

import io.bulwark.stream.database.Database;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Pages of the casebook, newest first. Thread-safe. */
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

    private static List<Casebook.Case> find(
            Handle handle, Person person, CaseFilter filter, Optional<Place> place, int most) {
        var sql = new StringBuilder("SELECT * FROM casebook WHERE tenant = :tenant").append(filter.condition());
        place.ifPresent(any -> sql.append(" AND (decided_at, image_id) < (:placeAt, :placeImage)"));
        sql.append(" ORDER BY decided_at DESC, image_id DESC LIMIT :most");
        Query query = handle.createQuery(sql).bind("tenant", person.tenant()).bind("most", most);
        filter.bindTo(query);
        place.ifPresent(
                value -> query.bind("placeAt", CaseFilter.at(value.decidedAt())).bind("placeImage", value.imageId()));
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
}
