package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What protects the people of a tenant who look at pictures, as an admin sets it.
 *
 * @param display how pictures are shown at least; null: as each person likes
 * @param limits how much a person is given within an hour; null or empty for none
 * @param workSeconds after which a person has a break; null for none
 * @param breakSeconds how long it is, and how long a pause counts as one
 * @param rotateAfter items of one label in a row, after which another comes if one waits; null for none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "WellnessRulesDocument")
public record WellnessRules(
        @Nullable Display display,
        @Nullable List<Limit> limits,
        @Nullable Long workSeconds,
        @Nullable Long breakSeconds,
        @Nullable Integer rotateAfter) {

    static final WellnessRules NONE = new WellnessRules(null, null, null, null, null);

    /** For how long what was given counts for a limit. */
    static final Duration HOUR = Duration.ofHours(1);

    private static final int MOST_LIMITS = 50;
    private static final int MOST_LABELS = 200;
    private static final int MOST_LETTERS = 200;
    private static final int MOST_ITEMS = 10_000;
    private static final long LONGEST_WORK = Duration.ofHours(8).toSeconds();

    /**
     * The least protection. A person may add to it.
     *
     * @param blur whether pictures are blurred until they are asked for
     * @param greyscale whether they have no colours
     * @param mostSize of the room that a picture has, percent, 40 to 100
     * @param mute whether no tone sounds, and pictures do not move
     */
    @Schema(name = "WellnessDisplayDocument")
    public record Display(boolean blur, boolean greyscale, int mostSize, boolean mute) {}

    /**
     * The most items that a person is given within an hour.
     *
     * @param labels of the items that count; null or empty for all
     * @param perHour 1 to 10,000
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "WellnessLimitDocument")
    public record Limit(@Nullable List<String> labels, int perHour) {

        private boolean counts(Given item) {
            return labels == null || labels.isEmpty() || item.labels().stream().anyMatch(labels::contains);
        }
    }

    /** Something that a person was given to look at. */
    record Given(Instant at, List<String> labels) {}

    /**
     * What a person may be given now.
     *
     * @param until when their break ends; empty where they have none
     * @param full whether a limit of all items is reached
     * @param limited labels of which they were given enough
     * @param rotated the label that others should come after; empty for none
     */
    record Bounds(Optional<Instant> until, boolean full, Set<String> limited, Optional<String> rotated) {}

    private List<Limit> all() {
        return limits == null ? List.of() : limits;
    }

    /** @param given within {@link #reach} before now, newest first */
    Bounds bounds(List<Given> given, Instant now) {
        boolean full = false;
        Set<String> limited = new HashSet<>();
        List<Given> lately =
                given.stream().filter(one -> one.at().isAfter(now.minus(HOUR))).toList();
        for (Limit limit : all()) {
            if (lately.stream().filter(limit::counts).count() >= limit.perHour()) {
                full |= limit.labels() == null || limit.labels().isEmpty();
                Optional.ofNullable(limit.labels()).ifPresent(limited::addAll);
            }
        }
        return new Bounds(breakUntil(given, now), full, limited, rotated(given));
    }

    /** How far back the claims of a person matter. */
    Duration reach() {
        Duration streak = workSeconds == null ? Duration.ZERO : Duration.ofSeconds(workSeconds + breakSeconds);
        return streak.compareTo(HOUR) > 0 ? streak : HOUR;
    }

    /** A pause as long as a break is a break. */
    private Optional<Instant> breakUntil(List<Given> given, Instant now) {
        if (workSeconds == null || given.isEmpty()) {
            return Optional.empty();
        }
        Duration pause = Duration.ofSeconds(breakSeconds);
        Instant last = given.get(0).at();
        Instant first = last;
        for (Given each : given) {
            if (Duration.between(each.at(), first).compareTo(pause) >= 0) {
                break;
            }
            first = each.at();
        }
        Instant end = last.plus(pause);
        return Duration.between(first, last).toSeconds() >= workSeconds && end.isAfter(now)
                ? Optional.of(end)
                : Optional.empty();
    }

    private Optional<String> rotated(List<Given> given) {
        if (rotateAfter == null || given.size() < rotateAfter) {
            return Optional.empty();
        }
        Set<String> common = new HashSet<>(given.get(0).labels());
        given.subList(0, rotateAfter).forEach(one -> common.retainAll(one.labels()));
        return common.stream().sorted().findFirst();
    }

    /** @throws ProblemException where a value is not allowed */
    void check() {
        Problem.BAD_PARAMETER.when(
                display != null && (display.mostSize() < 40 || display.mostSize() > 100),
                "mostSize lies between 40 and 100.");
        Problem.BAD_PARAMETER.when(
                all().size() > MOST_LIMITS || all().stream().anyMatch(Objects::isNull),
                "There are at most " + MOST_LIMITS + " limits.");
        for (Limit limit : all()) {
            Problem.BAD_PARAMETER.when(
                    limit.perHour() < 1 || limit.perHour() > MOST_ITEMS,
                    "perHour lies between 1 and " + MOST_ITEMS + ".");
            if (limit.labels() != null) {
                requireLabels(limit.labels());
            }
        }
        Problem.BAD_PARAMETER.when(
                (workSeconds == null) != (breakSeconds == null), "workSeconds and breakSeconds come together.");
        Problem.BAD_PARAMETER.when(
                workSeconds != null
                        && (workSeconds < 60
                                || workSeconds > LONGEST_WORK
                                || breakSeconds < 60
                                || breakSeconds > LONGEST_WORK),
                "workSeconds and breakSeconds lie between 60 and " + LONGEST_WORK + " (eight hours).");
        Problem.BAD_PARAMETER.when(
                rotateAfter != null && (rotateAfter < 1 || rotateAfter > 100), "rotateAfter lies between 1 and 100.");
    }

    static void requireLabels(List<String> labels) {
        Problem.BAD_PARAMETER.when(
                labels.size() > MOST_LABELS
                        || labels.stream()
                                .anyMatch(label -> label == null
                                        || label.isBlank()
                                        || label.length() > MOST_LETTERS
                                        || label.indexOf('\0') >= 0),
                "There are at most " + MOST_LABELS + " labels of 1 to " + MOST_LETTERS + " characters.");
    }
}
