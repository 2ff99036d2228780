package io.bulwark.stream.state;

import io.bulwark.stream.state.SourceReader.SourceRecord;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.internals.FailedProcessingException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Reads the bytes of one topic and never waits: Kafka Streams deletes the state of every task on a thread whose
 * transaction timed out. A record whose schema is not there yet is parked, later ones of its key behind it, and is
 * tried again many times a second. How long a schema is awaited is the decoder's to say; a registry that does not
 * answer is awaited without an end. One stream thread calls.
 */
public abstract class ParkingReader<K, V> extends ContextualProcessor<byte[], byte[], K, V> {

    private static final Duration RETRY_EVERY = Duration.ofMillis(100);

    /**
     * So little that all tasks of a thread are through in a fraction of the transaction's timeout, on a slow machine
     * too.
     */
    private static final int MOST_A_RETRY = 100;

    private static final long LONGEST_RETRY_NANOS = 20_000_000;

    private final String topic;
    private final String store;
    private final TopologyEvents events;
    private ParkedRecords parked;

    /**
     * @param topic that is read
     * @param store of parked records; other readers of the same task may have the same
     */
    protected ParkingReader(String topic, String store, TopologyEvents events) {
        this.topic = topic;
        this.store = store;
        this.events = events;
    }

    /**
     * Reads a record and sends on what it says.
     *
     * @return false where it cannot be read yet, which must have no effect
     */
    protected abstract boolean take(SourceRecord record);

    /**
     * Sets a record aside that could be read after it was parked, but that a later processor failed on. Readable
     * records that were never parked are set aside by Kafka Streams' own handler, which does not know parked ones.
     */
    protected abstract void setAside(SourceRecord record, Throwable thrown);

    @Override
    public void init(ProcessorContext<K, V> context) {
        super.init(context);
        KeyValueStore<String, SourceRecord> records = context.getStateStore(store);
        parked = new ParkedRecords(records, topic);
        report(parked.count());
        context.schedule(RETRY_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> retry());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        SourceRecord source = SourceRecord.of(record, context().recordMetadata().orElseThrow());
        if (parked.holds(source.key()) || !take(source)) {
            parked.add(source);
            report(parked.count());
        }
    }

    @Override
    public void close() {
        report(0);
    }

    private void retry() {
        if (parked.count() > 0) {
            parked.retry(MOST_A_RETRY, LONGEST_RETRY_NANOS, this::takeParked);
            report(parked.count());
        }
    }

    private boolean takeParked(SourceRecord record) {
        try {
            return take(record);
        } catch (FailedProcessingException failed) {
            Throwable thrown = failed.getCause();
            if (thrown == null || thrown instanceof KafkaException) {
                throw failed; // the transaction is undone, and the record is tried again
            }
            setAside(record, thrown);
            return true;
        }
    }

    private void report(long count) {
        events.level(
                TopologyEvents.Level.PARKED, topic + "-" + context().taskId().partition(), count);
    }

    /**
     * The records of one topic that cannot be read yet, in lines: a record and, behind it, all later ones of its key.
     * The store is changelogged, so they survive a restart and move with the task. The task's stream thread calls.
     */
    static final class ParkedRecords {

        private static final String WITHOUT_KEY = "-";

        /** Sorts behind the offsets of a line and before the next line. */
        private static final String END = "/~";

        private final KeyValueStore<String, SourceRecord> store;
        private final String begin;
        private final String end;
        private String next;
        private long count;

        /**
         * @param store may hold the records of other topics too
         * @param topic whose records these are
         */
        ParkedRecords(KeyValueStore<String, SourceRecord> store, String topic) {
            this.store = store;
            this.begin = topic + "/";
            this.end = topic + END;
            this.next = begin;
            try (KeyValueIterator<String, SourceRecord> found = store.range(begin, end)) {
                found.forEachRemaining(any -> count++);
            }
        }

        long count() {
            return count;
        }

        /** Whether a record of that key is parked, so that a later one has to wait behind it. */
        boolean holds(byte[] key) {
            return count > 0 && first(line(key) + "/", line(key) + END) != null;
        }

        /** Parks a record behind those of its key. */
        void add(SourceRecord record) {
            store.put(line(record.key()) + "/" + StoreKey.hex(record.offset()), record);
            count++;
        }

        /**
         * Tries the heads of lines again, each line in its order, and goes on next time where it ends.
         *
         * @param most records that are looked at
         * @param nanos after which no further one is, in nanoseconds
         * @param taken takes a record, or says that it cannot be read yet; then its line waits
         */
        void retry(int most, long nanos, Predicate<SourceRecord> taken) {
            long begun = System.nanoTime();
            String from = next;
            String line = begin;
            for (int looked = 0; looked < most && count > 0 && System.nanoTime() - begun < nanos; looked++) {
                KeyValue<String, SourceRecord> head = first(from, end);
                if (head == null) {
                    next = begin;
                    return;
                }
                line = head.key.substring(0, head.key.lastIndexOf('/'));
                if (taken.test(head.value)) {
                    store.delete(head.key);
                    count--;
                    from = head.key;
                } else {
                    line += END;
                    from = line;
                }
            }
            next = line;
        }

        private KeyValue<String, SourceRecord> first(String from, String to) {
            try (KeyValueIterator<String, SourceRecord> found = store.range(from, to)) {
                return found.hasNext() ? found.next() : null;
            }
        }

        private String line(byte[] key) {
            return begin + (key == null ? WITHOUT_KEY : HexFormat.of().formatHex(StoreKey.sha256(key)));
        }
    }
}
