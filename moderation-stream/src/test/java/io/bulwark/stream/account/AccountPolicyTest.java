package io.bulwark.stream.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.stream.account.AccountPolicy.Action;
import io.bulwark.stream.account.AccountPolicy.Rule;
import io.bulwark.stream.account.AccountPolicy.Strike;
import io.bulwark.stream.account.AccountPolicy.StrikeWeight;
import io.bulwark.stream.problem.Problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What strikes weigh, and which policies are refused. */
class AccountPolicyTest {

    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final Rule ALL = new Rule("all", Action.WARN, null, 1, null);
    private static final Rule PORN = new Rule("porn", Action.BAN, List.of("porn"), 1, DAY);
    private static final AccountPolicy POLICY = new AccountPolicy(
            1,
            List.of(
                    new StrikeWeight("*", 1, null, null),
                    new StrikeWeight("porn", 4, 10 * DAY, null),
                    new StrikeWeight("gore", 3, null, 10 * DAY)),
            List.of(ALL, PORN),
            null,
            null);

    @Test
    void aStrikeWeighsAsMuchAsTheHeaviestOfItsLabelsThatCount() {
        assertThat(weight(ALL, 0, "porn", "gore")).isEqualTo(4);
        assertThat(weight(ALL, 10, "porn", "gore")).isEqualTo(2);
        assertThat(weight(ALL, 9.9, "gore")).isEqualTo(3);
        assertThat(weight(ALL, 10, "gore")).isZero();
        assertThat(weight(ALL, 1000, "weapons")).isEqualTo(1);
        assertThat(weight(ALL, 0)).isEqualTo(1);
        assertThat(weight(PORN, 5, "porn", "gore")).isCloseTo(4 / Math.sqrt(2), within(1e-12));
        assertThat(weight(PORN, 0, "gore")).isZero();
        assertThat(weight(PORN, 0)).isZero();
    }

    /** A model's clock may run ahead of the database's. */
    @Test
    void aStrikeOfTheFutureWeighsNoMoreThanAFreshOne() {
        assertThat(weight(ALL, -30, "porn")).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource
    void isRefused(List<StrikeWeight> strikes, List<Rule> rules, String why) {
        assertThatThrownBy(() -> new AccountPolicy(0, strikes, rules, null, null).check())
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(why);
    }

    static Stream<Arguments> isRefused() {
        StrikeWeight any = POLICY.strikes().get(0);
        return Stream.of(
                Arguments.of(null, List.of(), "strikes has at most"),
                Arguments.of(List.of(any, any), List.of(), "there twice"),
                Arguments.of(List.of(new StrikeWeight("*", -1, null, null)), List.of(), "between 0 and 1000"),
                Arguments.of(List.of(new StrikeWeight("*", Double.NaN, null, null)), List.of(), "between 0 and 1000"),
                Arguments.of(List.of(new StrikeWeight("*", 1, 0L, null)), List.of(), "halfLifeSeconds of *"),
                Arguments.of(List.of(any), List.of(ALL, ALL), "there twice"),
                Arguments.of(List.of(any), List.of(new Rule("r", null, null, 1, null)), "WARN, LIMIT, SUSPEND or BAN"),
                Arguments.of(List.of(any), List.of(new Rule("r", Action.BAN, null, 0, null)), "above 0"),
                Arguments.of(List.of(any), List.of(new Rule("r", Action.BAN, List.of(" "), 1, null)), "A label of r"),
                Arguments.of(List.of(any), List.of(new Rule("r", Action.BAN, null, 1, -1L)), "durationSeconds of r"));
    }

    private static double weight(Rule rule, double days, String... labels) {
        Instant at = NOON.minusMillis(Math.round(days * DAY * 1000));
        return POLICY.weight(new Strike("image", "", List.of(labels), "model", at), rule, NOON);
    }
}
