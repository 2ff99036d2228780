package io.bulwark.stream.state;

import io.bulwark.schemas.trace.TraceHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;

/** A processor that works off values, and does regular work as of its task's clock. One stream thread calls. */
public abstract class ClockedProcessor<K, V, T, R> extends ContextualProcessor<K, V, T, R> {

    private final String name;
    private final TaskClock.Source clocks;
    private TaskClock clock;
    private Headers taken; // of the record that is being taken; null at other times

    /** @param name of the processor, for reports of a wrong clock */
    protected ClockedProcessor(String name, TaskClock.Source clocks) {
        this.name = name;
        this.clocks = clocks;
    }

    @Override
    public void init(ProcessorContext<T, R> context) {
        super.init(context);
        clock = clocks.clock(context.taskId() + " " + name, context.currentSystemTimeMs());
    }

    @Override
    public final void process(Record<K, V> record) {
        clock.saw(record.timestamp());
        taken = record.headers();
        try {
            take(record.value());
        } finally {
            taken = null;
        }
    }

    protected abstract void take(V value);

    /** Has work done as of the task's clock; not while that is not known. */
    protected final void every(Duration interval, Consumer<Instant> work) {
        context()
                .schedule(
                        interval,
                        PunctuationType.WALL_CLOCK_TIME,
                        wall -> clock.look(wall).ifPresent(work));
    }

    /** The newest time that the task knows. */
    protected final Instant newest() {
        return clock.newest();
    }

    protected final void send(T key, R value) {
        context().forward(new Record<>(key, value, clock.stamp()));
    }

    /** Sends on in the trace of the record that is being taken; regular work belongs to none. */
    protected final void sendTraced(T key, R value) {
        Headers trace = taken == null ? new RecordHeaders() : TraceHeaders.only(taken);
        context().forward(new Record<>(key, value, clock.stamp(), trace));
    }

    /** The partition of this processor's task, which its levels are reported for. */
    protected final String partition() {
        return Integer.toString(context().taskId().partition());
    }

    @Override
    public void close() {
        if (clock != null) {
            clock.close();
        }
    }

    /** All entries, after which the iterator is closed. */
    public static <A, B> List<KeyValue<A, B>> all(KeyValueIterator<A, B> entries) {
        try (entries) {
            var found = new ArrayList<KeyValue<A, B>>();
            entries.forEachRemaining(found::add);
            return found;
        }
    }

    /**
     * The time that a task's expiry follows: the newest broker timestamp of a record that the task has read. The wall
     * clock alone is not trusted: a node whose clock runs a month ahead would expire everything.
     *
     * <ul>
     *   <li>While records arrive, it is the newest of their timestamps: a task with a backlog expires as of the
     * backlog.
     *   <li>After a minute without a record it advances as time passes here, by at most {@value #LONGEST_STEP_MILLIS}
     * ms between two looks, so that setting the clock does not move it; and to the newest timestamp of the cluster,
     * where that is later.
     *   <li>Where the wall clock is more than a day from it, nothing expires and the distance is reported. A cluster
     *       without a new record for a day looks the same; the next record ends that.
     * </ul>
     *
     * <p>The task's stream thread calls.
     */
    public static final class TaskClock {

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

        /**
         * The newest time, in milliseconds since the epoch, for records that this task makes; 0 where none is known.
         */
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
            long known = Math.max(
                    here, source.broker().get().map(Instant::toEpochMilli).orElse(NONE));
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
}
