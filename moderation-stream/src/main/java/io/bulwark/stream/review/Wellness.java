package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.WellnessRules.Bounds;
import io.bulwark.stream.review.WellnessRules.Given;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Keeps the rules that protect people, and holds claims to them. What a person was given is counted when they claim
 * it: from then on their program may show it. An item that is given back unseen does not count. Thread-safe.
 */
@Singleton
public final class Wellness {

    /** Groups of fewer people are left out of reports. */
    static final int LEAST_PEOPLE = 5;

    /** How long it is kept what people were given; at most so far back reports go. */
    static final int KEPT_DAYS = 28;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Database database;

    public Wellness(Database database) {
        this.database = database;
    }

    /**
     * The rules of a tenant and what a person chose.
     *
     * @param version counts from 1; 0 where a tenant has none
     * @param optedOut labels that the person who asks does not want to see
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "WellnessDocument")
    public record Standing(
            long version,
            WellnessRules rules,
            List<String> optedOut,
            @Nullable String changedBy,
            @Nullable @Schema(implementation = String.class) Instant changedAt) {}

    private record Row(long version, String rules, String changedBy, Instant changedAt) {

        WellnessRules read() {
            try {
                return JSON.readValue(rules, WellnessRules.class);
            } catch (JsonProcessingException foreign) {
                throw new IllegalStateException("Version " + version + " of the rules cannot be read", foreign);
            }
        }
    }

    /** Why a person is given nothing although something waits. */
    public enum Withheld {
        BREAK,
        LIMIT,
        OPT_OUT
    }

    /**
     * What holds for a claim.
     *
     * @param counts whether it is counted
     * @param pause why nothing at all is given, and until when as far as that is known
     * @param avoided labels of items that are not given
     * @param limited whether a limit is among the reasons for that
     * @param rotated a label that is given only where nothing else waits
     */
    record Guard(
            boolean counts,
            Optional<Withheld> pause,
            Optional<Instant> until,
            Set<String> avoided,
            boolean limited,
            Optional<String> rotated) {

        static final Guard NONE =
                new Guard(false, Optional.empty(), Optional.empty(), Set.of(), false, Optional.empty());
    }

    /** The rules that hold, and what the person chose. */
    public Standing of(Person person) {
        return database.inTenant(person.tenant(), handle -> standing(handle, person));
    }

    private static Standing standing(Handle handle, Person person) {
        List<String> optedOut = optedOut(handle, person);
        return latest(handle, person.tenant())
                .map(row -> new Standing(row.version(), row.read(), optedOut, row.changedBy(), row.changedAt()))
                .orElseGet(() -> new Standing(0, WellnessRules.NONE, optedOut, null, null));
    }

    private static Optional<Row> latest(Handle handle, String tenant) {
        return handle.select("SELECT * FROM wellness_rules WHERE tenant = ? ORDER BY version DESC LIMIT 1", tenant)
                .map(ConstructorMapper.of(Row.class))
                .findOne();
    }

    private static List<String> optedOut(Handle handle, Person person) {
        return handle.select(
                        "SELECT unnest(labels) FROM wellness_opt_out WHERE tenant = ? AND person = ?",
                        person.tenant(),
                        person.name())
                .mapTo(String.class)
                .list();
    }

    /**
     * Makes the next version of the rules.
     *
     * @param version the one that it was made from
     * @throws ProblemException where another was made meanwhile, or a value is not allowed
     */
    public Standing change(Person person, long version, WellnessRules rules) {
        rules.check();
        return database.inTenant(person.tenant(), handle -> {
            handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 25))", "wellness of " + person.tenant());
            long held = latest(handle, person.tenant()).map(Row::version).orElse(0L);
            if (held != version) {
                throw Problem.WELLNESS_CHANGED.with("The rules have version " + held + " now, and not " + version
                        + ". Load them again and repeat the change.");
            }
            handle.execute("""
                    INSERT INTO wellness_rules (tenant, version, rules, changed_by)
                    VALUES (?, ?, CAST(? AS jsonb), ?)""", person.tenant(), held + 1, written(rules), person.name());
            person.log(handle, "wellness.changed", "wellness/" + (held + 1), Map.of());
            return standing(handle, person);
        });
    }

    /** A person says which labels they do not want to see. The audit log does not say which. */
    public Standing optOut(Person person, List<String> labels) {
        WellnessRules.requireLabels(labels);
        return database.inTenant(person.tenant(), handle -> {
            handle.createUpdate("""
                    INSERT INTO wellness_opt_out (tenant, person, labels) VALUES (:tenant, :person, :labels)
                    ON CONFLICT (tenant, person) DO UPDATE SET labels = excluded.labels""")
                    .bind("tenant", person.tenant())
                    .bind("person", person.name())
                    .bindArray(
                            "labels", String.class, labels.stream().distinct().toList())
                    .execute();
            return standing(handle, person);
        });
    }

    /** What holds for the next claim of a person. */
    static Guard guard(Handle handle, Person person) {
        List<String> optedOut = optedOut(handle, person);
        Optional<Row> row = latest(handle, person.tenant());
        if (row.isEmpty()) {
            return new Guard(false, Optional.empty(), Optional.empty(), Set.copyOf(optedOut), false, Optional.empty());
        }
        WellnessRules rules = row.get().read();
        // Two claims of a person at once are counted one after the other.
        handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 26))", person.tenant() + "\n" + person.name());
        Instant now = handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
        List<Given> given = handle.select("""
                        SELECT at, labels FROM wellness_exposure WHERE tenant = ? AND person = ? AND at > ?
                        ORDER BY at DESC""", person.tenant(), person.name(), now.minus(rules.reach()))
                .map(ConstructorMapper.of(Given.class))
                .list();
        Bounds bounds = rules.bounds(given, now);
        Set<String> avoided = new HashSet<>(optedOut);
        avoided.addAll(bounds.limited());
        Optional<Withheld> pause = bounds.until().isPresent()
                ? Optional.of(Withheld.BREAK)
                : bounds.full() ? Optional.of(Withheld.LIMIT) : Optional.empty();
        return new Guard(true, pause, bounds.until(), avoided, !bounds.limited().isEmpty(), bounds.rotated());
    }

    /** A person was given an item. */
    static void given(Handle handle, Person person, UUID itemId, List<String> labels) {
        handle.createUpdate("""
                INSERT INTO wellness_exposure (tenant, person, item_id, labels)
                VALUES (:tenant, :person, :item, :labels)""")
                .bind("tenant", person.tenant())
                .bind("person", person.name())
                .bind("item", itemId)
                .bindArray("labels", String.class, labels)
                .execute();
    }

    /**
     * A near-equal picture is about to be displayed beside the one in hand: it counts once a day, as far as limits leave
     * room.
     *
     * @throws ProblemException where rules or the person's choice keep it from them
     */
    static void showBeside(Handle handle, Person person, UUID itemId, List<String> labels) {
        Guard guard = guard(handle, person); // first: it has the lock by which two at once are counted
        boolean isNew = isNewBeside(handle, person, itemId);
        Problem.NOT_ALLOWED.when(
                isNew && (guard.pause().isPresent() || labels.stream().anyMatch(guard.avoided()::contains)),
                "Picture " + itemId + " is kept from you by a limit, a break or what you do not want to see.");
        displayed(handle, person, itemId, labels, isNew && guard.counts());
    }

    /** A near-equal item is decided with the one in hand: its picture was displayed, which counts once a day. */
    static void decidedBeside(Handle handle, Person person, UUID itemId, List<String> labels) {
        boolean counts = latest(handle, person.tenant()).isPresent() && isNewBeside(handle, person, itemId);
        displayed(handle, person, itemId, labels, counts);
    }

    private static void displayed(Handle handle, Person person, UUID itemId, List<String> labels, boolean counts) {
        if (counts) {
            given(handle, person, itemId, labels);
        }
        seen(handle, person, itemId);
    }

    private static boolean isNewBeside(Handle handle, Person person, UUID itemId) {
        return handle.createQuery("""
                SELECT NOT EXISTS (SELECT FROM wellness_exposure WHERE tenant = :tenant AND person = :person
                AND item_id = :item AND at > clock_timestamp() - interval '1 day')""")
                .bind("tenant", person.tenant())
                .bind("person", person.name())
                .bind("item", itemId)
                .mapTo(Boolean.class)
                .one();
    }

    /** The picture was displayed. */
    static void seen(Handle handle, Person person, UUID itemId) {
        handle.execute("""
                UPDATE wellness_exposure SET seen = true WHERE tenant = ? AND person = ? AND item_id = ? AND NOT seen
                AND at > clock_timestamp() - interval '1 day'""", person.tenant(), person.name(), itemId);
    }

    /** The item was given back; unseen it does not count. */
    static void givenBack(Handle handle, Person person, UUID itemId) {
        handle.execute("""
                DELETE FROM wellness_exposure WHERE tenant = ? AND person = ? AND item_id = ? AND NOT seen
                AND at > clock_timestamp() - interval '1 day'""", person.tenant(), person.name(), itemId);
    }

    /**
     * What a team saw of a label. No total is given, for the difference to it would show what is left out.
     *
     * @param items pictures that were displayed
     * @param people to how many, at least {@value #LEAST_PEOPLE}
     * @param optedOut how many do not want to see it; null below {@value #LEAST_PEOPLE}
     * @param team of how many: to whom anything was displayed, or who opted out of any label
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ExposureDocument")
    public record Exposure(
            String label, long items, long people, @Nullable Long optedOut, long team) {}

    /**
     * What was displayed to the people of a tenant, by label; labels that fewer than {@value #LEAST_PEOPLE} saw are
     * left out.
     *
     * @param days 1 to {@value #KEPT_DAYS}
     */
    public List<Exposure> report(Person person, int days) {
        Problem.BAD_PARAMETER.when(days < 1 || days > KEPT_DAYS, "days lies between 1 and " + KEPT_DAYS + ".");
        return database.list(
                person.tenant(),
                handle -> handle.createQuery("""
                        SELECT label, count(*) AS items, count(DISTINCT person) AS people, (SELECT nullif(greatest(:least - 1,
                        count(*)), :least - 1) FROM wellness_opt_out out WHERE out.tenant = :tenant
                        AND label = ANY (out.labels)) AS opted_out,
                        (SELECT count(*) FROM (SELECT person FROM wellness_opt_out WHERE tenant = :tenant AND labels <> '{}'
                        UNION SELECT person FROM wellness_exposure WHERE tenant = :tenant AND seen
                        AND at > clock_timestamp() - make_interval(days => :days)) AS each) AS team
                        FROM wellness_exposure, unnest(labels) AS label
                        WHERE tenant = :tenant AND seen AND at > clock_timestamp() - make_interval(days => :days)
                        GROUP BY label HAVING count(DISTINCT person) >= :least ORDER BY items DESC, label LIMIT 200""")
                        .bind("tenant", person.tenant())
                        .bind("days", days)
                        .bind("least", LEAST_PEOPLE)
                        .map(ConstructorMapper.of(Exposure.class))
                        .list());
    }

    private static String written(WellnessRules rules) {
        try {
            return JSON.writeValueAsString(rules);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException(defect);
        }
    }
}
