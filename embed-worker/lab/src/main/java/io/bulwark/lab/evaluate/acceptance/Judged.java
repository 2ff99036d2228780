package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.report.Share;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.lab.evaluate.acceptance.Judged.Decision;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.perception.verdict.Judgement;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Outcome of a file.
 *
 * @param decision the worker's
 * @param label of the bank that decided; empty where none did
 * @param score in [0, 1], 1 is flagged; empty where the file was refused
 * @param reason for REVIEW and REFUSED, as a verdict names it; empty for the others
 * @param views that were judged; none where that is not known
 */
record Judged(
        Decision decision,
        Optional<String> label,
        OptionalDouble score,
        Optional<String> reason,
        Optional<JudgedLooks> views) {

    /** Of a decision whose views are not known. */
    Judged(Decision decision, Optional<String> label, OptionalDouble score, Optional<String> reason) {
        this(decision, label, score, reason, Optional.empty());
    }

    /** Of a file that could be seen. */
    public static Judged of(Judgement judgement) {
        return new Judged(
                switch (judgement.outcome()) {
                    case NSFW -> Decision.NSFW;
                    case REVIEW -> Decision.REVIEW;
                    case SAFE -> Decision.SAFE;
                },
                judgement.decidingLabel(),
                OptionalDouble.of(judgement.score()),
                judgement.doubt().map(Judged::reason));
    }

    /**
     * Of a file that could be seen, with the views that it was judged by.
     *
     * @param names in the order of the judgement's scores
     */
    static Judged of(Judgement judgement, List<String> names) {
        Judged judged = of(judgement);
        JudgedLooks looks = new JudgedLooks(
                names.stream().map(JudgedLooks::kind).toList(), JudgedLooks.kind(names.get(judgement.worstView())));
        return new Judged(judged.decision, judged.label, judged.score, judged.reason, Optional.of(looks));
    }

    /** Of a file that could not. */
    public static Judged refused(String reason) {
        return new Judged(Decision.REFUSED, Optional.empty(), OptionalDouble.empty(), Optional.of(reason));
    }

    private static String reason(Judgement.Doubt doubt) {
        return switch (doubt) {
            case UNCERTAIN -> "UNCERTAIN";
            case UNFAMILIAR -> "UNFAMILIAR";
            case LABEL -> "LABEL_REVIEW";
            case PARTLY_SEEN -> "PARTLY_SEEN";
            case TOO_MANY_VIEWS -> "TOO_MANY_VIEWS";
        };
    }

    /**
     * What a file was judged by.
     *
     * @param kinds of its views, one each
     * @param deciding the kind of the view that decided
     */
    record JudgedLooks(List<String> kinds, String deciding) {

        /** What kind of look a view of this name is: {@code panel} for {@code frame-3/panel-2/white}. */
        static String kind(String name) {
            String look = View.look(name).replaceFirst("^frame-\\d+/", "");
            return look.split("/", 2)[0].replaceFirst("-\\d+$", "");
        }
    }

    /** What a verdict can say. */
    public enum Decision {
        NSFW,
        REVIEW,
        REFUSED,
        SAFE
    }

    /** Decides a file as a worker would: all views, one decision. */
    interface FileJudge {

        /** Never throws for what the bytes are; what is no picture is REFUSED. */
        Judged judge(byte[] file);
    }

    /**
     * Outcomes of several files.
     *
     * @param files how many, 0 or more
     * @param decisions how many of them were decided so, every decision listed
     * @param decidingLabels how many of the NSFW ones each label of the bank decided
     * @param reasons how many were reviewed or refused for each reason
     * @param shares of each decision, with intervals; none without files
     */
    record Outcomes(
            int files,
            Map<Decision, Integer> decisions,
            SortedMap<String, Integer> decidingLabels,
            SortedMap<String, Integer> reasons,
            Map<Decision, Share> shares) {

        private static final long SEED = 1;

        /** Counts; intervals are over files. */
        public static Outcomes of(Collection<Judged> judged) {
            return of(judged, wanted -> Proportion.of(number(judged, wanted), judged.size()));
        }

        /**
         * Counts; intervals are over contributors where those of all files are known, over files otherwise.
         *
         * @param judged of the files, in their order
         */
        static Outcomes of(List<AcceptanceSplit.LabelledFile> files, List<Judged> judged) {
            if (files.stream().anyMatch(file -> file.contributor().isEmpty())) {
                return of(judged);
            }
            List<String> groups =
                    files.stream().map(AcceptanceSplit.LabelledFile::group).toList();
            return of(
                    judged,
                    wanted -> FileBootstrap.of(
                            judged.stream()
                                    .map(one -> one.decision() == wanted ? 1.0 : 0.0)
                                    .toList(),
                            groups,
                            SEED));
        }

        private static long number(Collection<Judged> judged, Decision wanted) {
            return judged.stream().filter(one -> one.decision() == wanted).count();
        }

        private static Outcomes of(Collection<Judged> judged, Function<Decision, Share> shareOf) {
            Map<Decision, Integer> decisions = new EnumMap<>(Decision.class);
            Map<Decision, Share> shares = new EnumMap<>(Decision.class);
            for (Decision decision : Decision.values()) {
                decisions.put(decision, 0);
                if (!judged.isEmpty()) {
                    shares.put(decision, shareOf.apply(decision));
                }
            }
            SortedMap<String, Integer> labels = new TreeMap<>();
            SortedMap<String, Integer> reasons = new TreeMap<>();
            for (Judged one : judged) {
                decisions.merge(one.decision(), 1, Integer::sum);
                one.reason().ifPresent(reason -> reasons.merge(reason, 1, Integer::sum));
                if (one.decision() == Decision.NSFW) {
                    one.label().ifPresent(label -> labels.merge(label, 1, Integer::sum));
                }
            }
            return new Outcomes(
                    judged.size(),
                    Collections.unmodifiableMap(decisions),
                    Collections.unmodifiableSortedMap(labels),
                    Collections.unmodifiableSortedMap(reasons),
                    Collections.unmodifiableMap(shares));
        }

        /** How many were decided so. */
        public int count(Decision decision) {
            return decisions.get(decision);
        }

        /** The share that was decided so, with its interval; empty without files. */
        public Optional<Share> share(Decision decision) {
            return Optional.ofNullable(shares.get(decision));
        }
    }

    /**
     * A test file and its outcomes.
     *
     * @param file which
     * @param original as it lies there
     * @param edits of its edited versions; empty where it was not edited
     */
    record TestedFile(AcceptanceSplit.LabelledFile file, Judged original, Map<Edit, Judged> edits) {

        public TestedFile {
            Map<Edit, Judged> inOrder = new EnumMap<>(Edit.class);
            inOrder.putAll(edits);
            edits = Collections.unmodifiableMap(inOrder);
        }

        /** Whether the original is decided as its label says. */
        public boolean isRight() {
            return original.decision() == (file.flagged() ? Decision.NSFW : Decision.SAFE);
        }
    }
}
