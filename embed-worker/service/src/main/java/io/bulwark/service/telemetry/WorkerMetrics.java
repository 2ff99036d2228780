package io.bulwark.service.telemetry;

import io.bulwark.events.AttackKind;
import io.bulwark.events.Decision;
import io.bulwark.events.Reason;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.service.lifecycle.NanoClock;
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
 * an increase only from one sample to the next, so that a counter born at 1 would hide the first event from every alert.
 */
public final class WorkerMetrics {

    /** What a policy can come to; a refusal is nobody's policy. */
    private static final Set<Decision> COMPARED = EnumSet.of(Decision.SAFE, Decision.REVIEW, Decision.NSFW);

    private final MeterRegistry registry;
    private final AlertBudget alerts;
    private final Map<String, LaneMetrics> lanes = new ConcurrentHashMap<>();
    private final AtomicInteger bankSize = new AtomicInteger();
    private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
    private final DistributionSummary batchSizes;
    private final DistributionSummary transactionSizes;
    private final Timer commits;
    private final MultiGauge bankInfo;
    private final Map<String, MultiGauge.Row<?>> banks = new TreeMap<>(); // by model, guarded by itself
    private final AtomicInteger twinBankSize = new AtomicInteger();
    private final Counter twinSilent;
    private final Counter twinBeyondBudget;
    private final Counter sampledAudits;
    private final Counter aborts;
    private final Counter stale;
    private final Counter deferred;
    private final Counter trials;
    private final Counter badReferences;
    private final Counter badPolicies;
    private final Counter decoderDeaths;
    private final IsolationGauge isolation;
    private final AtomicInteger flaggedEntries = new AtomicInteger();
    private final AtomicInteger flaggedMissing = new AtomicInteger();
    private final Timer flaggedVisible;
    private final Counter badFlagged;
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
        twinSilent = Counter.builder("bulwark.twin.silent")
                .description("Images decided without the word of the twin that should run")
                .register(registry);
        twinBeyondBudget = Counter.builder("bulwark.twin.beyond.budget")
                .description(
                        "Suspicious images that the twin was not asked about, because there were too many in a minute")
                .register(registry);
        sampledAudits = Counter.builder("bulwark.audits.sampled")
                .description("Images drawn at random that left their scores in an audit although nothing fired")
                .register(registry);
        bankInfo = MultiGauge.builder("bulwark.bank.info")
                .description("1, with the bank's name, version and model as tags")
                .register(registry);
        aborts = registry.counter("bulwark.transaction.aborts");
        stale = Counter.builder("bulwark.transaction.stale")
                .description("Transactions refused for the group's generation, and repeated")
                .register(registry);
        deferred = Counter.builder("bulwark.uploads.deferred")
                .description("Uploads whose location was not fetched promptly, and which are answered at leisure")
                .register(registry);
        trials = Counter.builder("bulwark.partition.trials")
                .description("Partitions taken over whose last owner did not give them up in order")
                .register(registry);
        badReferences = registry.counter("bulwark.bank.bad.references");
        decoderDeaths = Counter.builder("bulwark.decoder.deaths")
                .description("Decoder processes that died")
                .register(registry);
        isolation = new IsolationGauge(registry);
        badPolicies = Counter.builder("bulwark.policy.bad.records")
                .description("Records of the policies topic that could not be used")
                .register(registry);
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
        badFlagged = Counter.builder("bulwark.flagged.bad.records")
                .description("Records of the topic of what is flagged that could not be used")
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

    public void batch(int views) {
        batchSizes.record(views);
    }

    /** The meters of one of the worker's lanes; the same for the same name. */
    public LaneMetrics lane(String name) {
        return lanes.computeIfAbsent(name, lane -> new LaneMetrics(registry, lane));
    }

    /** An upload was handed to those who answer it at leisure. */
    public void deferred() {
        deferred.increment();
    }

    /** A partition's uploads are tried one at a time, because its last owner seems to have died. */
    public void trialBegins() {
        trials.increment();
    }

    public void committed(int answers, Duration took) {
        transactionSizes.record(answers);
        commits.record(took);
    }

    /** A transaction failed and was aborted, or its fate was unknown. */
    public void aborted() {
        aborts.increment();
    }

    /** A transaction was refused for the group's generation, and is repeated. */
    public void stale() {
        stale.increment();
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

    /** The scores of an image were committed that nothing fired on. */
    public void sampled() {
        sampledAudits.increment();
    }

    /** The twin said nothing of so many images that were decided: it failed, or its bank cannot be used. */
    public void twinSilent(int images) {
        twinSilent.increment(images);
    }

    /** The twin would have been asked about an image beyond its sample, but was about too many in this minute. */
    public void twinBeyondBudget() {
        twinBeyondBudget.increment();
    }

    public void deadLetter(String reason) {
        deadLetters(reason).increment();
    }

    /** A record of the references topic could not be used. */
    public void badReference() {
        badReferences.increment();
    }

    /** So many entries are in use. */
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

    /** A record of the topic of what is flagged could not be used. */
    public void badFlagged() {
        badFlagged.increment();
    }

    /** Whether decoder processes are confined by all that they should be. */
    public void decodersIsolated(boolean complete) {
        isolation.set(complete);
    }

    /** A decoder process died. */
    public void decoderDied() {
        decoderDeaths.increment();
    }

    /** A record of the policies topic could not be used. */
    public void badPolicy() {
        badPolicies.increment();
    }

    /** Other policies are in force, of which the tenant that everybody is who names none has these. */
    public void policy(String version, Optional<String> shadowVersion) {
        policyInfo.register(
                List.of(MultiGauge.Row.of(Tags.of("version", version, "shadow", shadowVersion.orElse("none")), 1)),
                true);
    }

    /** No policy is in force. */
    public void noPolicy() {
        policyInfo.register(List.of(), true);
    }

    /** A new snapshot of the bank is in use. */
    public void bank(String name, String version, String modelFingerprint, int size) {
        bankSize.set(size);
        bankInfo(name, version, modelFingerprint);
    }

    /** A new snapshot of the twin's bank is in use. */
    public void twinBank(String name, String version, String modelFingerprint, int size) {
        twinBankSize.set(size);
        bankInfo(name, version, modelFingerprint);
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

    private void bankInfo(String name, String version, String modelFingerprint) {
        synchronized (banks) {
            banks.put(
                    modelFingerprint,
                    MultiGauge.Row.of(Tags.of("bank", name, "version", version, "model", modelFingerprint), 1));
            bankInfo.register(banks.values(), true);
        }
    }
}
