package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.loop.InFlight.Committable;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides what is committed and when, and what follows from how that ended. One commit is under way at a time; while it is,
 * what it was made of changes only in ways that it does not contradict: answers come, records of partitions that stand open
 * are handed on, partitions are taken over that were not here when it began. Owned by the loop's thread.
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
    private final Recovery recovery;
    private final Patience patience;
    private final Quiet quiet;
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
            Recovery recovery,
            Patience patience,
            Quiet quiet,
            LoopSettings settings,
            LoopReport report,
            NanoClock clock) {
        this.consumer = consumer;
        this.commits = commits;
        this.pacing = new CommitPacing(settings.maxAnswers(), settings.most(), clock);
        this.inFlight = inFlight;
        this.breaker = breaker;
        this.recovery = recovery;
        this.patience = patience;
        this.quiet = quiet;
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

    /** Begins a commit of marks that no answers can be waited for with: nothing of their partitions may be read before. */
    void beginMarks() {
        if (!mayBegin()) {
            return;
        }
        Committable marks = breaker.marked(Committable.NONE, quiet.isQuiet(inFlight.uploads()));
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

    /** Nanoseconds until a commit of so many answers is due; {@code Long.MAX_VALUE} while there is nothing to commit. */
    long nanosUntilDue(int committable, boolean backlog) {
        boolean mayRest = backlog && inFlight.unanswered() > inFlight.fewUnanswered();
        long due = pacing.nanosUntilDue(committable, mayRest);
        if (committable > 0 && breaker.onTrial().isPresent()) {
            due = 0;
        }
        return Math.max(due, staleUntil - clock.nanos());
    }

    /** How many answers have to come beside so many until a commit is due before its time. */
    int answersUntilDue(int committable) {
        int untilFew = committable == 0 ? 1 : Math.max(1, inFlight.unanswered() - inFlight.fewUnanswered());
        return Math.min(untilFew, pacing.answersUntilDue(committable));
    }

    /** The group has told this worker of its generation: what was refused for an older one need not wait. */
    void knowsGeneration() {
        staleInARow = 0;
        staleUntil = clock.nanos();
    }

    private boolean mayBegin() {
        return !recovery.isNeeded() && !commits.isUnderWay() && staleUntil - clock.nanos() <= 0;
    }

    private void beginAnswers() {
        Committable answers = inFlight.committable(maxAnswers);
        int others = inFlight.uploads() - answers.answered().size();
        begin(breaker.marked(answers, quiet.isQuiet(others)));
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
            recovery.committed();
            staleInARow = 0;
            if (!answers.answered().isEmpty()) {
                patience.forget(answers.partitions());
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
            quiet.disturbed();
            inFlight.abandonAll();
            recovery.failed();
        } else if (result instanceof CommitResult.Hopeless hopeless) {
            report.aborted(answers, hopeless.cause());
            throw hopeless.cause();
        }
    }
}
