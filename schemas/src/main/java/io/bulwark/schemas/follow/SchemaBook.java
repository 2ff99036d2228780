package io.bulwark.schemas.follow;

import io.bulwark.schemas.follow.SchemaText.Rejection;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.topic.SchemaKey;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The schemas that were read from the topic. A schema is taken only under its own fingerprint, and one that is known is
 * never replaced or removed: a writer of the topic can add schemas, but not change what bytes mean. There are at
 * most {@value #MAX_SCHEMAS}, and at most {@value #MAX_TOTAL_BYTES} bytes of them.
 *
 * <p>Thread-safe. {@link #apply} is called by the follower's thread.
 */
final class SchemaBook implements FollowedSchemas {
    static final int MAX_SCHEMAS = 10_000;
    static final int MAX_TOTAL_BYTES = 16 << 20;

    private static final long LOOK_AGAIN_MILLIS = 50;
    private static final long READ_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final String topic;
    private final LongSupplier nanos;
    private final Map<Long, Schema> known = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final Awaited awaited; // guarded by lock
    private final Map<Rejection, Long> rejected = new EnumMap<>(Rejection.class); // guarded by lock
    private int totalBytes; // of the follower's thread alone
    private boolean caughtUp; // guarded by lock
    private boolean closed; // guarded by lock

    /** @param topic as the broker calls it */
    SchemaBook(String topic, Duration wait, LongSupplier nanos) {
        this.topic = topic;
        this.nanos = nanos;
        this.awaited = new Awaited(wait, nanos);
    }

    /**
     * Takes one record of the topic.
     *
     * @param value null for a tombstone, which changes nothing
     * @return why the record is not used, where it is the first that is not for this reason
     */
    Optional<Rejection> apply(byte[] key, byte[] value) {
        Optional<SchemaKey> parsed = SchemaKey.parse(key);
        if (parsed.isEmpty()) {
            return reject(Rejection.NO_FINGERPRINT);
        }
        long fingerprint = parsed.get().fingerprint();
        if (value == null || known.containsKey(fingerprint)) {
            return Optional.empty();
        }
        SchemaText.Parsed text = SchemaText.parse(value);
        if (text instanceof SchemaText.Parsed.Rejected bad) {
            return reject(bad.reason());
        }
        Schema schema = ((SchemaText.Parsed.Sound) text).schema();
        if (!SchemaKey.of(schema).equals(parsed.get())) {
            return reject(Rejection.OTHER_FINGERPRINT);
        }
        if (known.size() == MAX_SCHEMAS || totalBytes + value.length > MAX_TOTAL_BYTES) {
            return reject(Rejection.FULL);
        }
        totalBytes += value.length;
        synchronized (lock) {
            known.put(fingerprint, schema);
            awaited.came(fingerprint);
            lock.notifyAll();
        }
        return Optional.empty();
    }

    /** The topic was read to its end: what is unknown now may be unknown for good. */
    void caughtUp() {
        synchronized (lock) {
            caughtUp = true;
        }
    }

    boolean hasCaughtUp() {
        synchronized (lock) {
            return caughtUp;
        }
    }

    /** The topic is no longer read: waiting calls end with an exception. */
    void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }

    /** How many records were not used, by reason. */
    Map<Rejection, Long> rejected() {
        synchronized (lock) {
            return Collections.unmodifiableMap(new EnumMap<>(rejected));
        }
    }

    @Override
    public Schema findByFingerprint(long fingerprint) {
        return known.get(fingerprint);
    }

    /** Until the topic was read to its end once, and when it is no longer read, everything is awaited. */
    @Override
    public boolean isAwaited(long fingerprint) {
        synchronized (lock) {
            return known.containsKey(fingerprint) || closed || !caughtUp || awaited.isAwaited(fingerprint);
        }
    }

    @Override
    public void await(long fingerprint) {
        long begun = nanos.getAsLong();
        synchronized (lock) {
            while (!known.containsKey(fingerprint) && isAwaited(fingerprint)) {
                if (closed) {
                    throw new KafkaException("The schema " + new SchemaKey(fingerprint)
                            + " was awaited when following the schemas ended.");
                }
                if (!caughtUp && nanos.getAsLong() - begun >= READ_WITHIN_NANOS) {
                    throw new TimeoutException("The schema " + new SchemaKey(fingerprint) + " is unknown, and " + topic
                            + " could not be read to its end yet.");
                }
                try {
                    lock.wait(LOOK_AGAIN_MILLIS);
                } catch (InterruptedException stopped) {
                    throw new InterruptException(stopped);
                }
            }
        }
    }

    private Optional<Rejection> reject(Rejection reason) {
        synchronized (lock) {
            return rejected.merge(reason, 1L, Long::sum) == 1 ? Optional.of(reason) : Optional.empty();
        }
    }

    /**
     * The fingerprints whose schema is waited for, each from its first sight on. There are {@value #PLACES} places. One
     * is given back when the schema comes, or after {@value #REMEMBERED_WAITS} waiting times if another wants it: so
     * bytes that only look like fingerprints can hold up a reader for a sixth of its time, and what was awaited in vain
     * is not awaited again soon.
     *
     * <p>Not thread-safe.
     */
    static final class Awaited {
        static final int PLACES = 16;
        static final int REMEMBERED_WAITS = 100;

        private final long waitNanos;
        private final LongSupplier nanos;
        private final Map<Long, Long> firstSeen = new LinkedHashMap<>();

        /**
         * @param wait how long a schema is waited for; zero: not at all
         * @param nanos the time, as of {@link System#nanoTime}
         */
        Awaited(Duration wait, LongSupplier nanos) {
            this.waitNanos = wait.toNanos();
            this.nanos = nanos;
        }

        /** Whether its time is not up yet; begins it at the first question. */
        boolean isAwaited(long fingerprint) {
            long now = nanos.getAsLong();
            if (!firstSeen.containsKey(fingerprint)) {
                if (firstSeen.size() == PLACES) {
                    firstSeen.values().removeIf(seen -> now - seen >= waitNanos * REMEMBERED_WAITS);
                }
                if (firstSeen.size() == PLACES) {
                    return false;
                }
                firstSeen.put(fingerprint, now);
            }
            return now - firstSeen.get(fingerprint) < waitNanos;
        }

        /** The schema is there. */
        void came(long fingerprint) {
            firstSeen.remove(fingerprint);
        }
    }
}
