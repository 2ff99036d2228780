package io.bulwark.perception.verdict;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.hash.ListedHash.ListSource;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider.Copies;
import io.bulwark.perception.verdict.Decider.KnownMatch;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.KnownCopy;
import io.bulwark.perception.verdict.Judgement.LabelScore;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.LabelGroup.Ruling;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.Turning.TurningCount;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Known content first; then the k nearest references vote on each view ({@link Ballot}); the worst view decides:
 * NSFW before REVIEW before SAFE, then the higher score, then the first view. Asked by {@link Decider} alone. Immutable;
 * any thread.
 */
public final class VotingPolicy {

    private static final Comparator<Finding> WORSE = Comparator.<Finding>comparingInt(
                    finding -> finding.outcome().gravity())
            .thenComparingDouble(Finding::score);

    /** Of matches of one outcome and score: the file before its look, a verified list before others. */
    private static final Comparator<KnownMatch> STRONGER = Comparator.comparing(
                    (KnownMatch match) -> match.basis().isExact())
            .thenComparing(
                    match -> match.copy().source().map(ListSource::verified).orElse(false));

    private static final Comparator<LabelScore> HIGHEST =
            Comparator.comparingDouble(LabelScore::score).reversed().thenComparing(LabelScore::label);

    private final PolicySettings settings;
    private final List<LabelGroup> groups;
    private final List<LabelGroup> headGroups;
    private final TurningCount turning;
    private final String version;

    /** A policy whose version is the SHA-256 of its settings. */
    public VotingPolicy(PolicySettings settings) {
        this(
                settings,
                Sha256.digest(canonical(settings).getBytes(StandardCharsets.UTF_8))
                        .hex());
    }

    /**
     * A policy that goes by the version that it was published under. A later release of this library may hash the same
     * settings otherwise; verdicts are to name what people can look up.
     */
    public VotingPolicy(PolicySettings settings, String version) {
        this.settings = settings;
        this.version = version;
        groups = LabelGroup.of(settings);
        headGroups =
                List.of(new LabelGroup(new TreeSet<>(settings.flaggedClasses()), Action.FLAG, settings.thresholds()));
        turning = new TurningCount(settings.temperature(), groups, settings.k());
    }

    /**
     * Changes whenever the same evidence could be decided differently: SHA-256 of all settings, lower-case hexadecimal, or
     * what it was published under.
     */
    public String version() {
        return version;
    }

    /** What it decides by. */
    public PolicySettings settings() {
        return settings;
    }

    /** How many neighbours the policy wants of each view. */
    public int k() {
        return settings.k();
    }

    /**
     * Decides.
     *
     * @param opinions one a view, at least one
     * @param known hashes that the file shares with known content
     * @throws IllegalArgumentException if there is no opinion to decide by
     */
    Judgement decide(List<Opinion> opinions, List<KnownMatch> known) {
        return decide(opinions, known, List.of());
    }

    /**
     * The same where some labels are restricted: a list of such a label decides before anything else, of several the
     * first.
     */
    Judgement decide(List<Opinion> opinions, List<KnownMatch> known, List<String> restricted) {
        if (opinions.isEmpty()) {
            throw new IllegalArgumentException("No view to decide by, at least one is needed");
        }
        List<Double> scores = new ArrayList<>(opinions.size());
        Finding worst = null;
        int worstView = 0;
        for (int view = 0; view < opinions.size(); view++) {
            Finding finding = find(opinions.get(view));
            scores.add(finding.score());
            if (worst == null || WORSE.compare(finding, worst) > 0) {
                worst = finding;
                worstView = view;
            }
        }
        if (opinions.stream().anyMatch(opinion -> View.isSampled(opinion.view()))) {
            worst = worst.ofSample();
        }
        Optional<Finding> byHash = byHash(known, restricted);
        if (byHash.isPresent() && WORSE.compare(byHash.get(), worst) >= 0) {
            worst = byHash.get();
        }
        return judgement(worst, opinions.get(worstView), worstView, List.copyOf(scores));
    }

    /** What hashes alone decide, where the label that decides is restricted and on a list. */
    Optional<Judgement> byRestrictedHash(List<KnownMatch> known, List<String> restricted) {
        return byHash(known, restricted)
                .filter(found -> found.known()
                        .filter(copy -> isRestricted(copy, restricted))
                        .isPresent())
                .map(found -> new Judgement(
                        found.outcome(),
                        found.doubt(),
                        found.basis(),
                        found.score(),
                        1,
                        List.of(),
                        0,
                        List.of(),
                        found.known().map(KnownCopy::label),
                        found.known(),
                        Turning.NONE));
    }

    private static boolean isRestricted(KnownCopy copy, List<String> restricted) {
        return copy.source().isPresent() && restricted.contains(copy.label());
    }

    private Judgement judgement(Finding worst, Opinion opinion, int view, List<Double> scores) {
        boolean byHead = worst.basis() == Basis.HEAD;
        List<LabelScore> labels = byHead ? classScores(opinion) : labelScores(opinion);
        boolean voted = worst.basis() == Basis.BANK
                && !worst.doubt().equals(Optional.of(Doubt.UNFAMILIAR))
                && !worst.doubt().equals(Optional.of(Doubt.PARTLY_SEEN))
                && !worst.doubt().equals(Optional.of(Doubt.TOO_MANY_VIEWS));
        return new Judgement(
                worst.outcome(),
                worst.doubt(),
                worst.basis(),
                worst.score(),
                worst.known().isPresent() ? 1 : worst.thresholds().margin(worst.score()),
                scores,
                view,
                labels,
                decidingLabel(worst, labels),
                worst.known(),
                voted ? turning.of(opinion.neighbours()) : Turning.NONE);
    }

    private static Optional<String> decidingLabel(Finding worst, List<LabelScore> labels) {
        if (worst.known().isPresent()) {
            return worst.known().map(KnownCopy::label);
        }
        if (worst.doubt().equals(Optional.of(Doubt.UNFAMILIAR))) {
            return Optional.empty();
        }
        return labels.stream()
                .filter(each ->
                        worst.outcome() == Outcome.SAFE || worst.labels().contains(each.label()))
                .map(LabelScore::label)
                .findFirst();
    }

    private List<LabelScore> labelScores(Opinion opinion) {
        return Ballot.of(opinion.neighbours(), settings.temperature()).scores().entrySet().stream()
                .map(each -> new LabelScore(each.getKey(), each.getValue(), settings.action(each.getKey())))
                .sorted(HIGHEST)
                .toList();
    }

    private List<LabelScore> classScores(Opinion opinion) {
        return opinion.classProbabilities().entrySet().stream()
                .map(each -> new LabelScore(
                        each.getKey(),
                        each.getValue(),
                        settings.flaggedClasses().contains(each.getKey()) ? Action.FLAG : Action.IGNORE))
                .sorted(HIGHEST)
                .toList();
    }

    private Finding find(Opinion opinion) {
        if (View.isPlain(opinion.view())) {
            Finding nothing = new Finding(
                    Outcome.SAFE, Optional.empty(), Basis.PLAIN, 0, settings.thresholds(), Set.of(), Optional.empty());
            return View.isCoarse(opinion.view()) ? nothing.ofPart() : nothing;
        }
        Finding voted = View.isCoarse(opinion.view()) ? vote(opinion).ofPart() : vote(opinion);
        return byNearness(opinion.near().alike())
                .filter(copy -> WORSE.compare(copy, voted) >= 0)
                .orElse(voted);
    }

    private Finding vote(Opinion opinion) {
        List<Neighbour> nearest = opinion.neighbours();
        Ballot ballot = Ballot.of(nearest, settings.temperature());
        if (!nearest.isEmpty() && nearest.get(0).similarity() >= settings.floor()) {
            return Finding.of(LabelGroup.worst(groups, ballot::score), Basis.BANK);
        }
        Map<String, Float> head = opinion.classProbabilities();
        if (settings.unfamiliar() == Unfamiliar.HEAD && !head.isEmpty()) {
            return Finding.of(LabelGroup.worst(headGroups, classes -> headScore(classes, head)), Basis.HEAD);
        }
        return new Finding(
                Outcome.REVIEW,
                Optional.of(Doubt.UNFAMILIAR),
                Basis.BANK,
                ballot.score(settings.watchedLabels()),
                settings.thresholds(),
                Set.of(),
                Optional.empty());
    }

    private static double headScore(Set<String> classes, Map<String, Float> head) {
        double flagged = 0;
        for (String flaggedClass : classes) {
            flagged += head.getOrDefault(flaggedClass, 0f);
        }
        return Math.min(1, flagged);
    }

    /** The gravest of the references that it is a copy of. */
    private Optional<Finding> byNearness(List<Neighbour> alike) {
        return gravest(
                Copies.among(
                                alike,
                                settings.knownSimilarity(),
                                neighbour -> settings.action(neighbour.label()) == Action.IGNORE)
                        .stream()
                        .map(neighbour -> new KnownMatch(
                                new KnownCopy(neighbour.referenceId(), neighbour.label()), Basis.KNOWN_NEAR, false)),
                List.of());
    }

    /**
     * A file that is a harmless reference itself is no copy for looking like a listed picture; but of a restricted label
     * designated staff decide that.
     */
    private Optional<Finding> byHash(List<KnownMatch> known, List<String> restricted) {
        List<KnownMatch> ofFile =
                known.stream().filter(match -> match.basis().isExact()).toList();
        boolean cleared = !ofFile.isEmpty()
                && ofFile.stream().allMatch(match -> action(match, restricted) == Action.IGNORE)
                && known.stream().noneMatch(match -> isRestricted(match.copy(), restricted));
        return cleared
                ? Optional.empty()
                : gravest(known.stream().filter(match -> action(match, restricted) != Action.IGNORE), restricted);
    }

    /** Of restricted labels first, in their order, then the gravest, then the strongest; of equals the first. */
    private Optional<Finding> gravest(Stream<KnownMatch> matches, List<String> restricted) {
        Comparator<KnownMatch> order = Comparator.<KnownMatch>comparingInt(match -> isRestricted(
                                match.copy(), restricted)
                        ? restricted.size() - restricted.indexOf(match.copy().label())
                        : 0)
                .thenComparing(match -> copy(match, restricted), WORSE)
                .thenComparing(STRONGER);
        return matches.reduce((first, second) -> order.compare(second, first) > 0 ? second : first)
                .map(match -> copy(match, restricted));
    }

    /**
     * What stands on a hash list is there to be flagged, unless the policy says otherwise of its label. Of a restricted
     * label no policy does.
     */
    private Action action(KnownMatch match, List<String> restricted) {
        String label = match.copy().label();
        return match.listed()
                        && (restricted.contains(label) || !settings.labels().containsKey(label))
                ? Action.FLAG
                : settings.action(label);
    }

    private Finding copy(KnownMatch match, List<String> restricted) {
        String label = match.copy().label();
        boolean flagged = action(match, restricted) == Action.FLAG;
        return new Finding(
                flagged ? Outcome.NSFW : Outcome.REVIEW,
                flagged ? Optional.empty() : Optional.of(Doubt.LABEL),
                match.basis(),
                1,
                settings.thresholds(label),
                Set.of(label),
                Optional.of(match.copy()));
    }

    private static String canonical(PolicySettings settings) {
        return String.join(
                "\n",
                "k=" + settings.k(),
                "temperature=" + settings.temperature(),
                "floor=" + settings.floor(),
                "knownSimilarity=" + settings.knownSimilarity(),
                "thresholds=" + settings.thresholds(),
                "labels=" + quoted(settings.labels().keySet()) + new TreeMap<>(settings.labels()).values(),
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

    /**
     * What one view, or a hash, comes to.
     *
     * @param labels that it is about
     */
    private record Finding(
            Outcome outcome,
            Optional<Doubt> doubt,
            Basis basis,
            double score,
            Thresholds thresholds,
            Set<String> labels,
            Optional<KnownCopy> known) {

        /** What a view comes to that may have missed something: harmless it is not. */
        Finding ofPart() {
            return outcome == Outcome.SAFE
                    ? new Finding(
                            Outcome.REVIEW, Optional.of(Doubt.PARTLY_SEEN), basis, score, thresholds, labels, known)
                    : this;
        }

        /** What a file comes to of which more was to be seen: harmless it is not. */
        Finding ofSample() {
            boolean looksHarmless = outcome == Outcome.SAFE || doubt.equals(Optional.of(Doubt.PARTLY_SEEN));
            return looksHarmless
                    ? new Finding(
                            Outcome.REVIEW, Optional.of(Doubt.TOO_MANY_VIEWS), basis, score, thresholds, labels, known)
                    : this;
        }

        static Finding of(Ruling ruling, Basis basis) {
            return new Finding(
                    ruling.outcome(),
                    ruling.doubt(),
                    basis,
                    ruling.score(),
                    ruling.group().thresholds(),
                    ruling.group().labels(),
                    Optional.empty());
        }
    }
}
