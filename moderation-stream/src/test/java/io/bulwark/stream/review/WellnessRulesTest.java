package io.bulwark.stream.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.WellnessRules.Display;
import io.bulwark.stream.review.WellnessRules.Given;
import io.bulwark.stream.review.WellnessRules.Limit;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people may be given, as of what they were given before. */
class WellnessRulesTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final WellnessRules BREAKS = new WellnessRules(null, null, 3600L, 600L, null);

    @Test
    void aLimitCountsTheItemsOfItsLabelsWithinAnHour() {
        var rules = new WellnessRules(null, List.of(new Limit(List.of("gore", "minor"), 2)), null, null, null);

        assertThat(rules.bounds(given("gore", 1, 61), NOON).limited()).isEmpty();
        assertThat(rules.bounds(given("porn", 1, 2, 3), NOON).limited()).isEmpty();
        assertThat(rules.bounds(given("gore", 1, 59), NOON).limited()).containsExactlyInAnyOrder("gore", "minor");
        assertThat(rules.bounds(given("gore", 1, 59), NOON).full()).isFalse();
    }

    @Test
    void aLimitWithoutLabelsIsOfAllItems() {
        var rules = new WellnessRules(null, List.of(new Limit(null, 2)), null, null, null);

        assertThat(rules.bounds(given("gore", 1), NOON).full()).isFalse();
        assertThat(rules.bounds(given("gore", 1, 2), NOON).full()).isTrue();
    }

    @Test
    void afterLongEnoughWorkThereIsABreakAndAPauseOfOnesOwnCounts() {
        int[] anHour = IntStream.rangeClosed(0, 12).map(i -> 1 + 5 * i).toArray();

        assertThat(BREAKS.bounds(given("a", anHour), NOON).until()).contains(NOON.plusSeconds(540));
        assertThat(BREAKS.bounds(given("a", anHour), NOON.plusSeconds(540)).until())
                .isEmpty();
        assertThat(BREAKS.bounds(given("a", 1, 6, 11, 21, 26, 31, 36, 41, 46, 51, 56, 61), NOON)
                        .until())
                .as("a pause of ten minutes lay in it")
                .isEmpty();
        assertThat(BREAKS.bounds(List.of(), NOON).until()).isEmpty();
    }

    @Test
    void afterSomeOfALabelInARowOthersComeFirst() {
        var rules = new WellnessRules(null, null, null, null, 2);

        assertThat(rules.bounds(given("gore", 1, 2, 3), NOON).rotated()).contains("gore");
        assertThat(rules.bounds(given("gore", 1), NOON).rotated()).isEmpty();
        assertThat(rules.bounds(List.of(new Given(NOON, List.of("a", "b")), new Given(NOON, List.of("b", "c"))), NOON)
                        .rotated())
                .contains("b");
        assertThat(rules.bounds(List.of(new Given(NOON, List.of()), new Given(NOON, List.of("b"))), NOON)
                        .rotated())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void isRefused(WellnessRules rules) {
        assertThatThrownBy(rules::check).isInstanceOf(ProblemException.class);
    }

    static Stream<WellnessRules> isRefused() {
        return Stream.of(
                new WellnessRules(new Display(true, true, 39, true), null, null, null, null),
                new WellnessRules(null, List.of(new Limit(List.of(), 0)), null, null, null),
                new WellnessRules(null, List.of(new Limit(List.of(" "), 1)), null, null, null),
                new WellnessRules(null, null, 3600L, null, null),
                new WellnessRules(null, null, 3600L, 1L, null),
                new WellnessRules(null, null, null, null, 0));
    }

    /** @param minutes before noon, newest first */
    private static List<Given> given(String label, int... minutes) {
        return IntStream.of(minutes)
                .mapToObj(minute -> new Given(NOON.minusSeconds(60L * minute), List.of(label)))
                .toList();
    }
}
