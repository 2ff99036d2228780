package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * The labels of a tenant with what they mean, one list for all reviewers: the same key is the same label for everyone.
 * Each change is a version; a row of the audit log about a decision names the version that held. Thread-safe.
 */
public final class ReviewWords {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<Label>> LABELS = new TypeReference<>() {};
    private static final int MOST_LABELS = 200;
    private static final int MOST_LETTERS = 200;
    private static final int MOST_TEXT = 4000;
    private static final int MOST_EXAMPLES = 20;
    private static final int MOST_REASONS = 50;
    private static final int MOST_VERSIONS = 100;

    /** Keys of labels; the other letters are keys of the review itself. */
    private static final String KEYS = "123456789hijlqwxyz";

    private static final String LATEST = " FROM review_words WHERE tenant = :tenant ORDER BY version DESC LIMIT 1";

    private final Database database;

    public ReviewWords(Database database) {
        this.database = database;
    }

    /**
     * A label.
     *
     * @param name as decisions carry it, 1 to 200 characters
     * @param key one of {@value ReviewWords#KEYS}; null for none
     * @param text when it is given, at most 4,000 characters
     * @param examples in words, at most 20
     * @param counterExamples what looks like it and is not, in words, at most 20
     * @param mergedInto the label that is given in its place; null where it is given itself
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "LabelDocument")
    public record Label(
            String name,
            @Nullable String key,
            @Nullable String text,
            @Nullable List<String> examples,
            @Nullable List<String> counterExamples,
            @Nullable String mergedInto) {

        private void check() {
            requireText("A label's name", name, 1, MOST_LETTERS);
            Problem.BAD_PARAMETER.when(
                    key != null && (key.length() != 1 || KEYS.indexOf(key.charAt(0)) < 0),
                    "The key of " + name + " is one of " + KEYS + ".");
            if (text != null) {
                requireText("The text of " + name, text, 0, MOST_TEXT);
            }
            for (List<String> each : List.of(
                    examples == null ? List.<String>of() : examples,
                    counterExamples == null ? List.<String>of() : counterExamples)) {
                Problem.BAD_PARAMETER.when(
                        each.size() > MOST_EXAMPLES, name + " has at most " + MOST_EXAMPLES + " examples of a kind.");
                each.forEach(example -> requireText("An example of " + name, example, 1, MOST_TEXT));
            }
        }

        private static void requireText(String what, String text, int least, int most) {
            Problem.BAD_PARAMETER.when(
                    text == null || text.strip().length() < least || text.length() > most || text.indexOf('\0') >= 0,
                    what + " has " + least + " to " + most + " characters, none of them U+0000.");
        }
    }

    /**
     * A version of the labels.
     *
     * @param version counts from 1; 0 where a tenant has none
     * @param labels in the order in which reviewers see them
     * @param closed whether decisions have these labels alone
     * @param reasons that reviewers are offered in the words of the team, at most 50; in a change null to leave them
     * @param changedBy null where a tenant has none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "WordsDocument")
    public record Words(
            long version,
            List<Label> labels,
            boolean closed,
            @Nullable List<String> reasons,
            @Nullable String changedBy,
            @Nullable @Schema(implementation = String.class) Instant changedAt) {

        static final Words NONE = new Words(0, List.of(), false, List.of(), null, null);
    }

    private record Row(
            long version, String labels, boolean closed, List<String> reasons, String changedBy, Instant changedAt) {

        Words words() {
            try {
                return new Words(version, JSON.readValue(labels, LABELS), closed, reasons, changedBy, changedAt);
            } catch (JsonProcessingException foreign) {
                throw new IllegalStateException("Version " + version + " of the labels cannot be read", foreign);
            }
        }
    }

    /** What decisions need of the labels that hold. */
    private record Held(long version, String[] names, String merged, boolean closed) {}

    /** The labels that hold. */
    public Words latest(Person person) {
        return database.inTenant(person.tenant(), handle -> latest(handle, person.tenant()));
    }

    private static Words latest(Handle handle, String tenant) {
        return handle.createQuery("SELECT *" + LATEST)
                .bind("tenant", tenant)
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .map(Row::words)
                .orElse(Words.NONE);
    }

    /** The last {@value #MOST_VERSIONS} versions, latest first. */
    public List<Words> versions(Person person) {
        return database.list(
                person.tenant(),
                handle -> handle
                        .createQuery(
                                "SELECT * FROM review_words WHERE tenant = :tenant ORDER BY version DESC LIMIT :most")
                        .bind("tenant", person.tenant())
                        .bind("most", MOST_VERSIONS)
                        .map(ConstructorMapper.of(Row.class))
                        .list()
                        .stream()
                        .map(Row::words)
                        .toList());
    }

    /**
     * Makes the next version.
     *
     * @param given its version is the one that it was made from
     * @throws ProblemException where another version was made meanwhile, or a value is not allowed
     */
    public Words change(Person person, Words given) {
        check(given);
        return database.inTenant(person.tenant(), handle -> {
            handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 2))", "words of " + person.tenant());
            Words before = latest(handle, person.tenant());
            long held = before.version();
            List<String> reasons = given.reasons() == null ? before.reasons() : given.reasons();
            if (held != given.version()) {
                throw Problem.WORDS_CHANGED.with("The labels have version " + held + " now, and not " + given.version()
                        + ". Load them again and repeat the change.");
            }
            handle.createUpdate("""
                            INSERT INTO review_words (tenant, version, labels, names, merged, closed, reasons, changed_by)
                            VALUES (:tenant, :version, CAST(:labels AS jsonb), :names, CAST(:merged AS jsonb), :closed,
                            :reasons, :by)""")
                    .bind("tenant", person.tenant())
                    .bind("version", held + 1)
                    .bind("labels", written(given.labels()))
                    .bindArray(
                            "names",
                            String.class,
                            given.labels().stream().map(Label::name).toList())
                    .bind("merged", written(merged(given.labels())))
                    .bind("closed", given.closed())
                    .bindArray("reasons", String.class, reasons)
                    .bind("by", person.name())
                    .execute();
            person.log(
                    handle,
                    "words.changed",
                    "words/" + (held + 1),
                    Map.of("labels", given.labels().size(), "reasons", reasons.size()));
            return latest(handle, person.tenant());
        });
    }

    private static void check(Words given) {
        Problem.BAD_PARAMETER.when(
                given.labels() == null
                        || given.labels().size() > MOST_LABELS
                        || given.labels().stream().anyMatch(Objects::isNull),
                "There are at most " + MOST_LABELS + " labels.");
        Problem.BAD_PARAMETER.when(
                given.closed() && given.labels().isEmpty(),
                "A closed list has a label: without one nothing can be called NSFW.");
        List<String> reasons = given.reasons() == null ? List.of() : given.reasons();
        Problem.BAD_PARAMETER.when(
                reasons.size() > MOST_REASONS || new HashSet<>(reasons).size() < reasons.size(),
                "There are at most " + MOST_REASONS + " reasons, each once.");
        reasons.forEach(reason -> Label.requireText("A reason", reason, 1, MOST_TEXT));
        Set<String> names = new HashSet<>();
        Set<String> keys = new HashSet<>();
        for (Label label : given.labels()) {
            label.check();
            Problem.BAD_PARAMETER.when(!names.add(label.name()), "The label " + label.name() + " is there twice.");
            Problem.BAD_PARAMETER.when(
                    label.key() != null && !keys.add(label.key()), "The key " + label.key() + " is there twice.");
        }
        Map<String, String> merged = merged(given.labels());
        merged.forEach((from, into) -> Problem.BAD_PARAMETER.when(
                !names.contains(into) || merged.containsKey(into),
                from + " is merged into " + into + ", which is no label that is given."));
    }

    private static Map<String, String> merged(List<Label> labels) {
        Map<String, String> merged = new LinkedHashMap<>();
        for (Label label : labels) {
            Optional.ofNullable(label.mergedInto()).ifPresent(into -> merged.put(label.name(), into));
        }
        return merged;
    }

    /**
     * A decision's labels, and by which version of the words.
     *
     * @param version 0 where the tenant has no words
     */
    record Given(List<String> labels, long version) {}

    /**
     * The labels of a decision as they are published: merged ones become the labels that they are merged into.
     *
     * @throws ProblemException where the list is closed and has one of them not
     */
    static Given given(Handle handle, String tenant, List<String> labels) {
        Optional<Held> held = held(handle, tenant);
        if (held.isPresent() && held.get().closed()) {
            Set<String> names = Set.of(held.get().names());
            labels.stream().filter(label -> !names.contains(label)).findFirst().ifPresent(unknown -> {
                throw Problem.BAD_PARAMETER.with("There is no label " + unknown + ". Allowed are "
                        + String.join(", ", held.get().names()) + ".");
            });
        }
        return merged(held, labels);
    }

    /** The same of labels that a decision gave before: they are not refused. */
    static Given repeated(Handle handle, String tenant, List<String> labels) {
        return merged(held(handle, tenant), labels);
    }

    private static Optional<Held> held(Handle handle, String tenant) {
        return handle.createQuery("SELECT version, names, merged, closed" + LATEST)
                .bind("tenant", tenant)
                .map((row, context) -> new Held(
                        row.getLong(1), (String[]) row.getArray(2).getArray(), row.getString(3), row.getBoolean(4)))
                .findOne();
    }

    private static Given merged(Optional<Held> held, List<String> labels) {
        Map<String, String> merged = held.map(its -> read(its.merged())).orElseGet(Map::of);
        return new Given(
                labels.stream()
                        .map(label -> merged.getOrDefault(label, label))
                        .distinct()
                        .toList(),
                held.map(Held::version).orElse(0L));
    }

    private static Map<String, String> read(String json) {
        try {
            return JSON.readValue(json, new TypeReference<>() {});
        } catch (JsonProcessingException foreign) {
            throw new IllegalStateException("What labels are merged into cannot be read", foreign);
        }
    }

    private static String written(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException(defect);
        }
    }
}
