package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacBoundTest {

    /** Clean files, rate, probability that the promise fails, errors allowed; the first two are often quoted. */
    @ParameterizedTest
    @CsvSource({
        "500, 0.01, 0.05, 1",
        "299, 0.01, 0.05, 0",
        "298, 0.01, 0.05, -1",
        "149, 0.02, 0.05, 0",
        "0, 0.1, 0.05, -1"
    })
    void theErrorsAllowedAreTheMostThatKeepThePromise(int files, double rate, double delta, int allowed) {
        assertThat(PacBound.allowed(files, rate, delta)).isEqualTo(allowed);
    }

    @Test
    void whatNoErrorPromisesIsTheRuleOfThree() {
        assertThat(PacBound.promised(100, 0, 0.05)).isEqualTo(0.0295, within(1e-4));
        assertThat(PacBound.promised(0, 0, 0.05)).isEqualTo(1);
    }

    @Property(tries = 100)
    void theFewestFilesForARateAreTheFirstThatMayPromiseIt(@ForAll @IntRange(min = 1, max = 50) int percent) {
        int fewest = PacBound.fewest(percent / 100.0, 0.05);

        assertThat(PacBound.allowed(fewest, percent / 100.0, 0.05)).isZero();
        assertThat(PacBound.allowed(fewest - 1, percent / 100.0, 0.05)).isEqualTo(-1);
    }

    @Property(tries = 100)
    void theTailIsThatOfExactArithmetic(
            @ForAll @IntRange(min = 1, max = 60) int n,
            @ForAll @IntRange(min = 0, max = 60) int m,
            @ForAll @IntRange(min = 1, max = 99) int percent) {
        BigDecimal p = BigDecimal.valueOf(percent, 2);
        BigDecimal q = BigDecimal.ONE.subtract(p);
        BigDecimal sum = BigDecimal.ZERO;
        BigInteger choose = BigInteger.ONE;
        for (int i = 0; i <= Math.min(m, n); i++) {
            sum = sum.add(new BigDecimal(choose).multiply(p.pow(i)).multiply(q.pow(n - i)));
            choose = choose.multiply(BigInteger.valueOf(n - i)).divide(BigInteger.valueOf(i + 1));
        }

        assertThat(PacBound.atMost(n, percent / 100.0, m)).isEqualTo(sum.doubleValue(), within(1e-9));
    }

    @Property(tries = 100)
    void whatIsPromisedForTheErrorsThatARateAllowsIsAtMostThatRate(
            @ForAll @IntRange(min = 1, max = 2000) int files, @ForAll @IntRange(min = 1, max = 50) int percent) {
        int allowed = PacBound.allowed(files, percent / 100.0, 0.05);

        if (allowed >= 0 && allowed < files) {
            assertThat(PacBound.promised(files, allowed, 0.05)).isLessThanOrEqualTo(percent / 100.0 + 1e-9);
            assertThat(PacBound.promised(files, allowed + 1, 0.05)).isGreaterThan(percent / 100.0);
        }
    }
}
