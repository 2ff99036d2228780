package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Duty;
import io.bulwark.events.Reason;
import io.bulwark.stream.access.Roles;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.ItemRow.Origin;
import jakarta.annotation.Nullable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.mapper.reflect.JdbiConstructor;

/**
 * What belongs into a queue and what is to be done with it. An item fits where each condition holds; a condition
 * that is left out holds always. Of the queues that an item fits it goes into the one with the lowest position.
 *
 * @param position order of the rules; {@value QueueRouting#DEFAULT} comes last whatever it says
 * @param labels the item has one of them
 * @param reasons names of {@link Reason}: the machine's reason is one of them
 * @param origins names of {@link Origin} but SAMPLE: the item is in review for one of them
 * @param scoreFrom least score, in [0, 1]
 * @param scoreTo greatest score, in [0, 1]
 * @param strikes least strikes of the uploader
 * @param reports least reports of different people
 * @param roles who may claim; empty for every reviewer
 * @param headStartSeconds how much earlier than it arrived an item counts as arrived; negative for what can wait
 * @param deadlineSeconds after which time since its arrival an item is late; null for never
 * @param capacity open items at which further ones go to the next queue that they fit; null for no limit. Items that
 *     arrive at the same moment may exceed it
 * @param escalatesTo the queue of what is late; null where it stays
 * @param duties names of {@link Duty}: the clock of one of them runs
 * @param attributes the producer's attribute of each of these names has one of its values
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "QueueRule")
public record QueueRule(
        @Nullable Integer position,
        @Nullable List<String> labels,
        @Nullable List<String> reasons,
        @Nullable List<String> origins,
        @Nullable Double scoreFrom,
        @Nullable Double scoreTo,
        @Nullable Integer strikes,
        @Nullable Integer reports,
        @Nullable List<String> roles,
        @Nullable Integer headStartSeconds,
        @Nullable Integer deadlineSeconds,
        @Nullable Integer capacity,
        @Nullable String escalatesTo,
        @Nullable List<String> duties,
        @Nullable Map<String, List<String>> attributes) {

    private static final int MOST_VALUES = 100;

    /** As many as a verdict has. */
    private static final int MOST_ATTRIBUTES = 32;

    private static final int MOST_LETTERS = 1_000;
    private static final int WEEK_SECONDS = 7 * 24 * 3600;
    private static final int YEAR_SECONDS = 366 * 24 * 3600;

    @JdbiConstructor
    public QueueRule {}

    /** Whatever duties and attributes an item has. */
    public QueueRule(
            Integer position,
            List<String> labels,
            List<String> reasons,
            List<String> origins,
            Double scoreFrom,
            Double scoreTo,
            Integer strikes,
            Integer reports,
            List<String> roles,
            Integer headStartSeconds,
            Integer deadlineSeconds,
            Integer capacity,
            String escalatesTo) {
        this(
                position,
                labels,
                reasons,
                origins,
                scoreFrom,
                scoreTo,
                strikes,
                reports,
                roles,
                headStartSeconds,
                deadlineSeconds,
                capacity,
                escalatesTo,
                null,
                null);
    }

    /** With what is left out filled in. */
    QueueRule complete() {
        return new QueueRule(
                position == null ? 100 : position,
                labels == null ? List.of() : labels,
                reasons == null ? List.of() : reasons,
                origins == null ? List.of() : origins,
                scoreFrom == null ? 0 : scoreFrom,
                scoreTo == null ? 1 : scoreTo,
                strikes == null ? 0 : strikes,
                reports == null ? 0 : reports,
                roles == null ? List.of() : roles,
                headStartSeconds == null ? 0 : headStartSeconds,
                deadlineSeconds,
                capacity,
                escalatesTo,
                duties == null ? List.of() : duties,
                attributes == null ? Map.of() : attributes);
    }

    /** @throws io.bulwark.stream.problem.Problem.ProblemException where a value is out of its range */
    void check(String name) {
        requireRange("position", position, 0, 10_000);
        requireValues("labels", labels, label -> !label.isBlank() && label.length() <= 200, "texts");
        Storable.fault(labels).ifPresent(fault -> Problem.BAD_PARAMETER.when(true, fault));
        requireNames("reasons", reasons, names(Reason.values()));
        requireNames(
                "origins",
                origins,
                names(Arrays.stream(Origin.values())
                        .filter(origin -> origin != Origin.SAMPLE)
                        .toArray(Origin[]::new)));
        requireValues("duties", duties, duty -> Duties.named(duty) != null, "names of duties");
        requireAttributes(attributes);
        requireNames("roles", roles, List.of(Roles.REVIEWER, Roles.SENIOR, Roles.ADMIN));
        Problem.BAD_PARAMETER.when(
                !(0 <= scoreFrom && scoreFrom <= scoreTo && scoreTo <= 1),
                "scoreFrom and scoreTo are 0 to 1, the first not above the second.");
        requireRange("strikes", strikes, 0, 1_000_000);
        requireRange("reports", reports, 0, 1_000_000);
        requireRange("headStartSeconds", headStartSeconds, -WEEK_SECONDS, WEEK_SECONDS);
        if (deadlineSeconds != null) {
            requireRange("deadlineSeconds", deadlineSeconds, 1, YEAR_SECONDS);
        }
        if (capacity != null) {
            requireRange("capacity", capacity, 1, 5_000);
        }
        Problem.BAD_PARAMETER.when(
                escalatesTo != null && (deadlineSeconds == null || escalatesTo.equals(name)),
                "escalatesTo names another queue, and needs deadlineSeconds.");
        Problem.BAD_PARAMETER.when(
                name.equals(QueueRouting.DEFAULT) && (isSelective() || capacity != null),
                "The queue default takes what fits no other: it has neither conditions nor a capacity.");
    }

    private boolean isSelective() {
        return !labels.isEmpty()
                || !reasons.isEmpty()
                || !origins.isEmpty()
                || !duties.isEmpty()
                || !attributes.isEmpty()
                || scoreFrom > 0
                || scoreTo < 1
                || strikes > 0
                || reports > 0;
    }

    private static void requireAttributes(Map<String, List<String>> attributes) {
        Problem.BAD_PARAMETER.when(
                attributes.size() > MOST_ATTRIBUTES, "attributes has at most " + MOST_ATTRIBUTES + " names.");
        attributes.forEach((name, values) -> {
            List<String> all = values == null ? List.of() : values;
            Problem.BAD_PARAMETER.when(
                    name.isBlank() || name.length() > MOST_LETTERS || all.isEmpty(),
                    "Each of attributes has a name of at most " + MOST_LETTERS + " characters, and values.");
            requireValues(
                    "An attribute",
                    all,
                    value -> value.length() <= MOST_LETTERS && value.indexOf('\0') < 0,
                    "texts of at most " + MOST_LETTERS + " characters");
            Problem.BAD_PARAMETER.when(name.indexOf('\0') >= 0, "The name of an attribute has a character 0.");
        });
    }

    private static void requireRange(String name, int value, int least, int most) {
        Problem.BAD_PARAMETER.when(value < least || value > most, name + " is " + least + " to " + most + ".");
    }

    private static void requireNames(String name, List<String> values, List<String> allowed) {
        requireValues(name, values, allowed::contains, "of " + String.join(", ", allowed));
    }

    private static void requireValues(
            String name, List<String> values, Predicate<String> allowed, String allowedNames) {
        Problem.BAD_PARAMETER.when(
                values.size() > MOST_VALUES || values.stream().anyMatch(value -> value == null || !allowed.test(value)),
                name + " has at most " + MOST_VALUES + " values, " + allowedNames + ".");
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    /** For the audit log. */
    Map<String, Object> details() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("position", position);
        all.put("labels", labels);
        all.put("reasons", reasons);
        all.put("origins", origins);
        all.put("duties", duties);
        all.put("attributes", attributes);
        all.put("scoreFrom", scoreFrom);
        all.put("scoreTo", scoreTo);
        all.put("strikes", strikes);
        all.put("reports", reports);
        all.put("roles", roles);
        all.put("headStartSeconds", headStartSeconds);
        Optional.ofNullable(deadlineSeconds).ifPresent(seconds -> all.put("deadlineSeconds", seconds));
        Optional.ofNullable(capacity).ifPresent(most -> all.put("capacity", most));
        Optional.ofNullable(escalatesTo).ifPresent(queue -> all.put("escalatesTo", queue));
        return all;
    }
}
