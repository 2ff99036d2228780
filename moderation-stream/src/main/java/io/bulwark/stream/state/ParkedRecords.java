package io.bulwark.stream.state;

import java.util.HexFormat;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The records of one topic that cannot be read yet, in lines: a record and, behind it, all later ones of its key. The
 * store is changelogged, so they survive a restart and move with the task. The task's stream thread calls.
 */
final class ParkedRecords {

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
