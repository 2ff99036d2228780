package io.bulwark.lab.audit.report;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.SampledAudits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What images that were drawn at random say of all images. A file counts once, by its first record that is read: whoever
 * sends one file again and again does not become the distribution. Each stands for as many as its share says
 * (Horvitz-Thompson, JASA 1952); files that a detector fired on are all there and stand for themselves. One thread.
 */
final class SampledScores {

    /** Files that are remembered; further ones are left out of both sides. */
    private static final int MOST_REMEMBERED = 1_000_000;

    /** The standard normal's 0.975 quantile. */
    private static final double Z = 1.96;

    /** What zero of many may be at most, with 95 % confidence ("If nothing goes wrong, is everything all right?", JAMA 1983). */
    private static final double RULE_OF_THREE = 3;

    private final Map<String, Drawn> drawn = new HashMap<>();
    private final Map<String, Map<String, Instant>> fired = new HashMap<>(); // by signal, when last by file

    /**
     * A file of the sample.
     *
     * @param weight how many files it stands for, at least 1
     */
    private record Drawn(Instant at, double weight, Map<String, Signal> scores) {}

    /**
     * One score of all images.
     *
     * @param signal the detector's
     * @param sampled files of the sample that have it
     * @param median of these, as {@code p95}, {@code p99} and {@code most}; in [0, 1]
     * @param threshold of the newest
     * @param over files that the detector fired on since the sample began
     * @param share of all files that these are, by estimate
     * @param low end of the share's 95 % interval
     * @param high end of it
     */
    record Score(
            String signal,
            int sampled,
            double median,
            double p95,
            double p99,
            double most,
            double threshold,
            int over,
            double share,
            double low,
            double high) {}

    /** Takes an audit of the sample. */
    void takeSample(AttackAudit audit) {
        if (drawn.size() >= MOST_REMEMBERED) {
            return;
        }
        Map<String, Signal> scores = new TreeMap<>();
        for (Signal signal : audit.getSignals()) {
            if (!signal.getName().equals(SampledAudits.SIGNAL)) {
                scores.put(signal.getName(), signal);
            }
        }
        drawn.putIfAbsent(file(audit), new Drawn(audit.getDetectedAt(), weight(audit), scores));
    }

    /** Takes an audit of a detector. */
    void takeFired(AttackAudit audit) {
        for (Signal signal : audit.getSignals()) {
            Map<String, Instant> files = fired.computeIfAbsent(signal.getName(), any -> new HashMap<>());
            String file = file(audit);
            if (signal.getFired() && (files.containsKey(file) || files.size() < MOST_REMEMBERED)) {
                files.merge(file, audit.getDetectedAt(), SampledScores::later);
            }
        }
    }

    /** Takes what another thread counted. */
    void add(SampledScores other) {
        other.drawn.forEach(drawn::putIfAbsent);
        other.fired.forEach((signal, files) -> files.forEach((file, at) ->
                fired.computeIfAbsent(signal, any -> new HashMap<>()).merge(file, at, SampledScores::later)));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static String file(AttackAudit audit) {
        return audit.getTenant() + "/"
                + (audit.getContentSha256() == null ? audit.getImageId() : audit.getContentSha256());
    }

    /** A share that cannot be read stands for the file alone. */
    private static double weight(AttackAudit audit) {
        try {
            double share = Double.parseDouble(audit.getEvidence().getOrDefault(SampledAudits.SHARE, "1"));
            return share > 0 && share <= 1 ? 1 / share : 1;
        } catch (NumberFormatException foreign) {
            return 1;
        }
    }

    /** Files of the sample. */
    int files() {
        return drawn.size();
    }

    /** Each score, by its detector's name. */
    List<Score> scores() {
        Instant begins = drawn.values().stream()
                .map(Drawn::at)
                .min(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        SortedMap<String, Set<String>> over = new TreeMap<>();
        Set<String> any = new HashSet<>();
        fired.forEach((signal, files) -> files.forEach((file, at) -> {
            if (!at.isBefore(begins)) {
                over.computeIfAbsent(signal, each -> new HashSet<>()).add(file);
                any.add(file);
            }
        }));
        List<Drawn> quiet = drawn.entrySet().stream()
                .filter(each -> !any.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        double all = any.size() + quiet.stream().mapToDouble(Drawn::weight).sum();
        double variance = quiet.stream()
                .mapToDouble(each -> each.weight() * (each.weight() - 1))
                .sum();
        Set<String> names = new HashSet<>();
        drawn.values().forEach(each -> names.addAll(each.scores().keySet()));
        return names.stream()
                .sorted()
                .map(name -> score(name, over.getOrDefault(name, Set.of()).size(), all, variance))
                .toList();
    }

    /** The interval by the delta method on the logarithm, of a number of events over an estimated total. */
    private Score score(String name, int over, double all, double variance) {
        List<Drawn> having = new ArrayList<>(drawn.values().stream()
                .filter(each -> each.scores().containsKey(name))
                .toList());
        having.sort(Comparator.comparingDouble(each -> each.scores().get(name).getScore()));
        double threshold = having.stream()
                .max(Comparator.comparing(Drawn::at))
                .orElseThrow()
                .scores()
                .get(name)
                .getThreshold();
        double share = over / all;
        double spread = over == 0 ? 0 : Math.exp(Z * Math.sqrt(1.0 / over + variance / (all * all)));
        return new Score(
                name,
                having.size(),
                quantile(having, name, 0.5),
                quantile(having, name, 0.95),
                quantile(having, name, 0.99),
                quantile(having, name, 1),
                threshold,
                over,
                share,
                over == 0 ? 0 : share / spread,
                Math.min(1, over == 0 ? RULE_OF_THREE / all : share * spread));
    }

    /** By nearest rank, each as heavy as what it stands for. */
    private static double quantile(List<Drawn> sorted, String name, double share) {
        double rank = share * sorted.stream().mapToDouble(Drawn::weight).sum();
        double passed = 0;
        for (Drawn each : sorted) {
            passed += each.weight();
            if (passed >= rank - 1e-9 * rank) {
                return each.scores().get(name).getScore();
            }
        }
        throw new IllegalArgumentException("nothing has the score " + name);
    }
}
