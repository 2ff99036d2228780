package io.bulwark.service.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * The real loop through schedules in which anything may go wrong at any step. What has to hold is checked after each: see
 * {@link SimulatedBroker} for answers and offsets, {@link Simulation} for the rest.
 *
 * <p>One seed again: {@code mvn -pl embed-worker/service -am test -Dtest=LoopSimulationTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dbulwark.simulation.seed=SEED}. A million schedules: the same with {@code
 * -Dbulwark.simulation.schedules=1000000} in the place of the seed.
 */
class LoopSimulationTest {

    private static final Logger LOG = Logger.getLogger("io.bulwark");
    private static final Map<String, Long> MOVES = new ConcurrentHashMap<>();
    private static final AtomicLong HAND_OVERS = new AtomicLong();
    private static final WorkerMetrics METRICS = new WorkerMetrics(new SimpleMeterRegistry());
    private static final String SEED = "bulwark.simulation.seed";
    private static final String SCHEDULES = "bulwark.simulation.schedules";
    private static final String REPLAY = "mvn -pl embed-worker/service -am test -Dtest=LoopSimulationTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dbulwark.simulation.seed=";

    @BeforeContainer
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterContainer
    static void speakAgain() {
        LOG.setLevel(null);
    }

    @Property(tries = 10_000, shrinking = ShrinkingMode.OFF)
    void whatever_goes_wrong_each_upload_is_answered_once_and_in_order(@ForAll long seed) {
        if (Long.getLong(SEED) == null && Long.getLong(SCHEDULES) == null) {
            run(seed);
        }
    }

    /** The one seed, or as many schedules, that a command asks for; nothing in the build. */
    @Example
    void what_is_asked_for_by_a_command_holds() {
        if (Long.getLong(SEED) != null) {
            run(Long.getLong(SEED));
            return;
        }
        long first = System.nanoTime();
        for (long i = 0; i < Long.getLong(SCHEDULES, 0); i++) {
            run(first + i);
        }
    }

    @AfterContainer
    static void every_move_that_the_loop_may_make_was_made_often() {
        if (Long.getLong(SEED) != null) {
            return;
        }
        assertThat(HAND_OVERS).as("uploads handed to the other lane").hasValueGreaterThan(10_000);
        for (WorkerState source : WorkerState.values()) {
            for (WorkerState target : WorkerState.values()) {
                if (WorkerState.isTransitionValid(source, target) && isOfTheLoop(source, target)) {
                    assertThat(MOVES.getOrDefault(source + " to " + target, 0L))
                            .as(source + " to " + target)
                            .isGreaterThanOrEqualTo(100);
                }
            }
        }
    }

    /** The start of a worker is not the loop's, and the loop's caller reports that it failed. */
    private static boolean isOfTheLoop(WorkerState source, WorkerState target) {
        return source.compareTo(WorkerState.WAITING_FOR_BANK) >= 0 && target != WorkerState.FAILED;
    }

    private static void run(long seed) {
        try {
            Simulation simulation = new Simulation(
                    seed, METRICS, (source, target) -> MOVES.merge(source + " to " + target, 1L, Long::sum));
            simulation.run();
            HAND_OVERS.addAndGet(simulation.broker.handOvers());
        } catch (RuntimeException | AssertionError violation) {
            throw new AssertionError("Seed " + seed + ": " + violation.getMessage() + "\n" + REPLAY + seed, violation);
        }
    }
}
