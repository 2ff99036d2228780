package io.bulwark.cli.audit;

import io.bulwark.cli.report.Share.LiveShare;
import io.bulwark.cli.traffic.TopicScan;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Audits of a period, counted. The red team's probes are no attacks, nor is what was drawn at random, and both are
 * counted apart. One thread fills it; what several threads counted is put together by {@link #add}.
 */
final class AuditCounts implements TopicScan.Part<AttackAudit> {

    /** The signal of the red team's probes; above one half the image fell, below it held. */
    static final String PROBE = ProbeAudits.SIGNAL;

    /** Accounts, and contents, that are remembered: the first ones. The report says where there were more. */
    private static final int MOST_REMEMBERED = 1_000_000;

    private final Period period;
    private final Optional<String> tenant;
    private final SortedMap<String, long[]> byKind = new TreeMap<>();
    private final Map<String, Standing> accounts = new HashMap<>();
    private final Map<String, Standing> contents = new HashMap<>();
    private final SortedMap<String, Map<String, ProbeOutcome>> probes = new TreeMap<>();
    private final SampledScores sample = new SampledScores();
    private long audits;
    private long unreadable;
    private boolean crowded;

    /** @param tenant only this one's; empty for all */
    AuditCounts(Period period, Optional<String> tenant) {
        this.period = period;
        this.tenant = tenant;
    }

    /** How one account, or one content, stands out. */
    static final class Standing {

        private final Set<String> others = new HashSet<>();
        private final SortedMap<String, Long> kinds = new TreeMap<>();
        private long audits;
        private long safe;

        /** Its audits. */
        long audits() {
            return audits;
        }

        /** Of these, the images that were SAFE all the same. */
        long safe() {
            return safe;
        }

        /** The images of an account, or the accounts of a content. */
        int others() {
            return others.size();
        }

        /** Its audits by kind. */
        SortedMap<String, Long> kinds() {
            return kinds;
        }

        private void add(String other, AttackAudit audit) {
            others.add(other);
            kinds.merge(audit.getKind().name(), 1L, Long::sum);
            audits++;
            safe += audit.getDecision() == Decision.SAFE ? 1 : 0;
        }

        private void add(Standing more) {
            others.addAll(more.others);
            more.kinds.forEach((kind, number) -> kinds.merge(kind, number, Long::sum));
            audits += more.audits;
            safe += more.safe;
        }
    }

    @Override
    public void take(AttackAudit audit) {
        if (!period.holds(audit.getDetectedAt())
                || tenant.filter(name -> !name.equals(audit.getTenant())).isPresent()) {
            return;
        }
        for (Signal signal : audit.getSignals()) {
            if (signal.getName().equals(PROBE)) {
                probe(audit, signal.getScore());
                return;
            }
        }
        if (SampledAudits.isOne(audit)) {
            sample.takeSample(audit);
            return;
        }
        sample.takeFired(audit);
        audits++;
        byKind.computeIfAbsent(
                        audit.getKind().name(), kind -> new long[period.parts().size()])[
                period.part(audit.getDetectedAt())]++;
        String account = audit.getTenant() + "/" + audit.getUploaderId();
        String image = audit.getTenant() + "/" + audit.getImageId();
        standing(accounts, account).ifPresent(standing -> standing.add(image, audit));
        standing(contents, content(audit).orElse(image)).ifPresent(standing -> standing.add(account, audit));
    }

    /** What an image lies near, by which copies and variants are one content; else the image stands for itself. */
    private static Optional<String> content(AttackAudit audit) {
        return Optional.ofNullable(audit.getEvidence().get("entry"));
    }

    private Optional<Standing> standing(Map<String, Standing> all, String name) {
        if (!all.containsKey(name) && all.size() >= MOST_REMEMBERED) {
            crowded = true;
            return Optional.empty();
        }
        return Optional.of(all.computeIfAbsent(name, any -> new Standing()));
    }

    private void probe(AttackAudit audit, double score) {
        ProbeOutcome outcome = score == ProbeAudits.NOT_KNOWN
                ? ProbeOutcome.OVERDUE
                : score > ProbeAudits.NOT_KNOWN ? ProbeOutcome.FELL : ProbeOutcome.HELD;
        String threat = audit.getEvidence().getOrDefault("goal", "?") + " within "
                + audit.getEvidence().getOrDefault("epsilon", "?");
        probes.computeIfAbsent(threat, any -> new HashMap<>())
                .merge(audit.getTenant() + "/" + audit.getImageId(), outcome, AuditCounts::worse);
    }

    /** An erased image has no part in a report: its audits go with the topic's retention. */
    @Override
    public void erased(String imageId) {}

    @Override
    public void unreadable() {
        unreadable++;
    }

    /** Takes what another thread counted. */
    void add(AuditCounts other) {
        audits += other.audits;
        unreadable += other.unreadable;
        crowded |= other.crowded;
        sample.add(other.sample);
        other.byKind.forEach((kind, counts) -> {
            long[] sums = byKind.computeIfAbsent(kind, any -> new long[counts.length]);
            for (int i = 0; i < counts.length; i++) {
                sums[i] += counts[i];
            }
        });
        other.accounts.forEach((name, more) ->
                accounts.computeIfAbsent(name, any -> new Standing()).add(more));
        other.contents.forEach((name, more) ->
                contents.computeIfAbsent(name, any -> new Standing()).add(more));
        other.probes.forEach((threat, images) -> images.forEach((image, outcome) ->
                probes.computeIfAbsent(threat, any -> new HashMap<>()).merge(image, outcome, AuditCounts::worse)));
    }

    Period period() {
        return period;
    }

    long audits() {
        return audits;
    }

    /** What was drawn at random, which no other count has. */
    SampledScores sample() {
        return sample;
    }

    long unreadableRecords() {
        return unreadable;
    }

    /** Whether there were more accounts or contents than are remembered. */
    boolean crowded() {
        return crowded;
    }

    /** How many there were of each kind, in each part of the period. */
    SortedMap<String, long[]> byKind() {
        return byKind;
    }

    /** The accounts with the most audits. */
    List<Map.Entry<String, Standing>> accounts(int most) {
        return first(accounts, most);
    }

    /** The contents with the most audits; an image near no entry counts as a separate content. */
    List<Map.Entry<String, Standing>> contents(int most) {
        return first(contents, most);
    }

    private static List<Map.Entry<String, Standing>> first(Map<String, Standing> all, int most) {
        List<Map.Entry<String, Standing>> sorted = new ArrayList<>(all.entrySet());
        sorted.sort(Comparator.comparing(
                        (Map.Entry<String, Standing> each) -> -each.getValue().audits())
                .thenComparing(Map.Entry::getKey));
        return sorted.subList(0, Math.min(most, sorted.size()));
    }

    /** An image that fell once has fallen; one of which no attack came to its end is overdue. */
    private static ProbeOutcome worse(ProbeOutcome one, ProbeOutcome other) {
        List<ProbeOutcome> worst = List.of(ProbeOutcome.FELL, ProbeOutcome.HELD, ProbeOutcome.OVERDUE);
        return worst.indexOf(one) < worst.indexOf(other) ? one : other;
    }

    /**
     * The share of the images whose decision held, by what the red team tried; without what no attack came to its end
     * of.
     */
    SortedMap<String, LiveShare> robustAccuracy() {
        SortedMap<String, LiveShare> accuracy = new TreeMap<>();
        probes.forEach((threat, images) -> {
            int fell = Collections.frequency(images.values(), ProbeOutcome.FELL);
            int overdue = Collections.frequency(images.values(), ProbeOutcome.OVERDUE);
            if (overdue < images.size()) {
                accuracy.put(threat, new LiveShare(images.size() - fell - overdue, fell, overdue));
            }
        });
        return accuracy;
    }

    /**
     * The time that a report is about, in equal parts.
     *
     * @param since inclusive
     * @param until exclusive, later
     */
    record Period(Instant since, Instant until) {

        private static final List<Duration> WIDTHS = List.of(
                Duration.ofMinutes(5),
                Duration.ofHours(1),
                Duration.ofHours(6),
                Duration.ofDays(1),
                Duration.ofDays(7));

        /** The most parts that can be seen in a chart. */
        private static final int MOST_PARTS = 96;

        boolean holds(Instant instant) {
            return !instant.isBefore(since) && instant.isBefore(until);
        }

        /** The width of a part: the smallest round one that makes at most {@value #MOST_PARTS}. */
        Duration width() {
            Duration all = Duration.between(since, until);
            return WIDTHS.stream()
                    .filter(width -> width.multipliedBy(MOST_PARTS).compareTo(all) >= 0)
                    .findFirst()
                    .orElseGet(() -> all.dividedBy(MOST_PARTS).plusSeconds(1));
        }

        /** When each part begins. */
        List<Instant> parts() {
            List<Instant> parts = new ArrayList<>();
            Duration width = width();
            for (Instant at = since; at.isBefore(until); at = at.plus(width)) {
                parts.add(at);
            }
            return parts;
        }

        /** In which part an instant of the period lies. */
        int part(Instant instant) {
            return (int) Duration.between(since, instant).dividedBy(width());
        }
    }
}
