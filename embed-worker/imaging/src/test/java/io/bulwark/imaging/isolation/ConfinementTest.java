package io.bulwark.imaging.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.isolation.IsolationLauncher.Confinement;
import io.bulwark.imaging.isolation.IsolationLauncher.Confinement.Order;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfinementTest {

    @Test
    void aLauncherReadsItsArgumentsBack() {
        Confinement confinement =
                new Confinement(List.of("/usr/lib", "/opt/a b"), List.of("/bin/sh"), List.of("/tmp/own"), true);
        List<String> command = List.of("/bin/java", "-cp", "--", "Main");

        Order order = Order.of(confinement.arguments(Isolation.PREFER, command));

        assertThat(order).isEqualTo(new Order(Isolation.PREFER, confinement, command));
    }

    @Test
    void argumentsThatALauncherCannotReadAreRefusedWithTheirForm() {
        assertThatThrownBy(() -> Order.of(List.of("require")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("require|prefer forks|alone PATH... -- COMMAND...");
        assertThatThrownBy(() -> Order.of(List.of("maybe", "alone", "--", "java")))
                .hasMessage("Isolation is maybe, allowed is one of [require, prefer, none]");
    }

    @Test
    void aProcessSaysWhatItsLauncherSaid() {
        IsolationState state = new IsolationState(7, true, "Landlock ABI 7 and seccomp");

        assertThat(IsolationState.ofArguments(state.arguments().toArray(String[]::new)))
                .isEqualTo(state);
        assertThat(IsolationState.ofArguments().isNothing()).isTrue();
    }
}
