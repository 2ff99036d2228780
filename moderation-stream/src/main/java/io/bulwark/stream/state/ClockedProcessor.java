package io.bulwark.stream.state;

import io.bulwark.schemas.trace.TraceHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
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
}
