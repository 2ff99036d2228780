package io.bulwark.service.loop;

import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.lifecycle.Readiness.VerdictGate;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.lifecycle.WorkerState;
import io.bulwark.service.lifecycle.WorkerState.StateMachine;
import io.bulwark.service.loop.Committer.Commits;
import io.bulwark.service.loop.ExclusiveTrial.IdleCheck;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import io.bulwark.service.telemetry.WorkerLog;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The consume-transform-produce loop. Guarantee: each upload record is answered exactly once, by a verdict or a dead
 * letter, as a read_committed reader sees it. See the package for why that holds.
 *
 * <p>{@link #run} is called by one thread, which alone touches the consumer and moves the state from {@code
 * WAITING_FOR_BANK} on; commits run beside it ({@link Commits}). {@link #stop} may be called by any thread.
 */
public final class WorkerLoop implements Runnable {

    private static final Duration IDLE_POLL = Duration.ofMillis(200);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);

    /** As many more answers never come: the end of a commit ends the poll, or its time does. */
    private static final int NEVER = Integer.MAX_VALUE / 2;

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

    private final Reading reading;
    private final Committer committer;
    private final Backoff backoff;
    private final IdleCheck idleCheck;

    private boolean joined;
    private boolean backlog;

    WorkerLoop(
            Consumer<byte[], byte[]> consumer,
            Transactions transactions,
            Executor committing,
            UploadSink pipeline,
            ExclusiveTrial.Seat seat,
            StateMachine state,
            LoopSettings settings,
            String incarnation,
            Loops.Environment environment) {
        this.consumer = consumer;
        this.transactions = transactions;
        this.pipeline = pipeline;
        this.banks = environment.banks();
        this.state = state;
        this.settings = settings;
        this.clock = environment.clock();
        this.watch = environment.watch();
        this.report = new LoopReport(
                settings.lane(), environment.metrics(), environment.tracing(), clock, environment.wallClock());
        this.polling = new Polling(consumer);
        this.inFlight = new InFlight(settings.maxUploads(), settings.maxBytes());
        this.breaker = new PoisonBreaker(incarnation, settings.ahead());
        this.takeOver = new TakeOver(consumer, breaker, this::trialBegins, clock);
        this.backoff = new Backoff(clock);
        this.idleCheck = new IdleCheck(pipeline, breaker, seat);
        this.reading = new Reading(consumer, inFlight, breaker, backoff, idleCheck);
        this.committer = new Committer(
                consumer,
                new Commits(transactions, committing, clock, watch, polling::interrupt),
                inFlight,
                breaker,
                backoff,
                idleCheck,
                settings,
                report,
                clock);
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
                consumer.subscribe(List.of(settings.topic()), new Rebalances());
                backoff.needRecovery();
                while (!isStopping()) {
                    iterate();
                }
            }
            drain();
        } finally {
            inFlight.abandonAll();
            // Nothing is given up in order any more: where no drain closed a partition, its next owner is to be warned.
            breaker.forgetAll();
            idleCheck.leave();
            watch.begin();
            leave();
            watch.rest();
        }
    }

    private void leave() {
        try {
            committer.await();
        } finally {
            transactions.close();
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        }
    }

    /** A worker without a bank stays out of the group, so that the partitions go to workers that have one. */
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
        committer.settleWhatEnded();
        if (backoff.needsRecovery()) {
            recover();
        } else {
            beginTakeOver();
        }
        lookAround();
        followBank();
        if (isReading()) {
            committer.beginMarks();
        }
        handOn();
        pauseWhatIsFull();
        long polledFrom = clock.nanos();
        Iterable<ConsumerRecord<byte[], byte[]>> polled = poll();
        report.polled(polled, polledFrom);
        take(polled);
        if (joined && state.state() == WorkerState.JOINING) {
            state.moveTo(WorkerState.RUNNING);
        }
        committer.settleWhatEnded();
        // Under load the next commit begins right here: there is no other moment without one.
        lookAround();
        setAside();
        committer.beginIfDue(backlog);
        if (!takeOver.isPending()) {
            report.suspects(breaker.suspects());
        }
        report.inFlight(inFlight.uploads());
        report.lag(reading::unread, inFlight.uploads());
    }

    /**
     * What others do and what has to wait decides which uploads may go on their way. Not while a commit is under way:
     * it may carry marks that were right before.
     */
    private void lookAround() {
        if (!committer.isUnderWay()) {
            breaker.postpone(backoff.postponed());
            idleCheck.lookAround(inFlight.isEmpty());
        }
    }

    private void take(Iterable<ConsumerRecord<byte[], byte[]>> records) {
        if (backoff.needsRecovery()) {
            // A commit failed while this was polled. Answers to it would be committed past what was abandoned; recovery
            // goes back to the committed offsets, and all is read again.
            return;
        }
        records.forEach(breaker::read);
        backlog = reading.backlog() >= settings.backlog();
        if (breaker.onTrial().isPresent() && inFlight.isEmpty() && !committer.isUnderWay()) {
            reading.positionOf(breaker.onTrial().get()).ifPresent(breaker::hasReadTo);
        }
        handOn();
    }

    /** Sends uploads into the pipeline if they may go. A suspect goes alone, and not before its mark stands. */
    private void handOn() {
        if (backoff.needsRecovery() || !isReading() || !idleCheck.mayBegin()) {
            return;
        }
        for (ConsumerRecord<byte[], byte[]> record : breaker.next(idleCheck.isIdle(inFlight.uploads()))) {
            UploadInFlight upload = new UploadInFlight(record, clock, polling::answered, report.begins(record));
            inFlight.add(upload);
            if (breaker.onTrial().isPresent()) {
                // Answered for its deadline, it may run on; the next suspect waits for that.
                idleCheck.disturbed();
            }
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
                            "The upload was alone when two workers died, and the next one died over reading its event"
                                    + " or comparing its file with restricted hash lists");
                }
            }
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
        if (isReading()) {
            reading.pauseWhatIsFull();
        } else {
            reading.pause();
        }
    }

    private Iterable<ConsumerRecord<byte[], byte[]>> poll() {
        int answers = polling.answers();
        boolean brief = !isReading() || breaker.onTrial().isPresent();
        long most = Math.min((brief ? BUSY_POLL : IDLE_POLL).toNanos(), backoff.nanosUntilNextPartition());
        if (backoff.needsRecovery()) {
            most = Math.max(most, backoff.nanosUntilRecovery());
            return polling.poll(Duration.ofNanos(Math.min(most, IDLE_POLL.toNanos())), answers + NEVER);
        }
        if (committer.isUnderWay()) {
            return polling.poll(Duration.ofNanos(most), answers + NEVER);
        }
        int committable = committer.committable();
        most = Math.max(0, Math.min(most, committer.nanosUntilDue(committable, backlog)));
        int needed = brief ? 1 : committer.answersUntilDue(committable, backlog);
        return polling.poll(Duration.ofNanos(most), answers + needed);
    }

    /**
     * Partitions whose oldest upload cannot be answered now go back to it, to be read again later; the others go on.
     */
    private void setAside() {
        if (backoff.needsRecovery()) {
            return;
        }
        inFlight.mustWait().forEach((partition, detail) -> {
            report.mustWait(detail);
            idleCheck.disturbed();
            inFlight.abandon(Set.of(partition));
            consumer.seek(partition, breaker.rewind(partition));
            backoff.postpone(partition);
        });
    }

    /**
     * Settles whatever transaction is open and goes back to the committed offsets. Also how the loop begins: the first
     * producer is made here. A failure leaves the need standing, and polling goes on meanwhile to stay in the group.
     */
    private void recover() {
        committer.join();
        // A commit that was run here, on this thread, has ended its watch.
        watch.begin();
        if (state.state() != WorkerState.WAITING_FOR_BANK) {
            state.moveTo(WorkerState.RECOVERING);
        }
        idleCheck.disturbed();
        inFlight.abandonAll();
        // What the broker kept of these partitions may differ from what was known here: all of it is asked for again.
        // Not only once that goes: a trial that stands still would keep the worker's other loop waiting.
        breaker.forgetAll();
        takeOver.assigned(consumer.assignment());
        if (backoff.nanosUntilRecovery() > 0) {
            return;
        }
        try {
            transactions.reopen();
            watch.begin();
            backoff.recovered();
            if (state.state() == WorkerState.RECOVERING) {
                WorkerLog.recovered();
                state.moveTo(WorkerState.JOINING);
            }
        } catch (KafkaException failure) {
            recoveryFailed(failure);
        }
    }

    private void beginTakeOver() {
        try {
            takeOver.begin();
        } catch (KafkaException failure) {
            recoveryFailed(failure);
        }
    }

    private void recoveryFailed(KafkaException failure) {
        if (Transactions.isHopeless(failure)) {
            throw failure;
        }
        backoff.failed();
        WorkerLog.recoveryFailed(backoff.failures(), failure);
    }

    private void trialBegins(TopicPartition partition, int suspects) {
        idleCheck.disturbed();
        report.trialBegins(partition, suspects);
    }

    private void drain() {
        state.moveTo(WorkerState.DRAINING);
        breaker.stopReading();
        Deadline deadline = Deadline.after(settings.drain(), clock);
        while (!inFlight.isEmpty() && !backoff.needsRecovery() && !deadline.hasPassed()) {
            watch.begin();
            failIfHopeless();
            pauseWhatIsFull();
            polling.poll(BUSY_POLL, polling.answers() + 1);
            committer.settleWhatEnded();
            setAside();
            committer.beginNow();
        }
        committer.join();
        // Who is stopped because a thread hangs leaves what is in flight to be tried alone, as if it had died.
        boolean hangs = !inFlight.isEmpty() && watch.stuck().isPresent();
        if (!backoff.needsRecovery() && !hangs) {
            committer.close(Committable.NONE, consumer.assignment());
        }
        WorkerLog.drained(inFlight.abandonAll());
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

    /**
     * Takes partitions and gives them up. Kafka calls it within a poll, on the loop's thread; a commit under way is
     * waited for first.
     */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            joined = true;
            report.assigned(partitions);
            committer.knowsGeneration();
            takeOver.assigned(partitions);
            // Else the poll that brought them may bring their records too, though none may be taken now.
            consumer.pause(partitions);
            // Else polls ask for the committed offset, and wait for it where its last owner died within a transaction.
            partitions.forEach(partition -> consumer.seek(partition, 0));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            committer.join();
            if (!backoff.needsRecovery()) {
                committer.close(inFlight.committable(partitions, Integer.MAX_VALUE), partitions);
            }
            drop(partitions);
        }

        /** Nothing can be committed any more. Their next owner finds them open, as if this worker had died. */
        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            committer.join();
            drop(partitions);
        }

        private void drop(Collection<TopicPartition> partitions) {
            idleCheck.disturbed();
            report.revoked(partitions, inFlight.abandon(partitions));
            breaker.forget(partitions);
            backoff.forget(partitions);
            takeOver.gone(partitions);
        }
    }
}
