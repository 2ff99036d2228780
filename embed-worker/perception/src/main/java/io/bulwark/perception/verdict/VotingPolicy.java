package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The k nearest references vote on each view ({@link SimilarityVote}); the worst view decides: NSFW before REVIEW before
 * SAFE, then the higher score, then the first view.
 */
public final class VotingPolicy implements VerdictPolicy {

    private static final Comparator<Finding> WORSE = Comparator.<Finding>comparingInt(
                    finding -> finding.outcome().gravity())
            .thenComparingDouble(Finding::score);

    private final PolicySettings settings;
    private final SimilarityVote vote;
    private final String version;

    public VotingPolicy(PolicySettings settings) {
        this.settings = settings;
        vote = new SimilarityVote(settings.temperature(), settings.flaggedLabels());
        version = sha256(canonical(settings));
    }

    /** SHA-256 of all settings, lower-case hexadecimal. */
    @Override
    public String version() {
        return version;
    }

    @Override
    public int k() {
        return settings.k();
    }

    /** @throws IllegalArgumentException if there is no opinion to decide by */
    @Override
    public Judgement decide(String tenant, List<Opinion> opinions) {
        if (opinions.isEmpty()) {
            throw new IllegalArgumentException("No view to decide by, at least one is needed");
        }
        Thresholds thresholds = settings.thresholds(tenant);
        List<Double> scores = new ArrayList<>(opinions.size());
        Finding worst = null;
        int worstView = 0;
        for (int view = 0; view < opinions.size(); view++) {
            Finding finding = find(opinions.get(view), thresholds);
            scores.add(finding.score());
            if (worst == null || WORSE.compare(finding, worst) > 0) {
                worst = finding;
                worstView = view;
            }
        }
        return new Judgement(
                worst.outcome(),
                worst.doubt(),
                worst.score(),
                thresholds.margin(worst.score()),
                List.copyOf(scores),
                worstView);
    }

    private Finding find(Opinion opinion, Thresholds thresholds) {
        List<Neighbour> nearest = opinion.neighbours();
        if (!nearest.isEmpty() && nearest.get(0).similarity() >= settings.floor()) {
            return byScore(vote.score(nearest), thresholds);
        }
        Map<String, Float> head = opinion.classProbabilities();
        if (settings.unfamiliar() == Unfamiliar.HEAD && !head.isEmpty()) {
            return byScore(headScore(head), thresholds);
        }
        return new Finding(Outcome.REVIEW, Optional.of(Doubt.UNFAMILIAR), vote.score(nearest));
    }

    private double headScore(Map<String, Float> classProbabilities) {
        double flagged = 0;
        for (String flaggedClass : new TreeSet<>(settings.flaggedClasses())) {
            flagged += classProbabilities.getOrDefault(flaggedClass, 0f);
        }
        return Math.min(1, flagged);
    }

    private static Finding byScore(double score, Thresholds thresholds) {
        Outcome outcome = thresholds.outcome(score);
        return new Finding(outcome, outcome == Outcome.REVIEW ? Optional.of(Doubt.UNCERTAIN) : Optional.empty(), score);
    }

    private static String canonical(PolicySettings settings) {
        return String.join(
                "\n",
                "k=" + settings.k(),
                "temperature=" + settings.temperature(),
                "floor=" + settings.floor(),
                "thresholds=" + settings.thresholds(),
                "tenants=" + quoted(settings.tenants().keySet()) + new TreeMap<>(settings.tenants()).values(),
                "flaggedLabels=" + quoted(settings.flaggedLabels()),
                "unfamiliar=" + settings.unfamiliar(),
                "flaggedClasses=" + quoted(settings.flaggedClasses()));
    }

    /** In order, each preceded by its length: labels are free strings and may hold any separator. */
    private static String quoted(Set<String> names) {
        StringBuilder line = new StringBuilder();
        new TreeSet<>(names)
                .forEach(name -> line.append(name.length()).append(':').append(name));
        return line.toString();
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** What one view comes to. */
    private record Finding(Outcome outcome, Optional<Doubt> doubt, double score) {}
}
