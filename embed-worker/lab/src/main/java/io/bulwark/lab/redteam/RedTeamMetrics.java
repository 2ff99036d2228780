package io.bulwark.lab.redteam;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.cli.report.Share.LiveShare;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.probe.ViewProbe.ProbeSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * Every meter of the red team, and the shares that some of them show. Counters are there from the start, at 0; a share
 * is there from the first attack on that came to its end, for there is none before. One thread tells; any reads.
 */
public final class RedTeamMetrics {

    private final MeterRegistry registry;
    private final String epsilon;
    private final Map<AttackGoal, LiveAccuracy> live = new EnumMap<>(AttackGoal.class);
    private final Map<AttackGoal, LiveShare> shares = new ConcurrentHashMap<>();
    private final Set<AttackGoal> shown = new HashSet<>();
    private final Counter cpu;

    /**
     * @param epsilon as it is written in the settings
     * @param window files of a share
     * @param objective of every share; empty for none
     */
    public RedTeamMetrics(MeterRegistry registry, String epsilon, int window, OptionalDouble objective) {
        this.registry = registry;
        this.epsilon = epsilon;
        for (AttackGoal goal : AttackGoal.values()) {
            live.put(goal, new LiveAccuracy(window));
            for (ProbeOutcome outcome : ProbeOutcome.values()) {
                attempts(goal, outcome);
            }
            objective.ifPresent(wanted -> Gauge.builder("bulwark.redteam.robust.accuracy.objective", () -> wanted)
                    .description("The robust accuracy that is wanted (bulwark.red-team.objective)")
                    .tags(of(goal))
                    .register(registry));
        }
        cpu = Counter.builder("bulwark.redteam.cpu")
                .description("Processor time that attacks took, fetching included")
                .baseUnit("seconds")
                .register(registry);
    }

    /**
     * A picture was attacked or skipped.
     *
     * @param sha256 of its file
     * @param took processor time
     */
    public void attempted(AttackGoal goal, String sha256, ProbeOutcome outcome, Duration took) {
        attempts(goal, outcome).increment();
        cpu.increment(took.toNanos() / 1e9);
        LiveAccuracy accuracy = live.get(goal);
        accuracy.add(sha256, outcome);
        Optional<LiveShare> share = accuracy.share();
        if (share.isEmpty()) {
            shares.remove(goal);
            return;
        }
        shares.put(goal, share.get());
        if (shown.add(goal)) {
            show(goal);
        }
    }

    /** The share of a goal; empty while no attack came to its end. */
    Optional<LiveShare> share(AttackGoal goal) {
        return Optional.ofNullable(shares.get(goal));
    }

    private void show(AttackGoal goal) {
        gauge(
                "bulwark.redteam.robust.accuracy",
                goal,
                LiveShare::value,
                "The share of files that withstood the attack, of those whose attack came to its end");
        gauge("bulwark.redteam.robust.accuracy.low", goal, LiveShare::low, "Lower end of its 95 % interval");
        gauge("bulwark.redteam.robust.accuracy.high", goal, LiveShare::high, "Upper end of its 95 % interval");
    }

    private void gauge(String name, AttackGoal goal, ToDoubleFunction<LiveShare> value, String description) {
        Gauge.builder(name, shares, all -> {
                    LiveShare share = all.get(goal);
                    return share == null ? Double.NaN : value.applyAsDouble(share);
                })
                .description(description)
                .tags(of(goal))
                .register(registry);
    }

    private Counter attempts(AttackGoal goal, ProbeOutcome outcome) {
        return Counter.builder("bulwark.redteam.attempts")
                .description("Pictures that were drawn, by what became of them")
                .tags(of(goal).and("attack", ProbeSettings.ATTACK, "outcome", outcome.label()))
                .register(registry);
    }

    private Tags of(AttackGoal goal) {
        return Tags.of("goal", goal.label(), "epsilon", epsilon);
    }

    /**
     * The share of the last attacked files that did not fall, of one goal and threat. A file counts once, by its latest
     * attack, under however many ids it was uploaded: the interval is over files. One thread.
     */
    public static final class LiveAccuracy {

        private final int window;
        private final Map<String, ProbeOutcome> files = new LinkedHashMap<>();

        /** @param window files that count, at least 1 */
        public LiveAccuracy(int window) {
            this.window = window;
        }

        /**
         * Takes an attack in.
         *
         * @param sha256 of the file
         * @param outcome of the attack; a picture that was skipped says nothing
         */
        public void add(String sha256, ProbeOutcome outcome) {
            if (outcome == ProbeOutcome.SKIPPED) {
                return;
            }
            files.remove(sha256);
            files.put(sha256, outcome);
            Iterator<String> oldest = files.keySet().iterator();
            while (files.size() > window) {
                oldest.next();
                oldest.remove();
            }
        }

        /** The share; empty while no attack came to its end. */
        public Optional<LiveShare> share() {
            Collection<ProbeOutcome> all = files.values();
            int fell = Collections.frequency(all, ProbeOutcome.FELL);
            int overdue = Collections.frequency(all, ProbeOutcome.OVERDUE);
            return all.size() == overdue
                    ? Optional.empty()
                    : Optional.of(new LiveShare(all.size() - fell - overdue, fell, overdue));
        }
    }
}
