package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProofRunTest {

    private final List<Duration> pauses = new ArrayList<>();

    @Test
    void a_first_look_in_order_is_the_last() {
        assertThat(ProofRun.settled(() -> "in order", "in order"::equals, pauses::add))
                .isEqualTo("in order");
        assertThat(pauses).isEmpty();
    }

    @Test
    void a_look_with_findings_is_followed_by_a_second_one_after_a_pause() {
        Iterator<String> looks = List.of("findings", "in order").iterator();

        assertThat(ProofRun.settled(looks::next, "in order"::equals, pauses::add))
                .isEqualTo("in order");
        assertThat(pauses).containsExactly(Duration.ofSeconds(3));
    }

    @Test
    void what_never_settles_has_three_minutes_of_pauses() {
        assertThat(ProofRun.settled(() -> "findings", "in order"::equals, pauses::add))
                .isEqualTo("findings");
        assertThat(pauses.stream().mapToLong(Duration::toSeconds).sum()).isEqualTo(180);
        assertThat(pauses).hasSizeLessThan(12).allMatch(pause -> pause.toSeconds() <= 30);
    }

    @Test
    void only_a_service_that_is_killed_or_out_of_disk_may_end() {
        assertThat(Experiment.STREAM_KILL.mayEnd("s1")).isTrue();
        assertThat(Experiment.STREAM_KILL.mayEnd("s2")).isFalse();
        assertThat(Experiment.WORKER_KILL.mayEnd("w1")).isTrue();
        assertThat(Experiment.BROKER_KILL.mayEnd("w1")).isFalse();
        assertThat(Experiment.STREAM_DISK.mayEnd("s1")).isTrue();
        assertThat(Experiment.UPGRADE.mayEnd("s1")).isFalse();
    }

    @Test
    void hosts_that_one_experiment_needs_are_there_for_that_one_alone() {
        assertThat(Experiment.DATABASE_PROMOTE.extraHosts()).containsExactly("pg2");
        assertThat(Experiment.SERVICES_AWAY_600.extraHosts()).containsExactly("web");
        assertThat(Experiment.REGISTRY_AWAY_600.extraHosts()).containsExactly("reg");
        assertThat(Experiment.DATABASE_KILL.extraHosts()).isEmpty();
    }

    @Test
    void waits_are_bounded_after_a_broker_s_death_and_while_a_registry_is_away_until_the_restarts() {
        assertThat(outcome("broker-kills", List.of(2.0, 31.0)).holds()).isFalse();
        assertThat(outcome("registry-away-600", List.of(31.0, 2.0)).holds()).isFalse();
        assertThat(outcome("registry-away-600", List.of(2.0, 400.0)).holds()).isTrue();
        assertThat(outcome("registry-away-600", List.of()).holds()).isTrue();
        assertThat(outcome("stream-cut-360", List.of(300.0)).holds()).isTrue();
    }

    private static ProofRun.Outcome outcome(String experiment, List<Double> waits) {
        return new ProofRun.Outcome(
                experiment, "", 1, 60, 1, 1, 1, 1, 1, 1, 1, 1, 1, waits, waits, 1, List.of(), Map.of(), List.of());
    }
}
