package io.bulwark.service.loop;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.loop.InFlight.Committable;
import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.UploadInFlight;
import io.bulwark.service.telemetry.LaneMetrics;
import io.bulwark.service.telemetry.Tracing;
import io.bulwark.service.telemetry.Tracing.UploadSpan;
import io.bulwark.service.telemetry.Tracing.UploadSpan.SpanStep;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.bulwark.service.telemetry.WorkerMetrics.Event;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The loop's reports to meters and log. Owned by the loop's thread. */
final class LoopReport {

    private static final Duration LAG_EVERY = Duration.ofSeconds(1);
    private static final Duration WAITING_EVERY = Duration.ofSeconds(10);

    private final WorkerMetrics metrics;
    private final LaneMetrics lane;
    private final Tracing tracing;
    private final NanoClock clock;
    private final Clock wallClock;
    private long lagAt;
    private long waitingAt;

    LoopReport(Lane lane, WorkerMetrics metrics, Tracing tracing, NanoClock clock, Clock wallClock) {
        this.tracing = tracing;
        this.metrics = metrics;
        this.lane = metrics.lane(lane.label());
        this.clock = clock;
        this.wallClock = wallClock;
        this.lagAt = clock.nanos() - LAG_EVERY.toNanos();
        this.waitingAt = clock.nanos() - WAITING_EVERY.toNanos();
    }

    /** A poll brought these records; it began at that reading of the clock. */
    void polled(Iterable<ConsumerRecord<byte[], byte[]>> records, long startNanos) {
        tracing.polled(records, startNanos);
    }

    /** The way of an upload begins. */
    UploadSpan begins(ConsumerRecord<byte[], byte[]> record) {
        return tracing.begin(record);
    }

    void inFlight(int uploads) {
        lane.inFlight(uploads);
    }

    /** Lag: what waits at the broker, by {@link Reading#unread}, and what is in flight. */
    void lag(LongSupplier unread, int inFlight) {
        if (clock.nanos() - lagAt < LAG_EVERY.toNanos()) {
            return;
        }
        lagAt = clock.nanos();
        lane.lag(unread.getAsLong() + inFlight);
    }

    /** Uploads of a partition are tried one at a time from now on. */
    void trialBegins(TopicPartition partition, int suspects) {
        metrics.count(Event.TRIAL);
        WorkerLog.trialBegins(partition, suspects);
    }

    /** The number of uploads that are left to try alone. */
    void suspects(int uploads) {
        if (lane.suspects(uploads) > 0 && uploads == 0) {
            WorkerLog.trialEnds();
        }
    }

    /** An upload is refused unseen, since it was alone when a worker died. */
    void poison(UploadInFlight upload) {
        WorkerLog.poison(upload.partition(), upload.offset());
    }

    void committed(Committable answers, long tookNanos) {
        metrics.committed(answers.answered().size(), Duration.ofNanos(tookNanos));
        long now = wallClock.millis();
        long nanos = clock.nanos();
        for (UploadInFlight upload : answers.answered()) {
            Outcome outcome = upload.outcome().orElseThrow();
            upload.span().step(SpanStep.COMMIT, nanos - tookNanos, nanos);
            upload.span().end(word(outcome), nanos);
            if (outcome instanceof Outcome.Answered answered) {
                metrics.decided(answered.verdict());
                lane.answered(
                        Duration.ofMillis(Math.max(0, now - upload.origin().timestamp())));
                answered.audits().forEach(this::audited);
            } else if (outcome instanceof Outcome.DeadLettered dead) {
                metrics.deadLetter(dead.story().reason());
                WorkerLog.deadLetter(
                        dead.story().topic(),
                        dead.story().partition(),
                        dead.story().offset(),
                        dead.story().reason());
            } else if (outcome instanceof Outcome.Deferred) {
                metrics.count(Event.UPLOAD_DEFERRED);
            }
        }
    }

    private void audited(AttackAudit audit) {
        if (SampledAudits.isOne(audit)) {
            metrics.count(Event.AUDIT_SAMPLED);
        } else {
            metrics.audited(audit.getKind());
        }
    }

    private static String word(Outcome outcome) {
        if (outcome instanceof Outcome.Answered answered) {
            return answered.verdict().getDecision().name();
        }
        return outcome instanceof Outcome.Deferred ? "DEFERRED" : "DEAD_LETTER";
    }

    void aborted(Committable answers, RuntimeException cause) {
        metrics.count(Event.TRANSACTION_ABORT);
        WorkerLog.transactionFailed(answers.answered().size(), cause);
    }

    /** A rebalance overtook a commit, which is repeated. */
    void stale(Committable answers) {
        metrics.count(Event.TRANSACTION_STALE);
        WorkerLog.commitWasStale(answers.answered().size());
    }

    void mustWait(String detail) {
        if (clock.nanos() - waitingAt >= WAITING_EVERY.toNanos()) {
            waitingAt = clock.nanos();
            WorkerLog.tryLater(detail);
        }
    }

    void assigned(Collection<TopicPartition> partitions) {
        WorkerLog.partitionsAssigned(partitions);
    }

    void revoked(Collection<TopicPartition> partitions, int dropped) {
        WorkerLog.partitionsRevoked(partitions, dropped);
    }
}
