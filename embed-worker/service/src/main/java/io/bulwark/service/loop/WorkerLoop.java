package io.bulwark.service.loop;

import io.bulwark.events.Reason;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.lifecycle.Deadline;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.StateMachine;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.VerdictGate;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.loop.CommitPacing.Last;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.outcome.UploadInFlight;
import io.bulwark.service.pipeline.UploadSink;
import io.bulwark.service.telemetry.WorkerLog;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The consume-transform-produce loop. Guarantee: each upload record is answered exactly once, by a verdict or a dead
 * letter, as a read_committed reader sees it. See the package for why that holds.
 *
 * <p>{@link #run} is called by one thread, which alone touches consumer and producer and moves the state from {@code
 * WAITING_FOR_BANK} on. {@link #stop} may be called by any thread.
 */
public final class WorkerLoop implements Runnable, ConsumerRebalanceListener {

    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> consumer;
    private final Transactions transactions;
    private final UploadSink pipeline;
    private final VerdictGate banks;
    private final StateMachine state;
    private final LoopSettings settings;
    private final LoopReport report;
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final Polling polling;
    private final InFlight inFlight;
    private final PoisonBreaker breaker;
    private final TakeOver takeOver;
    private final CountDownLatch stopRequested = new CountDownLatch(1);

    private long committableSince;
    private boolean hasCommittable;
    private long lastCommitEnd;
    private long lastCommitNanos;
    private boolean recoveryNeeded;
    private boolean joined;
    private int failedRecoveries;

    WorkerLoop(
            Consumer<byte[], byte[]> consumer,
            Transactions transactions,
            UploadSink pipeline,
            VerdictGate banks,
            StateMachine state,
            LoopSettings settings,
            PoisonBreaker breaker,
            LoopReport report,
            NanoClock clock,
            ThreadWatch watch) {
        this.consumer = consumer;
        this.transactions = transactions;
        this.pipeline = pipeline;
        this.banks = banks;
        this.state = state;
        this.settings = settings;
        this.report = report;
        this.clock = clock;
        this.watch = watch;
        this.polling = new Polling(consumer);
        this.inFlight = new InFlight(settings.maxUploads(), settings.maxBytes());
        this.breaker = breaker;
        this.takeOver = new TakeOver(consumer, breaker, report::trialBegins);
    }

    /** Makes {@link #run} finish what it has begun, within the drain time, and return. */
    public void stop() {
        stopRequested.countDown();
        polling.interrupt();
    }

    /**
     * Works until told to stop.
     *
     * @throws RuntimeException if nothing can be answered any more: the device failed for good, or the broker refuses
     *     this worker
     */
    @Override
    public void run() {
        try {
            awaitBank();
            if (!isStopping()) {
                consumer.subscribe(List.of(Topics.IMAGES_UPLOADED.topicName()), this);
                recoveryNeeded = true;
                while (!isStopping()) {
                    iterate();
                }
            }
            drain();
        } finally {
            inFlight.abandonAll();
            // Nothing is given up in order any more: where no drain closed a partition, its next owner is to be warned.
            breaker.forgetAll();
            watch.begin();
            transactions.close();
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
            watch.rest();
        }
    }

    /** A worker without a bank stays out of the group, so that the partitions go to those that have one. */
    private void awaitBank() {
        state.moveTo(WorkerState.WAITING_FOR_BANK);
        while (!isStopping() && !bankIsUsable()) {
            watch.begin();
            failIfHopeless();
            await(BUSY_POLL);
        }
    }

    private void iterate() {
        watch.begin();
        failIfHopeless();
        if (recoveryNeeded) {
            recover();
        } else {
            beginWhatCame();
        }
        followBank();
        commitMarks();
        handOn();
        pauseWhatIsFull();
        take(poll());
        if (joined && state.state() == WorkerState.JOINING) {
            state.moveTo(WorkerState.RUNNING);
        }
        commitIfDue();
        report.suspects(breaker.suspects());
        report.inFlight(inFlight.uploads());
        report.lag(consumer, inFlight.uploads());
    }

    private void take(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        if (recoveryNeeded) {
            // A commit failed while this was polled. Answers to it would be committed past what was abandoned; recovery
            // goes back to the committed offsets, and all is read again.
            return;
        }
        records.forEach(breaker::read);
        if (breaker.onTrial().isPresent() && inFlight.isEmpty()) {
            positionOf(breaker.onTrial().get()).ifPresent(breaker::hasReadTo);
        }
        handOn();
    }

    /** Where reading stands; empty while the broker has yet to say where a log begins that lost what was to be read. */
    private OptionalLong positionOf(TopicPartition partition) {
        try {
            return OptionalLong.of(Polling.uninterrupted(() -> consumer.position(partition, Duration.ZERO)));
        } catch (TimeoutException unknown) {
            return OptionalLong.empty();
        }
    }

    /** Sends what may go into the pipeline. A suspect goes alone, and not before its mark stands. */
    private void handOn() {
        if (recoveryNeeded || !isReading()) {
            return;
        }
        for (ConsumerRecord<byte[], byte[]> record : breaker.next(inFlight.isEmpty())) {
            UploadInFlight upload = new UploadInFlight(record, clock, polling::answered);
            inFlight.add(upload);
            switch (breaker.handling(record)) {
                case TRY, RETRY -> pipeline.submit(upload);
                case REFUSE -> {
                    report.poison(upload);
                    pipeline.refusePoison(upload);
                }
                case BURY -> {
                    report.poison(upload);
                    upload.deadLetter(
                            Reason.POISON.name(),
                            "The upload was alone when two workers died, and the next one died over reading its event");
                }
            }
        }
    }

    /** Commits marks that no answers can be waited for with: nothing of their partitions may be read before. */
    private void commitMarks() {
        if (recoveryNeeded || !isReading()) {
            return;
        }
        Committable marks = breaker.marked(Committable.NONE, inFlight.isEmpty());
        if (!marks.isEmpty()) {
            commit(marks);
        }
    }

    private void followBank() {
        WorkerState now = state.state();
        if (now == WorkerState.RECOVERING) {
            return;
        }
        if (!bankIsUsable()) {
            state.moveTo(WorkerState.WAITING_FOR_BANK);
        } else if (now == WorkerState.WAITING_FOR_BANK) {
            state.moveTo(WorkerState.JOINING);
        }
    }

    private boolean isReading() {
        return state.state() == WorkerState.RUNNING || state.state() == WorkerState.JOINING;
    }

    private void pauseWhatIsFull() {
        Set<TopicPartition> assigned = consumer.assignment();
        Set<TopicPartition> wanted = assigned;
        if (isReading()) {
            wanted = inFlight.full(assigned);
            wanted.addAll(breaker.held(assigned, inFlight.isEmpty()));
        }
        Set<TopicPartition> paused = consumer.paused();
        Set<TopicPartition> toPause = new HashSet<>(wanted);
        toPause.removeAll(paused);
        Set<TopicPartition> toResume = new HashSet<>(paused);
        toResume.removeAll(wanted);
        consumer.pause(toPause);
        consumer.resume(toResume);
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll() {
        int answers = polling.answers();
        if (!isReading() || breaker.onTrial().isPresent()) {
            return polling.poll(BUSY_POLL, answers + 1);
        }
        int committable = countCommittable();
        long due = nanosUntilCommit(committable);
        int needed = settings.pacing().answersUntilDue(committable, inFlight.uploads() - committable);
        Duration most = due >= IDLE_POLL.toNanos() ? IDLE_POLL : Duration.ofNanos(Math.max(0, due));
        return polling.poll(most, answers + needed);
    }

    /** Answers that could be committed now; remembers since when there are some. */
    private int countCommittable() {
        int committable =
                inFlight.committable(settings.pacing().maxRecords()).answered().size();
        if (committable == 0) {
            hasCommittable = false;
        } else if (!hasCommittable) {
            hasCommittable = true;
            committableSince = clock.nanos();
        }
        return committable;
    }

    private long nanosUntilCommit(int committable) {
        if (committable > 0 && breaker.onTrial().isPresent()) {
            return 0;
        }
        long now = clock.nanos();
        Last last = lastCommitNanos == 0 ? Last.NONE : new Last(lastCommitNanos, now - lastCommitEnd);
        return settings.pacing()
                .nanosUntilDue(committable, inFlight.uploads() - committable, now - committableSince, last);
    }

    private void commitIfDue() {
        if (recoveryNeeded) {
            return;
        }
        if (nanosUntilCommit(countCommittable()) <= 0) {
            commitAnswers();
        }
        inFlight.mustWait().ifPresent(detail -> {
            report.mustWait(detail);
            failedRecoveries++;
            recoveryNeeded = true;
        });
    }

    private void commitAnswers() {
        Committable answers = inFlight.committable(settings.pacing().maxRecords());
        boolean quiet = answers.answered().size() == inFlight.uploads();
        commit(breaker.marked(answers, quiet));
    }

    private void commit(Committable answers) {
        long start = clock.nanos();
        CommitResult result = transactions.commit(answers, consumer.groupMetadata());
        if (result instanceof CommitResult.Committed) {
            inFlight.committed(answers);
            breaker.committed(answers);
            failedRecoveries = 0;
            if (!answers.answered().isEmpty()) {
                hasCommittable = false;
                lastCommitEnd = clock.nanos();
                lastCommitNanos = lastCommitEnd - start;
                report.committed(answers, lastCommitNanos);
            }
        } else if (result instanceof CommitResult.Unsettled unsettled) {
            report.aborted(answers, unsettled.cause());
            inFlight.abandonAll();
            failedRecoveries++;
            recoveryNeeded = true;
        } else if (result instanceof CommitResult.Hopeless hopeless) {
            report.aborted(answers, hopeless.cause());
            throw hopeless.cause();
        }
    }

    /**
     * Settles whatever transaction is open and goes back to the committed offsets. Also how the loop begins: the first
     * producer is made here. A failure leaves the need standing, and polling goes on meanwhile to stay in the group.
     */
    private void recover() {
        if (state.state() != WorkerState.WAITING_FOR_BANK) {
            state.moveTo(WorkerState.RECOVERING);
        }
        inFlight.abandonAll();
        hasCommittable = false;
        if (failedRecoveries > 0 && await(pause())) {
            return;
        }
        try {
            transactions.reopen();
            watch.begin();
            takeOver.begin(consumer.assignment());
            recoveryNeeded = false;
            if (state.state() == WorkerState.RECOVERING) {
                WorkerLog.recovered();
                state.moveTo(WorkerState.JOINING);
            }
        } catch (KafkaException failure) {
            recoveryFailed(failure);
        }
    }

    private void beginWhatCame() {
        try {
            takeOver.begin();
        } catch (KafkaException failure) {
            recoveryNeeded = true;
            recoveryFailed(failure);
        }
    }

    private void recoveryFailed(KafkaException failure) {
        if (Transactions.isHopeless(failure)) {
            throw failure;
        }
        failedRecoveries++;
        WorkerLog.recoveryFailed(failedRecoveries, failure);
    }

    private Duration pause() {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(10, failedRecoveries));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    private void drain() {
        state.moveTo(WorkerState.DRAINING);
        breaker.stopReading();
        Deadline deadline = Deadline.after(settings.drain(), clock);
        while (!inFlight.isEmpty() && !recoveryNeeded && !deadline.hasPassed()) {
            watch.begin();
            failIfHopeless();
            pauseWhatIsFull();
            polling.poll(BUSY_POLL, polling.answers() + 1);
            if (countCommittable() > 0) {
                commitAnswers();
            }
            recoveryNeeded |= inFlight.mustWait().isPresent();
        }
        // Who is stopped because a thread hangs leaves what is in flight to be tried alone, as if it had died.
        boolean hangs = !inFlight.isEmpty() && watch.stuck().isPresent();
        if (!recoveryNeeded && !hangs) {
            close(Committable.NONE, consumer.assignment());
        }
        WorkerLog.drained(inFlight.abandonAll());
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        joined = true;
        report.assigned(partitions);
        takeOver.assigned(partitions);
        // Else the poll that brought them may bring their records too, though nobody may take any now.
        consumer.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (!recoveryNeeded) {
            close(inFlight.committable(partitions, Integer.MAX_VALUE), partitions);
        }
        drop(partitions);
    }

    /** Nothing can be committed any more. Their next owner finds them open, as if this worker had died. */
    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        drop(partitions);
    }

    /** Commits these answers and that the partitions are given up in order. */
    private void close(Committable answers, Collection<TopicPartition> partitions) {
        Committable closing = breaker.closing(answers, partitions);
        if (!closing.isEmpty()) {
            commit(closing);
        }
    }

    private void drop(Collection<TopicPartition> partitions) {
        report.revoked(partitions, inFlight.abandon(partitions));
        breaker.forget(partitions);
        takeOver.gone(partitions);
    }

    private boolean bankIsUsable() {
        return banks.status() instanceof Readiness.Usable;
    }

    private void failIfHopeless() {
        pipeline.failure().ifPresent(cause -> {
            throw new IllegalStateException("The encoder failed for good", cause);
        });
    }

    private boolean isStopping() {
        return stopRequested.getCount() == 0;
    }

    /** Waits; true if told to stop meanwhile. */
    private boolean await(Duration time) {
        try {
            return stopRequested.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
