package io.bulwark.cli.pod;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * When workers are killed, all from one seed.
 *
 * @param seed makes the same plan again
 * @param moments in the order of the workers
 */
record KillPlan(long seed, List<Moment> moments) {

    /** System property that replays a run: {@code -Dbulwark.crash.seed=N}. */
    static final String SEED = "bulwark.crash.seed";

    private static final int LONGEST_START_MILLIS = 4_000;
    private static final int LONGEST_PAUSE_MILLIS = 60;

    /** A moment in the life of a worker. */
    sealed interface Moment {

        /** So long after its start, ready or not. */
        record AfterStart(Duration time) implements Moment {}

        /** A pause after it has answered a number of images. */
        record AfterVerdicts(int verdicts, Duration pause) implements Moment {}
    }

    /** The seed to use: the property's, else a new one. */
    static long anySeed() {
        return Long.getLong(SEED, System.nanoTime());
    }

    /**
     * Every fourth kill strikes at some time after the start, the others in the midst of the work.
     *
     * @param kills how many
     * @param mostVerdicts the most that a worker answers before it is killed
     */
    static KillPlan of(long seed, int kills, int mostVerdicts) {
        Random random = new Random(seed);
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            moments.add(
                    i % 4 == 3
                            ? new Moment.AfterStart(Duration.ofMillis(random.nextInt(LONGEST_START_MILLIS)))
                            : new Moment.AfterVerdicts(
                                    1 + random.nextInt(mostVerdicts),
                                    Duration.ofMillis(random.nextInt(LONGEST_PAUSE_MILLIS))));
        }
        return new KillPlan(seed, List.copyOf(moments));
    }
}
