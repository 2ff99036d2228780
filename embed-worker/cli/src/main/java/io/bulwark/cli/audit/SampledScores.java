package io.bulwark.cli.audit;

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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What images that were drawn at random say of all images. A file counts once, by its first record that is read:
 * repeated uploads of one file do not dominate the distribution. Each stands for as many as its share says
 * (Horvitz-Thompson, JASA 1952); files that a detector fired on are all there and stand for themselves. Only of a
 * detector that does not see every file they are not: of what it fired on the drawn files count, each for as many as
 * its share says. One thread.
 */
final class SampledScores {

    /** Files that are remembered; further ones are left out of both sides. */
    private static final int MOST_REMEMBERED = 1_000_000;

    /** The standard normal's 0.975 quantile. */
    private static final double Z = 1.96;

    /**
     * What zero of many may be at most, with 95 % confidence ("If nothing goes wrong, is everything all right?", JAMA
     * 1983).
     */
    private static final double RULE_OF_THREE = 3;

    private final Map<String, Drawn> drawn = new HashMap<>();
    private final Map<String, Map<String, Fired>> fired = new HashMap<>(); // by signal and file
    private final Set<String> partial = new HashSet<>(); // signals of detectors that do not see every file

    /**
     * A file of the sample.
     *
     * @param weight how many files it stands for, at least 1
     */
    private record Drawn(Instant at, double weight, Map<String, Signal> scores) {}

    /**
     * A file that a detector fired on.
     *
     * @param at when last
     * @param weight how many files it stands for, at least 1, where it is known to be drawn; else 0
     */
    private record Fired(Instant at, double weight) {

        Fired and(Fired other) {
            return new Fired(at.isAfter(other.at) ? at : other.at, Math.max(weight, other.weight));
        }
    }

    /**
     * One score of all images.
     *
     * @param signal the detector's
     * @param sampled files of the sample that have it
     * @param median of these, as {@code p95}, {@code p99} and {@code most}; in [0, 1]
     * @param threshold of the newest
     * @param over files that the detector fired on since the sample began; drawn ones alone where it does not see every
     *     file
     * @param share of all files that these are or stand for, by estimate
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
        Optional.ofNullable(audit.getEvidence().get(SampledAudits.PARTIAL)).ifPresent(partial::add);
    }

    /** Takes an audit of a detector. */
    void takeFired(AttackAudit audit) {
        for (Signal signal : audit.getSignals()) {
            Map<String, Fired> files = fired.computeIfAbsent(signal.getName(), any -> new HashMap<>());
            String file = file(audit);
            if (signal.getFired() && (files.containsKey(file) || files.size() < MOST_REMEMBERED)) {
                double weight = audit.getEvidence().containsKey(SampledAudits.SHARE) ? weight(audit) : 0;
                files.merge(file, new Fired(audit.getDetectedAt(), weight), Fired::and);
            }
        }
    }

    /** Takes what another thread counted. */
    void add(SampledScores other) {
        other.drawn.forEach(drawn::putIfAbsent);
        other.fired.forEach((signal, files) -> files.forEach((file, each) ->
                fired.computeIfAbsent(signal, any -> new HashMap<>()).merge(file, each, Fired::and)));
        partial.addAll(other.partial);
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
        SortedMap<String, List<Double>> over = new TreeMap<>(); // how many files each stands for
        Set<String> any = new HashSet<>(); // what a detector that sees every file fired on
        Map<String, Double> standing = new HashMap<>(); // for the others
        drawn.forEach((file, each) -> standing.put(file, each.weight()));
        fired.forEach((signal, files) -> files.forEach((file, each) -> {
            boolean all = !partial.contains(signal);
            if (!each.at().isBefore(begins) && (all || each.weight() > 0)) {
                over.computeIfAbsent(signal, none -> new ArrayList<>()).add(all ? 1 : each.weight());
                if (all) {
                    any.add(file);
                } else {
                    standing.putIfAbsent(file, each.weight());
                }
            }
        }));
        standing.keySet().removeAll(any);
        double all = any.size()
                + standing.values().stream().mapToDouble(Double::doubleValue).sum();
        double variance = standing.values().stream()
                .mapToDouble(weight -> weight * (weight - 1))
                .sum();
        Set<String> names = new HashSet<>();
        drawn.values().forEach(each -> names.addAll(each.scores().keySet()));
        return names.stream()
                .sorted()
                .map(name -> score(name, over.getOrDefault(name, List.of()), all, variance))
                .toList();
    }

    /** The interval by the delta method on the logarithm, of a number of events over an estimated total. */
    private Score score(String name, List<Double> standing, double all, double variance) {
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
        int over = standing.size();
        double share =
                Math.min(1, standing.stream().mapToDouble(Double::doubleValue).sum() / all);
        double heaviest = partial.contains(name)
                ? having.stream().mapToDouble(Drawn::weight).max().orElseThrow()
                : 1;
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
                Math.min(1, over == 0 ? RULE_OF_THREE * heaviest / all : share * spread));
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
