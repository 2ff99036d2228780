package io.bulwark.stream.review.intake;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.trace.Tracing;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.util.PSQLException;

/**
 * Reads topics into the database on its own thread. The group spreads the partitions over the instances; where each
 * stands is in the database. After any trouble it starts again from there; only a partition whose next record needs to
 * know what is on legal hold, while that is not known, waits by itself. What no database can hold becomes a dead
 * letter: each record has a savepoint, so that the rest of its transaction stands.
 *
 * <p>An instance that is too slow loses its partitions to another and does not know it yet: its transaction then finds
 * that the other has moved on, and is rolled back.
 */
public final class IntakeLoop implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(IntakeLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final String RECORD = "record";

    private final Database database;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Map<String, IntakeTopic<?>> topics;
    private final DeadLetters deadLetters;
    private final Tracing tracing;
    private final Map<TopicPartition, Optional<IntakeOffsets.Stand>> stands =
            new HashMap<>(); // of the loop's thread alone
    private final Map<TopicPartition, Long> paused = new HashMap<>(); // until when, by System.nanoTime; the loop's
    private final Set<TopicPartition> waiting = ConcurrentHashMap.newKeySet(); // until their next record is taken
    private final BackgroundJob job;
    private volatile Consumer<byte[], byte[]> consumer;

    /**
     * @param name of the thread
     * @param consumers makes a read_committed consumer in the intake's group; called again after trouble
     * @param names what the topics are called on the broker
     * @param deadLetters closed with this
     * @param tracing of the records that name a trace
     */
    public IntakeLoop(
            String name,
            Database database,
            Supplier<Consumer<byte[], byte[]>> consumers,
            TopicNames names,
            List<IntakeTopic<?>> topics,
            DeadLetters deadLetters,
            Tracing tracing) {
        this.job = new BackgroundJob(name, RETRY, this::turn);
        this.database = database;
        this.consumers = consumers;
        this.deadLetters = deadLetters;
        this.tracing = tracing;
        this.topics = topics.stream().collect(Collectors.toMap(topic -> names.of(topic.topic()), Function.identity()));
    }

    void start() {
        job.start();
    }

    @Override
    public void close() {
        Consumer<byte[], byte[]> present = consumer;
        if (present != null) {
            present.wakeup();
        }
        job.close();
        topics.values().forEach(IntakeTopic::close);
        deadLetters.close();
    }

    private Duration turn() {
        if (database.fault().isEmpty()) {
            read();
        }
        return RETRY;
    }

    private void read() {
        try (Consumer<byte[], byte[]> opened = consumers.get()) {
            consumer = opened;
            opened.subscribe(topics.keySet(), new Seek(opened));
            long looked = System.nanoTime();
            while (job.isRunning()) {
                ConsumerRecords<byte[], byte[]> polled = opened.poll(POLL);
                for (TopicPartition partition : polled.partitions()) {
                    takeOrWait(
                            opened,
                            partition,
                            polled.records(partition),
                            polled.nextOffsets().get(partition).offset());
                }
                resume(opened);
                if (System.nanoTime() - looked > LOOK_EVERY.toNanos()) {
                    requireInPlace();
                    looked = System.nanoTime();
                }
            }
        } catch (WakeupException stopped) {
            LOG.debug("The intake stops");
        } catch (OvertakenException overtaken) {
            LOG.warnf("The intake of reviews starts again: %s", overtaken.getMessage());
        } finally {
            consumer = null;
            paused.clear();
            waiting.clear();
        }
    }

    /** Takes what was read, as many records in a transaction as the topic likes; or lets this partition alone wait. */
    private void takeOrWait(
            Consumer<byte[], byte[]> opened,
            TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records,
            long next) {
        int together = topics.get(partition.topic()).together();
        int from = 0;
        do {
            int to = Math.min(records.size(), from + together);
            try {
                take(
                        partition,
                        records.subList(from, to),
                        to < records.size() ? records.get(to).offset() : next);
            } catch (HoldsUnknownException notYet) {
                LOG.warnf("The intake of %s waits: %s", partition, notYet.getMessage());
                opened.seek(partition, records.get(from).offset());
                opened.pause(List.of(partition));
                paused.put(partition, System.nanoTime() + RETRY.toNanos());
                waiting.add(partition);
                return;
            }
            waiting.remove(partition);
            from = to;
        } while (from < records.size());
    }

    private void resume(Consumer<byte[], byte[]> opened) {
        long now = System.nanoTime();
        List<TopicPartition> due = paused.entrySet().stream()
                .filter(wait -> wait.getValue() - now <= 0)
                .map(Map.Entry::getKey)
                .toList();
        opened.resume(due);
        due.forEach(paused::remove);
    }

    /** Partitions that wait until it is known what is on legal hold, while they try again as well. Any thread. */
    int waiting() {
        return waiting.size();
    }

    private void take(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records, long next) {
        Optional<IntakeOffsets.Stand> stand = stands.get(partition);
        Optional<Long> from = stand.map(IntakeOffsets.Stand::next);
        long listsUntil = stand.map(IntakeOffsets.Stand::listsUntil).orElse(0L);
        IntakeTopic<?> topic = topics.get(partition.topic());
        topic.prepare(records);
        database.acrossTenants(handle -> {
            write(handle, topic, partition, from, listsUntil, records, next);
            return null;
        });
        stands.put(partition, Optional.of(new IntakeOffsets.Stand(next, listsUntil)));
    }

    /**
     * Writes what a batch of a partition says, and that it was read, in the caller's transaction. The dead letters of
     * the batch are written last, so that a record which undoes the transaction leaves none behind at each try.
     *
     * @param from where this reader stood; empty where the partition was never read
     * @param next where it stands afterwards
     */
    public void write(
            Handle handle,
            IntakeTopic<?> topic,
            TopicPartition partition,
            Optional<Long> from,
            long listsUntil,
            List<ConsumerRecord<byte[], byte[]>> records,
            long next) {
        if (!IntakeOffsets.advance(handle, topic.offsets(partition), from, next)) {
            throw new OvertakenException(partition + " is read by another instance now");
        }
        topic.begin(handle, records);
        QueueIntake.ImageLocks.take(
                handle,
                records.stream().flatMap(record -> topic.image(record).stream()).collect(Collectors.toSet()));
        List<DeadLetters.Letter> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!topic.wants(record)) {
                continue;
            }
            boolean again = record.offset() < listsUntil;
            Optional<DeadLetterHeaders> fault;
            Tracing.Step step = tracing.take(record);
            boolean taken = false;
            try (Scope current = step.context().makeCurrent()) { // of its statements, and of the item it makes
                fault = takeOrUndo(handle, topic, record, again);
                taken = fault.isEmpty();
            } finally {
                step.end(taken);
            }
            if (fault.isPresent() && !again) { // else it was a dead letter before, too
                letters.add(new DeadLetters.Letter(record, fault.get()));
            }
        }
        topic.end(handle);
        deadLetters.write(letters);
    }

    /**
     * @param again whether it was taken before
     * @return why it was not taken
     */
    private static Optional<DeadLetterHeaders> takeOrUndo(
            Handle handle, IntakeTopic<?> topic, ConsumerRecord<byte[], byte[]> record, boolean again) {
        handle.savepoint(RECORD);
        Optional<DeadLetterHeaders> fault = again
                ? fault(record, () -> topic.takeAgain(handle, record))
                : fault(record, () -> topic.take(handle, record));
        if (fault.isEmpty()) {
            handle.releaseSavepoint(RECORD);
            return fault;
        }
        handle.rollbackToSavepoint(RECORD);
        LOG.warnf(
                "The record at %s-%d offset %d is not taken, %s: %s",
                record.topic(),
                record.partition(),
                record.offset(),
                fault.get().reason(),
                fault.get().detail());
        return fault;
    }

    private static Optional<DeadLetterHeaders> fault(ConsumerRecord<byte[], byte[]> record, Runnable take) {
        try {
            take.run();
            return Optional.empty();
        } catch (IntakeTopic.UnusableException unusable) {
            return Optional.of(unusable.story());
        } catch (JdbiException refused) {
            String state = stateOfData(refused).orElseThrow(() -> refused);
            return Optional.of(DeadLetterHeaders.of(
                            record, DeadLetters.UNSTORABLE, "The database refuses it for good (" + state + ").")
                    .withException(refused));
        }
    }

    /**
     * The SQLSTATE, where the data alone are at fault, so that each repetition fails too: bad values (22), a null
     * (23502), a broken check (23514, but a missing partition has it as well, without a constraint), a row or an entry
     * of an index beyond its limit (54).
     */
    private static Optional<String> stateOfData(JdbiException refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException sql && sql.getSQLState() != null) {
                String state = sql.getSQLState();
                boolean checked = state.equals("23514")
                        && sql.getServerErrorMessage() != null
                        && sql.getServerErrorMessage().getConstraint() != null;
                return state.startsWith("22") || state.equals("23502") || checked || state.startsWith("54")
                        ? Optional.of(state)
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private TopicPartition offsets(TopicPartition partition) {
        return topics.get(partition.topic()).offsets(partition);
    }

    /** Idle partitions look for a request to rebuild the lists. */
    private void requireInPlace() {
        database.acrossTenants(handle -> {
            stands.forEach((partition, stand) -> {
                if (!IntakeOffsets.of(handle, offsets(partition)).equals(stand)) {
                    throw new OvertakenException(partition + " is to be read from another place");
                }
            });
            return null;
        });
    }

    /** Puts a new partition where the database says. */
    private final class Seek implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> opened;

        Seek(Consumer<byte[], byte[]> opened) {
            this.opened = opened;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                Optional<IntakeOffsets.Stand> stand =
                        database.acrossTenants(handle -> IntakeOffsets.of(handle, offsets(partition)));
                stands.put(partition, stand);
                if (stand.isPresent()) {
                    opened.seek(partition, stand.get().next());
                } else {
                    seekFirst(partition);
                }
            }
        }

        /** Where a partition is read from for the first time. */
        private void seekFirst(TopicPartition partition) {
            Optional<Duration> before = topics.get(partition.topic()).before();
            if (before.isEmpty()) {
                opened.seekToBeginning(List.of(partition));
                return;
            }
            long since = System.currentTimeMillis() - before.get().toMillis();
            OffsetAndTimestamp first =
                    opened.offsetsForTimes(Map.of(partition, since)).get(partition);
            if (first == null) {
                opened.seekToEnd(List.of(partition));
            } else {
                opened.seek(partition, first.offset());
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(stands::remove);
            partitions.forEach(paused::remove);
            partitions.forEach(waiting::remove);
        }
    }

    /** Another instance has read on. */
    public static final class OvertakenException extends RuntimeException {
        OvertakenException(String message) {
            super(message);
        }
    }

    /** Which legal holds there are is not known yet; the record's partition waits and is read again from there. */
    static final class HoldsUnknownException extends RuntimeException {
        HoldsUnknownException(String why) {
            super("The legal holds cannot be asked: " + why);
        }
    }

    /** How far Kafka was read, in the database. */
    public static final class IntakeOffsets {

        private IntakeOffsets() {}

        /**
         * Where a partition stands.
         *
         * @param next where it goes on
         * @param listsUntil what comes before this offset was taken before, and only makes lists
         */
        public record Stand(long next, long listsUntil) {}

        /** Where a partition stands; empty where it was never read. */
        public static Optional<Stand> of(Handle handle, TopicPartition partition) {
            return handle.select("""
                    SELECT next_offset, lists_until FROM intake_offset
                    WHERE topic = ? AND partition = ?""", partition.topic(), partition.partition())
                    .map((row, context) -> new Stand(row.getLong("next_offset"), row.getLong("lists_until")))
                    .findOne();
        }

        /**
         * Moves on, unless another instance has.
         *
         * @param from where this reader stood; empty where the partition was never read
         * @return whether it still stood there; if not, another instance has read on and the transaction is to be
         *     rolled back
         */
        static boolean advance(Handle handle, TopicPartition partition, Optional<Long> from, long next) {
            if (from.isEmpty()) {
                return handle.execute("""
                        INSERT INTO intake_offset (topic, partition, next_offset)
                        VALUES (?, ?, ?) ON CONFLICT DO NOTHING""", partition.topic(), partition.partition(), next) == 1;
            }
            return handle.execute("""
                    UPDATE intake_offset SET next_offset = ?
                    WHERE topic = ? AND partition = ? AND next_offset = ?""", next, partition.topic(), partition.partition(), from.get()) == 1;
        }
    }
}
