package io.bulwark.service.loop;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.lifecycle.WorkerState.StateMachine;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The real loop on one thread, between mocked clients that share what a broker would keep: committed offsets with their
 * metadata, and the answers of committed transactions. What happens is written as steps, one for each poll.
 */
final class LoopRig implements UploadSink {

    static final TopicPartition P0 = new TopicPartition("images.uploaded", 0);
    static final TopicPartition P1 = new TopicPartition("images.uploaded", 1);

    private static final int MAX_UPLOADS = 8;

    /**
     * A poll brings no more, so that far may it go beyond what is allowed in flight: see {@link LoopSettings#ahead}.
     */
    private static final int POLL_RECORDS = 1;

    /** What the broker keeps, for several workers. */
    static final class Kept {
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        final Map<TopicPartition, List<Long>> answered =
                new TreeMap<>((left, right) -> left.partition() - right.partition());
        final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();
        final Set<String> poison = new HashSet<>();
        int transactions;

        String mark(TopicPartition partition) {
            return offsets.get(partition).metadata();
        }

        Stream<ConsumerRecord<byte[], byte[]>> uploads(TopicPartition partition) {
            return log.stream().filter(record -> record.partition() == partition.partition());
        }

        long end(TopicPartition partition) {
            return uploads(partition)
                    .mapToLong(record -> record.offset() + 1)
                    .max()
                    .orElse(0);
        }
    }

    final Kept kept;
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final List<UploadInFlight> submitted = new ArrayList<>();
    final List<UploadInFlight> refused = new ArrayList<>();
    final RiggedConsumer consumer = new RiggedConsumer();
    boolean commitsFail;
    boolean reopensFail;
    boolean commitsAreStale;
    boolean pipelineIsIdle = true;
    Duration watched = Duration.ZERO;
    Consumer<UploadInFlight> onSubmit = LoopRig::answer;
    Consumer<UploadInFlight> onRefuse = LoopRig::refuse;

    final ThreadWatch watch = new ThreadWatch(() -> System.nanoTime() + watched.toNanos());
    final ExclusiveTrial trial = new ExclusiveTrial();
    private long now;
    private final StateMachine state = new StateMachine((source, target) -> {});
    private final WorkerLoop loop;

    LoopRig(Kept kept, String incarnation) {
        this(kept, incarnation, Runnable::run);
    }

    /** @param executor of commits */
    LoopRig(Kept kept, String incarnation, Executor executor) {
        this.kept = kept;
        NanoClock clock = () -> now;
        state.moveTo(WorkerState.WARMING);
        state.moveTo(WorkerState.PUBLISHING_SCHEMAS);
        this.loop = new WorkerLoop(
                consumer,
                new Transactions(
                        RiggedProducer::new,
                        new AnswerRecords(new AnswerSerializers(null, null, null, TopicNames.UNPREFIXED), 1_000_000)),
                executor,
                this,
                trial.seat(Lane.UPLOADS),
                state,
                new LoopSettings(
                        Lane.UPLOADS,
                        "images.uploaded",
                        MAX_UPLOADS,
                        MAX_UPLOADS + POLL_RECORDS,
                        1_000_000,
                        1_000,
                        Duration.ZERO,
                        1_000,
                        Duration.ZERO,
                        1_000_000),
                incarnation,
                new Loops.Environment(
                        new VerdictGate(List.of(() -> new Readiness.Usable("usable")), Optional.empty()),
                        new WorkerMetrics(meters),
                        Tracing.OFF,
                        clock,
                        Clock.systemUTC(),
                        watch));
    }

    /** Runs the loop through these steps, each at the begin of a separate poll, and drains it. */
    void run(Runnable... steps) {
        for (Runnable step : steps) {
            consumer.schedulePollTask(step);
        }
        consumer.schedulePollTask(loop::stop);
        loop.run();
    }

    /** Runs the loop through these steps, and lets it die in the poll after. */
    void runToDeath(Runnable... steps) {
        for (Runnable step : steps) {
            consumer.schedulePollTask(step);
        }
        consumer.schedulePollTask(LoopRig::die);
        if (!diesRunning()) {
            throw new AssertionError("it lives");
        }
    }

    /** Runs what was scheduled; whether that killed it. */
    private boolean diesRunning() {
        try {
            loop.run();
            return false;
        } catch (Killed dead) {
            return true;
        }
    }

    /** Runs the loop through these steps and drains it, if none of them kills it; whether one did. */
    boolean survives(List<Runnable> steps) {
        steps.forEach(consumer::schedulePollTask);
        consumer.schedulePollTask(loop::stop);
        return !diesRunning();
    }

    /** The abrupt end of a worker. */
    static void die() {
        throw new Killed();
    }

    static String name(int partition, long offset) {
        return partition + "@" + offset;
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** A step that gives the worker exactly these partitions. */
    Runnable assign(TopicPartition... partitions) {
        return () -> consumer.reassign(List.of(partitions));
    }

    /** A step in which a record is produced. */
    Runnable record(TopicPartition partition, long offset) {
        return () -> kept.log.add(upload(partition, offset));
    }

    static Runnable nothing() {
        return () -> {};
    }

    static void answer(UploadInFlight upload) {
        upload.deadLetter("TEST", "answered");
    }

    static void refuse(UploadInFlight upload) {
        upload.deadLetter("POISON", "refused");
    }

    static ConsumerRecord<byte[], byte[]> upload(TopicPartition partition, long offset) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0L,
                TimestampType.CREATE_TIME,
                1,
                1,
                new byte[1],
                new byte[1],
                new RecordHeaders(),
                Optional.empty());
    }

    @Override
    public void submit(UploadInFlight upload) {
        submitted.add(upload);
        onSubmit.accept(upload);
    }

    @Override
    public void refusePoison(UploadInFlight upload) {
        refused.add(upload);
        onRefuse.accept(upload);
    }

    @Override
    public boolean isIdle() {
        return pipelineIsIdle;
    }

    @Override
    public Optional<Throwable> failure() {
        return Optional.empty();
    }

    /** Reads what the broker keeps, and knows the offsets that the producer committed. */
    final class RiggedConsumer extends MockConsumer<byte[], byte[]> {
        boolean positionsAreUnknown;
        private boolean polling;
        private ConsumerRebalanceListener listener;

        RiggedConsumer() {
            super(AutoOffsetResetStrategy.EARLIEST.name());
            updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
        }

        @Override
        public synchronized void subscribe(Collection<String> topics, ConsumerRebalanceListener given) {
            listener = given;
            super.subscribe(topics);
        }

        /** As cooperative assignment does it: what is kept goes on. */
        void reassign(Collection<TopicPartition> partitions) {
            Set<TopicPartition> before = Set.copyOf(assignment());
            Set<TopicPartition> gone = new HashSet<>(before);
            gone.removeAll(partitions);
            Set<TopicPartition> come = new HashSet<>(partitions);
            come.removeAll(before);
            if (!gone.isEmpty()) {
                listener.onPartitionsRevoked(gone);
            }
            Map<TopicPartition, Long> positions = new HashMap<>();
            partitions.stream().filter(before::contains).forEach(kept -> positions.put(kept, position(kept)));
            // The mock would remember that what is gone was paused.
            resume(gone);
            rebalance(partitions);
            positions.forEach(this::seek);
            listener.onPartitionsAssigned(come);
        }

        @Override
        public synchronized long position(TopicPartition partition) {
            if (positionsAreUnknown && !polling) {
                throw new TimeoutException("the broker does not say where its log begins");
            }
            return super.position(partition);
        }

        /** Polls do not wait here, though time goes by. */
        @Override
        public synchronized void wakeup() {}

        @Override
        public synchronized ConsumerRecords<byte[], byte[]> poll(Duration most) {
            polling = true;
            now += most.toNanos();
            super.poll(Duration.ZERO);
            Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read = new HashMap<>();
            int left = POLL_RECORDS;
            for (TopicPartition partition : assignment()) {
                if (left > 0 && !paused().contains(partition)) {
                    long position = position(partition);
                    List<ConsumerRecord<byte[], byte[]>> records = kept.uploads(partition)
                            .filter(each -> each.offset() >= position)
                            .limit(left)
                            .toList();
                    if (!records.isEmpty()) {
                        read.put(partition, records);
                        left -= records.size();
                        seek(partition, records.get(records.size() - 1).offset() + 1);
                    }
                }
            }
            polling = false;
            return new ConsumerRecords<>(read, Map.of());
        }

        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>(kept.offsets);
            committed.keySet().retainAll(partitions);
            return committed;
        }

        @Override
        public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
            Map<TopicPartition, Long> ends = new HashMap<>();
            partitions.forEach(partition -> ends.put(partition, kept.end(partition)));
            return ends;
        }

        @Override
        public synchronized void seekToBeginning(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> seek(partition, 0));
        }
    }

    private final class RiggedProducer extends MockProducer<byte[], byte[]> {
        RiggedProducer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized void initTransactions() {
            if (reopensFail) {
                throw new TimeoutException("the broker does not answer");
            }
            super.initTransactions();
        }

        @Override
        public synchronized void commitTransaction() {
            if (commitsAreStale) {
                throw new CommitFailedException();
            }
            if (commitsFail) {
                throw new TimeoutException("the broker does not answer");
            }
            int before = history().size();
            super.commitTransaction();
            kept.transactions++;
            history().subList(before, history().size()).forEach(record -> {
                DeadLetterHeaders story =
                        DeadLetterHeaders.readFrom(record.headers()).orElseThrow();
                kept.reasons.add(story.reason());
                if (story.reason().equals("POISON")) {
                    kept.poison.add(name(story.partition(), story.offset()));
                }
                kept.answered
                        .computeIfAbsent(
                                new TopicPartition(story.topic(), story.partition()), partition -> new ArrayList<>())
                        .add(story.offset());
            });
            var all = consumerGroupOffsetsHistory();
            all.get(all.size() - 1).values().forEach(kept.offsets::putAll);
        }
    }
}
