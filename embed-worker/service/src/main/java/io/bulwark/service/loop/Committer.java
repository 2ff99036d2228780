package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.CommitPacing.Load;
import io.bulwark.service.loop.ExclusiveTrial.IdleCheck;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.loop.Transactions.CommitResult;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides what is committed and when, and what follows from how that ended. One commit is under way at a time; while it
 * is, what it was made of changes only in ways that it does not contradict: answers come, records of partitions that
 * stand open are handed on, partitions are taken over that were not here when it began. Owned by the loop's thread.
 */
final class Committer {

    /** After a commit that was refused for the group's generation, so that a poll can learn of the next one. */
    static final Duration FIRST_STALE_PAUSE = Duration.ofMillis(20);

    /** The pause doubles with each refusal in a row up to this. */
    static final Duration LONGEST_STALE_PAUSE = Duration.ofSeconds(1);

    private final Consumer<byte[], byte[]> consumer;
    private final Commits commits;
    private final CommitPacing pacing;
    private final InFlight inFlight;
    private final PoisonBreaker breaker;
    private final Backoff backoff;
    private final IdleCheck idleCheck;
    private final LoopReport report;
    private final NanoClock clock;
    private final int maxAnswers;
    private int staleInARow;
    private long staleUntil;

    Committer(
            Consumer<byte[], byte[]> consumer,
            Commits commits,
            InFlight inFlight,
            PoisonBreaker breaker,
            Backoff backoff,
            IdleCheck idleCheck,
            LoopSettings settings,
            LoopReport report,
            NanoClock clock) {
        this.consumer = consumer;
        this.commits = commits;
        this.pacing = new CommitPacing(settings.maxAnswers(), settings.most(), clock);
        this.inFlight = inFlight;
        this.breaker = breaker;
        this.backoff = backoff;
        this.idleCheck = idleCheck;
        this.report = report;
        this.clock = clock;
        this.maxAnswers = settings.maxAnswers();
        this.staleUntil = clock.nanos();
    }

    boolean isUnderWay() {
        return commits.isUnderWay();
    }

    /** Takes the end of the commit under way, if it has ended. */
    void settleWhatEnded() {
        commits.ended().ifPresent(this::settle);
    }

    /** Waits for the commit under way and takes its end. */
    void join() {
        commits.join().ifPresent(this::settle);
    }

    /** Waits for the commit under way; its end changes nothing here any more. */
    void await() {
        commits.join();
    }

    /**
     * Begins a commit of marks that no answers can be waited for with: nothing of their partitions may be read before.
     */
    void beginMarks() {
        if (!mayBegin()) {
            return;
        }
        Committable marks = breaker.marked(Committable.NONE, idleCheck.isIdle(inFlight.uploads()));
        if (!marks.isEmpty()) {
            begin(marks);
        }
    }

    /** Begins a commit of answers if they need not wait. */
    void beginIfDue(boolean backlog) {
        if (mayBegin() && nanosUntilDue(committable(), backlog) <= 0) {
            beginAnswers();
        }
    }

    /** Begins a commit of answers if there are any. */
    void beginNow() {
        if (mayBegin() && committable() > 0) {
            beginAnswers();
        }
    }

    /** Commits these answers and that the partitions are given up in order; waits for it. */
    void close(Committable answers, Collection<TopicPartition> partitions) {
        Committable closing = breaker.closing(answers, partitions);
        if (!closing.isEmpty()) {
            begin(closing);
            join();
        }
    }

    /** Answers that one commit could take now. */
    int committable() {
        return inFlight.countCommittable(maxAnswers);
    }

    /**
     * Nanoseconds until a commit of this number of answers is due; {@code Long.MAX_VALUE} while there is nothing to
     * commit.
     */
    long nanosUntilDue(int committable, boolean backlog) {
        long due = pacing.nanosUntilDue(committable, load(backlog));
        if (committable > 0 && breaker.onTrial().isPresent()) {
            due = 0;
        }
        return Math.max(due, staleUntil - clock.nanos());
    }

    private Load load(boolean backlog) {
        if (inFlight.unanswered() <= idleFrom(backlog)) {
            return Load.IDLE;
        }
        return backlog ? Load.BACKLOG : Load.LIGHT;
    }

    /** With so few uploads worked on, answers no longer wait for company. */
    private int idleFrom(boolean backlog) {
        return backlog ? inFlight.fewUnanswered() : 0;
    }

    /** How many more answers have to come until a commit is due before its time. */
    int answersUntilDue(int committable, boolean backlog) {
        int untilIdle = committable == 0 ? 1 : Math.max(1, inFlight.unanswered() - idleFrom(backlog));
        return Math.min(untilIdle, pacing.answersUntilDue(committable));
    }

    /** The group has told this worker of its generation: what was refused for an older one need not wait. */
    void knowsGeneration() {
        staleInARow = 0;
        staleUntil = clock.nanos();
    }

    private boolean mayBegin() {
        return !backoff.needsRecovery() && !commits.isUnderWay() && staleUntil - clock.nanos() <= 0;
    }

    private void beginAnswers() {
        Committable answers = inFlight.committable(maxAnswers);
        int others = inFlight.uploads() - answers.answered().size();
        begin(breaker.marked(answers, idleCheck.isIdle(others)));
    }

    /** Begins a commit; an executor that is quick has ended it when this returns. */
    private void begin(Committable what) {
        commits.begin(what, consumer.groupMetadata());
        settleWhatEnded();
    }

    private void settle(Commits.Ended ended) {
        Committable answers = ended.what();
        CommitResult result = ended.result();
        if (result instanceof CommitResult.Committed) {
            inFlight.committed(answers);
            breaker.committed(answers);
            backoff.committed();
            staleInARow = 0;
            if (!answers.answered().isEmpty()) {
                backoff.forget(answers.partitions());
                pacing.committed(ended.tookNanos());
                report.committed(answers, ended.tookNanos());
            }
        } else if (result instanceof CommitResult.Stale) {
            // Nothing is abandoned: the next commit says the same as the group knows this worker then.
            report.stale(answers);
            Duration pause = FIRST_STALE_PAUSE.multipliedBy(1L << Math.min(10, staleInARow++));
            staleUntil = clock.nanos() + Math.min(pause.toNanos(), LONGEST_STALE_PAUSE.toNanos());
        } else if (result instanceof CommitResult.Unsettled unsettled) {
            report.aborted(answers, unsettled.cause());
            idleCheck.disturbed();
            inFlight.abandonAll();
            backoff.failed();
        } else if (result instanceof CommitResult.Hopeless hopeless) {
            report.aborted(answers, hopeless.cause());
            throw hopeless.cause();
        }
    }

    /**
     * The commit that is under way beside the loop, one at most. The producer is the executor's from {@link #begin}
     * until the loop has taken the end of it by {@link #ended} or {@link #join}, and the loop's otherwise. Owned by the
     * loop's thread.
     */
    static final class Commits {

        private final Transactions transactions;
        private final Executor executor;
        private final NanoClock clock;
        private final ThreadWatch watch;
        private final Runnable onEnd;
        private FutureTask<Ended> underWay;

        /**
         * Makes it.
         *
         * @param executor runs commits, one after the other
         * @param onEnd called on the executor's thread when a commit has ended
         */
        Commits(Transactions transactions, Executor executor, NanoClock clock, ThreadWatch watch, Runnable onEnd) {
            this.transactions = transactions;
            this.executor = executor;
            this.clock = clock;
            this.watch = watch;
            this.onEnd = onEnd;
        }

        boolean isUnderWay() {
            return underWay != null;
        }

        /**
         * Begins a commit.
         *
         * @param group as the group knows this worker now
         * @throws IllegalStateException if one is under way
         */
        void begin(Committable what, ConsumerGroupMetadata group) {
            if (isUnderWay()) {
                throw new IllegalStateException("A commit of " + what.offsets().keySet()
                        + " cannot begin: one is under way, whose end has to be taken first");
            }
            underWay = new FutureTask<>(() -> commit(what, group)) {
                @Override
                protected void done() {
                    onEnd.run();
                }
            };
            FutureTask<Ended> task = underWay;
            executor.execute(() -> {
                watch.begin();
                try {
                    task.run();
                } finally {
                    watch.rest();
                }
            });
        }

        private Ended commit(Committable what, ConsumerGroupMetadata group) {
            long start = clock.nanos();
            CommitResult result = transactions.commit(what, group);
            return new Ended(what, result, clock.nanos() - start);
        }

        /** The result of the commit that was under way, once; empty while it is or where there is none. */
        Optional<Ended> ended() {
            return underWay != null && underWay.isDone() ? join() : Optional.empty();
        }

        /**
         * Waits for the end of the commit under way; empty where there is none. A commit that has not begun yet is run
         * here.
         */
        Optional<Ended> join() {
            if (underWay == null) {
                return Optional.empty();
            }
            FutureTask<Ended> task = underWay;
            watch.begin();
            task.run();
            try {
                return Optional.of(resultOf(task));
            } finally {
                underWay = null;
            }
        }

        private static Ended resultOf(FutureTask<Ended> task) {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return task.get();
                    } catch (InterruptedException later) {
                        interrupted = true;
                    }
                }
            } catch (ExecutionException thrown) {
                if (thrown.getCause() instanceof Error error) {
                    throw error;
                }
                throw new IllegalStateException("A commit broke", thrown.getCause());
            } catch (CancellationException never) {
                throw new IllegalStateException("A commit was cancelled, which never happens", never);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /**
         * A commit that is over.
         *
         * @param tookNanos from its begin to its end
         */
        record Ended(Committable what, CommitResult result, long tookNanos) {}
    }
}
