package io.bulwark.stream.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The time that a task's expiry follows: the newest broker timestamp of a record that the task has read. The wall clock
 * alone is not trusted: a node whose clock runs a month ahead would expire everything.
 *
 * <ul>
 *   <li>While records arrive, it is the newest of their timestamps: a task with a backlog expires as of the backlog.
 *   <li>After a minute without a record it advances as time passes here, by at most {@value #LONGEST_STEP_MILLIS} ms
 *       between two looks, so that setting the clock does not move it; and to the newest timestamp of the cluster,
 *       where that is later.
 *   <li>Where the wall clock is more than a day from it, nothing expires and the distance is reported. A cluster
 *       without a new record for a day looks the same; the next record ends that.
 * </ul>
 *
 * <p>The task's stream thread calls.
 */
public final class TaskClock {

    /** How far the wall clock may be from the brokers' time. */
    public static final Duration MOST_APART = Duration.ofDays(1);

    private static final long IDLE_MILLIS = 60_000;
    private static final long LONGEST_STEP_MILLIS = 300_000;
    private static final long NONE = Long.MIN_VALUE;

    private final String name;
    private final Source source;
    private long newest = NONE;
    private long idle;
    private long lastLook;
    private long stamp;

    private TaskClock(String name, Source source, long wall) {
        this.name = name;
        this.source = source;
        this.lastLook = wall;
    }

    /**
     * Makes clocks.
     *
     * @param broker the time of the newest record in the cluster; empty where it is not known
     * @param apart gets the name of the clock and by how much the wall clock is wrong; zero where it is right
     */
    public record Source(Supplier<Optional<Instant>> broker, BiConsumer<String, Duration> apart) {

        /**
         * @param name of the task and its processor
         * @param wall the wall clock's time, in milliseconds since the epoch
         */
        public TaskClock clock(String name, long wall) {
            return new TaskClock(name, this, wall);
        }
    }

    /**
     * A record was read.
     *
     * @param timestamp the broker's, or derived from it, in milliseconds since the epoch; less than 0 is none
     */
    public void saw(long timestamp) {
        if (timestamp >= 0) {
            newest = Math.max(newest, timestamp);
            stamp = Math.max(stamp, timestamp);
        }
        idle = 0;
    }

    /** The newest time, in milliseconds since the epoch, for records that this task makes; 0 where none is known. */
    public long stamp() {
        return stamp;
    }

    /** The same as an instant. */
    public Instant newest() {
        return Instant.ofEpochMilli(stamp);
    }

    /**
     * As of when to expire.
     *
     * @param wall the wall clock's time, in milliseconds since the epoch
     * @return empty where nothing may expire
     */
    public Optional<Instant> look(long wall) {
        idle += Math.max(0, Math.min(LONGEST_STEP_MILLIS, wall - lastLook));
        lastLook = wall;
        long here = newest == NONE ? NONE : newest + idle;
        long known =
                Math.max(here, source.broker().get().map(Instant::toEpochMilli).orElse(NONE));
        if (known == NONE) {
            return Optional.empty();
        }
        long apart = Math.abs(wall - known);
        if (apart > MOST_APART.toMillis()) {
            source.apart().accept(name, Duration.ofMillis(apart));
            return Optional.empty();
        }
        source.apart().accept(name, Duration.ZERO);
        long now = newest != NONE && idle < IDLE_MILLIS ? newest : known;
        stamp = Math.max(stamp, now);
        return Optional.of(Instant.ofEpochMilli(now));
    }

    /** The task is closed: its distance is reported as zero. */
    public void close() {
        source.apart().accept(name, Duration.ZERO);
    }
}
