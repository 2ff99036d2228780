package io.bulwark.service.telemetry;

import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.telemetry.Timings.Step;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Every meter of the worker. Any thread.
 *
 * <p>Counters are there from the start, at 0, with every value of their tags that is known beforehand: Prometheus sees
 * an increase only from one sample to the next, so that a counter born at 1 would hide the first event from every
 * alert.
 */
public final class WorkerMetrics {

    /** The decisions of policies; a refusal is not decided by one. */
    private static final Set<Decision> COMPARED = EnumSet.of(Decision.SAFE, Decision.REVIEW, Decision.NSFW);

    private final MeterRegistry registry;
    private final AlertBudget alerts;
    private final Map<String, LaneMetrics> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger bankSize = new AtomicInteger();
    private final Map<Event, Counter> events = new EnumMap<>(Event.class);
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
    private final DistributionSummary batchSizes;
    private final DistributionSummary transactionSizes;
    private final Timer commits;
    private final MultiGauge bankInfo;
    private final Map<String, MultiGauge.Row<?>> banks = new TreeMap<>(); // by model, guarded by itself
    private final AtomicInteger twinBankSize = new AtomicInteger();
    private final IsolationGauge isolation;
    private final AtomicInteger flaggedEntries = new AtomicInteger();
    private final AtomicInteger flaggedMissing = new AtomicInteger();
    private final Timer flaggedVisible;
    private final MultiGauge policyInfo;

    /** Without a bound on what people are told of. */
    public WorkerMetrics(MeterRegistry registry) {
        this(registry, new AlertBudget(Integer.MAX_VALUE, NanoClock.SYSTEM));
    }

    /** @param alerts how many audits people are told of */
    public WorkerMetrics(MeterRegistry registry, AlertBudget alerts) {
        this.registry = registry;
        this.alerts = alerts;
        Gauge.builder("bulwark.bank.size", bankSize, AtomicInteger::get)
                .description("References that vote")
                .register(registry);
        for (Step step : Step.values()) {
            steps.put(
                    step,
                    Timer.builder("bulwark.step")
                            .description("Time that one image spent in a step")
                            .tag("step", step.label())
                            .publishPercentileHistogram(false)
                            .register(registry));
        }
        for (Event event : Event.values()) {
            events.put(
                    event,
                    Counter.builder(event.meter).description(event.description).register(registry));
        }
        batchSizes = DistributionSummary.builder("bulwark.batch.size")
                .description("Views that the encoder took at once")
                .register(registry);
        transactionSizes = DistributionSummary.builder("bulwark.transaction.size")
                .description("Answers committed at once")
                .register(registry);
        commits = Timer.builder("bulwark.transaction.commit")
                .description("Time of one transaction from its begin to its commit")
                .register(registry);
        Gauge.builder("bulwark.twin.bank.size", twinBankSize, AtomicInteger::get)
                .description("References that vote for the twin; 0 where none runs")
                .register(registry);
        bankInfo = MultiGauge.builder("bulwark.bank.info")
                .description("1, with the bank's name, version and model as tags")
                .register(registry);
        isolation = new IsolationGauge(registry);
        Gauge.builder("bulwark.flagged.entries", flaggedEntries, AtomicInteger::get)
                .description("Entries near which no upload is SAFE")
                .register(registry);
        Gauge.builder("bulwark.flagged.topic.missing", flaggedMissing, AtomicInteger::get)
                .description("1 while the topic of what is flagged is looked for in vain")
                .register(registry);
        flaggedVisible = Timer.builder("bulwark.flagged.visible")
                .description("Time from a decision NSFW until this worker holds back what lies near")
                .publishPercentiles(0.5, 0.95, 0.99)
                .register(registry);
        policyInfo = MultiGauge.builder("bulwark.policy.info")
                .description("1, with the versions of tenant default's policy and of its shadow as tags")
                .register(registry);
        for (Decision from : COMPARED) {
            for (Decision to : COMPARED) {
                if (from != to) {
                    shadowDifferences(from, to);
                }
            }
        }
        decisions("SAFE", "none");
        decisions("NSFW", "none");
        for (Reason reason : Reason.values()) {
            decisions(decisionOf(reason), reason.name());
        }
        for (AttackKind kind : AttackKind.values()) {
            audits(kind);
            alertedAudits(kind);
            auditsBeyondBudget(kind);
        }
        for (DecodedEvent.Reason reason : DecodedEvent.Reason.values()) {
            deadLetters(reason.name());
        }
        deadLetters(Reason.POISON.name());
        deadLetters("TOO_LARGE_TO_DEFER");
    }

    /** Where to ask for the bytes that fetched files hold; once, when they can be fetched. */
    public void fetchedBytes(LongSupplier bytes) {
        Gauge.builder("bulwark.fetch.memory", bytes::getAsLong)
                .description("Bytes of the heap that fetched files hold, of bulwark.fetch.memory-bytes")
                .baseUnit("bytes")
                .register(registry);
    }

    public void count(Event event) {
        count(event, 1);
    }

    public void count(Event event, int times) {
        events.get(event).increment(times);
    }

    public void batch(int views) {
        batchSizes.record(views);
    }

    /** The meters of one of the worker's lanes; the same for the same name. */
    public LaneMetrics lane(String name) {
        return lanes.computeIfAbsent(name, lane -> new LaneMetrics(registry, lane));
    }

    public void committed(int answers, Duration took) {
        transactionSizes.record(answers);
        commits.record(took);
    }

    /** An answer was committed. */
    public void decided(Verdict verdict) {
        String reason =
                verdict.getReason() == null ? "none" : verdict.getReason().name();
        decisions(verdict.getDecision().name(), reason).increment();
        Decision shadow = verdict.getShadowDecision();
        if (shadow != null && shadow != verdict.getDecision()) {
            shadowDifferences(verdict.getDecision(), shadow).increment();
        }
        for (Step step : Step.values()) {
            Long micros = verdict.getTimingsMicros().get(step.label());
            if (micros != null) {
                steps.get(step).record(micros, TimeUnit.MICROSECONDS);
            }
        }
    }

    /** An audit was committed. */
    public void audited(AttackKind kind) {
        audits(kind).increment();
        (alerts.takes(kind) ? alertedAudits(kind) : auditsBeyondBudget(kind)).increment();
    }

    public void deadLetter(String reason) {
        deadLetters(reason).increment();
    }

    /** The number of entries in use. */
    public void flagged(int entries) {
        flaggedEntries.set(entries);
    }

    /** Whether the topic of what is flagged is missing. */
    public void flaggedMissing(boolean missing) {
        flaggedMissing.set(missing ? 1 : 0);
    }

    /** An entry is in use, so long after what it is about was decided. */
    public void flaggedVisible(Duration after) {
        flaggedVisible.record(after);
    }

    /** Whether decoder processes are confined by all that they should be. */
    public void decodersIsolated(boolean complete) {
        isolation.set(complete);
    }

    /** Other policies are in force; of tenant {@code default} these. */
    public void policy(String version, Optional<String> shadowVersion) {
        policyInfo.register(
                List.of(MultiGauge.Row.of(Tags.of("version", version, "shadow", shadowVersion.orElse("none")), 1)),
                true);
    }

    /** No policy is in force. */
    public void noPolicy() {
        policyInfo.register(List.of(), true);
    }

    /** A new snapshot of the encoder's or the twin's bank is in use. */
    public void bank(boolean ofTwin, String name, String version, String modelFingerprint, int size) {
        (ofTwin ? twinBankSize : bankSize).set(size);
        synchronized (banks) {
            banks.put(
                    modelFingerprint,
                    MultiGauge.Row.of(Tags.of("bank", name, "version", version, "model", modelFingerprint), 1));
            bankInfo.register(banks.values(), true);
        }
    }

    /** As the schema says of each reason. */
    private static String decisionOf(Reason reason) {
        return switch (reason) {
            case UNCERTAIN, UNFAMILIAR, LABEL_REVIEW, PARTLY_SEEN, TOO_MANY_VIEWS -> "REVIEW";
            case PLAIN -> "SAFE";
            case KNOWN -> "NSFW";
            default -> "REFUSED";
        };
    }

    private Counter decisions(String decision, String reason) {
        return registry.counter("bulwark.decisions", Tags.of("decision", decision, "reason", reason));
    }

    private Counter shadowDifferences(Decision from, Decision to) {
        return registry.counter("bulwark.shadow.differences", Tags.of("from", from.name(), "to", to.name()));
    }

    private Counter audits(AttackKind kind) {
        return registry.counter("bulwark.audits", Tags.of("kind", kind.name()));
    }

    private Counter alertedAudits(AttackKind kind) {
        return registry.counter("bulwark.audits.alerted", Tags.of("kind", kind.name()));
    }

    private Counter auditsBeyondBudget(AttackKind kind) {
        return registry.counter("bulwark.audits.beyond.budget", Tags.of("kind", kind.name()));
    }

    private Counter deadLetters(String reason) {
        return registry.counter("bulwark.dead.letters", Tags.of("reason", reason));
    }

    /** Events that are only counted. */
    public enum Event {
        AUDIT_SAMPLED(
                "bulwark.audits.sampled",
                "Images drawn at random that left their scores in an audit although nothing fired"),
        BAD_FLAGGED("bulwark.flagged.bad.records", "Records of the topic of what is flagged that could not be used"),
        BAD_POLICY("bulwark.policy.bad.records", "Records of the policies topic that could not be used"),
        BAD_REFERENCE("bulwark.bank.bad.references", "Records of the references topic that could not be used"),
        DECODER_DEATH("bulwark.decoder.deaths", "Decoder processes that died"),
        TRANSACTION_ABORT(
                "bulwark.transaction.aborts", "Transactions that failed and were aborted, or whose fate was unknown"),
        TRANSACTION_STALE("bulwark.transaction.stale", "Transactions refused for the group's generation, and repeated"),
        TRIAL("bulwark.partition.trials", "Partitions taken over whose last owner did not give them up in order"),
        TWIN_BEYOND_BUDGET(
                "bulwark.twin.beyond.budget",
                "Suspicious images that the twin was not asked about, because there were too many in a minute"),
        TWIN_SILENT("bulwark.twin.silent", "Images decided without the word of the twin that should run"),
        UPLOAD_DEFERRED(
                "bulwark.uploads.deferred",
                "Uploads whose location was not fetched promptly, and which are answered at leisure");

        private final String meter;
        private final String description;

        Event(String meter, String description) {
            this.meter = meter;
            this.description = description;
        }
    }

    /** What confines the decoder processes of a worker, a score server or a preview, as a number. Any thread. */
    public static final class IsolationGauge {

        private final AtomicInteger complete = new AtomicInteger();

        public IsolationGauge(MeterRegistry registry) {
            Gauge.builder("bulwark.decoder.isolated", complete, AtomicInteger::get)
                    .description(
                            "1 where Landlock and seccomp confine the decoder processes, 0 where less does or none has started")
                    .register(registry);
        }

        /** Whether all that should confine them does. */
        public void set(boolean isComplete) {
            complete.set(isComplete ? 1 : 0);
        }
    }
}
