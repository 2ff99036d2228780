package io.bulwark.stream.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.access.Gate.Allowances;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PasswordAttemptsTest {

    private final Allowances.PasswordAttempts attempts = new Allowances.PasswordAttempts(3);

    @Test
    void manyAtOnceAreBoundedBeforeTheFirstIsFoundWrong() {
        assertThat(IntStream.range(0, 10).filter(i -> attempts.take("10.0.0.1", "ana")))
                .hasSize(3);
    }

    @Test
    void aRightPasswordCostsNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(attempts.take("10.0.0.1", "ana")).isTrue();
            attempts.giveBack("10.0.0.1", "ana");
        }
    }

    @Test
    void anAddressHasABoundOverAllNames() {
        assertThat(IntStream.range(0, 1_000).filter(i -> attempts.take("10.0.0.1", "name" + i)))
                .hasSize(3 * Allowances.PasswordAttempts.NAMES_AN_ADDRESS);
        assertThat(attempts.take("10.0.0.2", "ana")).isTrue();
    }

    /** A name that is out of attempts does not use up those of others at the address. */
    @Test
    void whatIsRefusedForItsNameDoesNotCountForItsAddress() {
        IntStream.range(0, 1_000).forEach(i -> attempts.take("10.0.0.1", "ana"));
        assertThat(attempts.take("10.0.0.1", "bert")).isTrue();
    }

    @Test
    void whatNoUserCanBeCalledIsNoName() {
        assertThat(Users.User.isName("ana.b-c@example")).isTrue();
        assertThat(Users.User.isName("x".repeat(65))).isFalse();
        assertThat(Users.User.isName("")).isFalse();
        assertThat(Users.User.isName("a b")).isFalse();
    }
}
