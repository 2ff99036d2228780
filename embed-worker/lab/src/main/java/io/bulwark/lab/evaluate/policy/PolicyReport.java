package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.evaluate.policy.PolicyBank.AskedPicture;
import io.bulwark.lab.evaluate.policy.PolicyReport.Check;
import io.bulwark.lab.evaluate.policy.PolicyReport.Row;
import io.bulwark.lab.evaluate.policy.PolicyReport.Shares;
import io.bulwark.lab.evaluate.policy.PolicyRun.OutcomeEntry;
import io.bulwark.lab.evaluate.policy.Portfolio.Line;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What pictures became under attack.
 *
 * @param rows by track, threat model and attack; of each group the untouched pictures first and the union last
 * @param checks whether the attacks behave as attacks do that work
 */
record PolicyReport(List<Row> rows, List<Check> checks) {

    /** The name of the row in which of each picture the worst attack counts. */
    static final String UNION = "the worst of all";

    /** The name of the row of untouched pictures. */
    public static final String CLEAN = "none";

    private static final long SEED = 1;

    /**
     * Attacks of one track and threat model.
     *
     * @param track its name
     * @param threat at the encoder's input
     * @param lines attacks on pictures of each goal
     */
    record Group(String track, ThreatModel threat, Map<AttackGoal, List<Line>> lines) {

        /** Of all goals, each once, in their order. */
        List<String> names() {
            return lines.values().stream()
                    .flatMap(List::stream)
                    .map(Line::name)
                    .distinct()
                    .toList();
        }
    }

    /**
     * One attack's outcomes.
     *
     * @param attack its name, {@link #CLEAN} or {@link #UNION}
     * @param flagged what became of the pictures that are to be flagged; empty where there are none
     * @param safe what became of the others; empty where there are none
     */
    public record Row(String track, String threat, String attack, Optional<Shares> flagged, Optional<Shares> safe) {}

    /**
     * The shares of pictures with each outcome, with intervals over files.
     *
     * @param of each outcome, all three listed
     */
    record Shares(Map<Outcome, FileBootstrap> of) {

        static Shares of(List<AskedPicture> pictures, List<Outcome> outcomes) {
            Map<Outcome, FileBootstrap> shares = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                shares.put(outcome, of(pictures, outcomes, outcome));
            }
            return new Shares(shares);
        }

        /** The share of pictures of which something wanted was found. @param found of each picture */
        static <T> FileBootstrap of(List<AskedPicture> pictures, List<T> found, T wanted) {
            return FileBootstrap.of(
                    found.stream().map(one -> one.equals(wanted) ? 1.0 : 0.0).toList(),
                    pictures.stream().map(AskedPicture::source).toList(),
                    SEED);
        }

        List<FileBootstrap> cells(Outcome... outcomes) {
            return Stream.of(outcomes).map(of::get).toList();
        }
    }

    /**
     * A sanity check.
     *
     * @param what should hold
     * @param holds whether it does
     * @param found in words
     */
    record Check(String what, boolean holds, String found) {}

    /** What became of a picture. */
    private record Fate(AskedPicture picture, Outcome outcome) {

        boolean isLost() {
            return outcome == picture.goal().outcome();
        }
    }

    /**
     * Adds up. A picture counts in a row where everything that the row is about is in the ledger.
     *
     * @param groups as {@link PolicyRun#groups} names them
     * @param large as {@link PolicyRun#largeGroups} names them
     */
    public static PolicyReport of(
            List<AskedPicture> pictures,
            List<Group> groups,
            List<Group> large,
            LedgerFile.Entries<OutcomeEntry.Key, OutcomeEntry> ledger) {
        Reading reading = new Reading(pictures, ledger);
        List<Row> rows = new ArrayList<>();
        for (Group group : groups) {
            rows.add(row(group, CLEAN, reading.clean(group.track())));
            for (String name : group.names()) {
                rows.add(row(
                        group, name, reading.under(group, line -> line.name().equals(name))));
            }
            rows.add(row(group, UNION, reading.under(group, line -> true)));
        }
        List<Check> checks = new ArrayList<>();
        large.forEach(group -> checks.add(reading.falls(group)));
        for (int weaker = 0; weaker < groups.size(); weaker++) {
            for (Group other : groups) {
                if (isWeaker(groups.get(weaker), other)) {
                    checks.addAll(reading.monotone(groups.get(weaker), other));
                }
            }
        }
        groups.stream()
                .filter(group -> group.names().stream().anyMatch(name -> name.startsWith(Portfolio.SQUARE)))
                .forEach(group -> checks.add(reading.squareAlone(group)));
        return new PolicyReport(List.copyOf(rows), List.copyOf(checks));
    }

    private static boolean isWeaker(Group one, Group other) {
        return one.track().equals(other.track())
                && one.threat().norm() == other.threat().norm()
                && one.threat().epsilon() < other.threat().epsilon();
    }

    private static Row row(Group group, String attack, List<Fate> fates) {
        return new Row(
                group.track(),
                group.threat().toString(),
                attack,
                shares(fates, AttackGoal.EVADE),
                shares(fates, AttackGoal.FALSE_FLAG));
    }

    private static Optional<Shares> shares(List<Fate> fates, AttackGoal goal) {
        List<Fate> some =
                fates.stream().filter(fate -> fate.picture.goal() == goal).toList();
        return some.isEmpty()
                ? Optional.empty()
                : Optional.of(Shares.of(
                        some.stream().map(Fate::picture).toList(),
                        some.stream().map(Fate::outcome).toList()));
    }

    /** The ledger, read for these pictures. */
    private record Reading(List<AskedPicture> pictures, LedgerFile.Entries<OutcomeEntry.Key, OutcomeEntry> ledger) {

        Optional<Outcome> clean(String track, AskedPicture picture) {
            return outcome(track, PolicyRun.UNTOUCHED, PolicyRun.UNTOUCHED, picture);
        }

        List<Fate> clean(String track) {
            return pictures.stream()
                    .flatMap(picture -> clean(track, picture).map(outcome -> new Fate(picture, outcome)).stream())
                    .toList();
        }

        /** Of each picture the worst of some attacks; only of pictures that all of those were run on. */
        List<Fate> under(Group group, Predicate<Line> some) {
            return pictures.stream()
                    .flatMap(picture -> worst(group, some, picture).stream())
                    .toList();
        }

        private Optional<Fate> worst(Group group, Predicate<Line> some, AskedPicture picture) {
            Optional<Outcome> clean = clean(group.track(), picture);
            if (clean.isEmpty() || clean.get() == picture.goal().outcome()) {
                return clean.map(outcome -> new Fate(picture, outcome));
            }
            List<Line> lines =
                    group.lines().get(picture.goal()).stream().filter(some).toList();
            List<Outcome> outcomes = lines.stream()
                    .flatMap(line -> outcome(group.track(), group.threat().toString(), line.name(), picture).stream())
                    .toList();
            Comparator<Outcome> fromGoal = Comparator.comparingDouble(
                    outcome -> picture.goal().outcome().distance(outcome));
            return lines.isEmpty() || outcomes.size() < lines.size()
                    ? Optional.empty()
                    : Stream.concat(clean.stream(), outcomes.stream())
                            .min(fromGoal)
                            .map(outcome -> new Fate(picture, outcome));
        }

        private Optional<Outcome> outcome(String track, String threat, String attack, AskedPicture picture) {
            return ledger.of(new OutcomeEntry.Key(
                            track, threat, attack, picture.picture().sha256()))
                    .map(OutcomeEntry::outcome);
        }

        Check falls(Group group) {
            List<Fate> fates = under(group, line -> true);
            long standing = fates.stream().filter(fate -> !fate.isLost()).count();
            return new Check(
                    "%s: no picture stands at %s".formatted(group.track(), group.threat()),
                    standing == 0,
                    "%d of %d stand".formatted(standing, fates.size()));
        }

        /**
         * A larger ball holds all changes of a smaller one, so an attack that wins fewer pictures in it searches badly.
         */
        List<Check> monotone(Group weaker, Group stronger) {
            List<Check> checks = new ArrayList<>();
            for (String name : weaker.names()) {
                List<Fate> few = under(weaker, line -> line.name().equals(name));
                List<Fate> more = under(stronger, line -> line.name().equals(name));
                long lostFew = few.stream().filter(Fate::isLost).count();
                long lostMore = more.stream().filter(Fate::isLost).count();
                checks.add(new Check(
                        "%s, %s: %s loses no fewer than %s"
                                .formatted(weaker.track(), name, stronger.threat(), weaker.threat()),
                        few.size() != more.size() || lostMore >= lostFew,
                        "%d and %d of %d".formatted(lostMore, lostFew, few.size())));
            }
            return checks;
        }

        /** Where scores alone find what gradients do not, gradients are masked. */
        Check squareAlone(Group group) {
            long alone = pictures.stream()
                    .filter(picture ->
                            isLost(group, Line::isSquare, picture) && !isLost(group, Line::seesGradients, picture))
                    .count();
            return new Check(
                    "%s, %s: Square wins no picture that APGD does not".formatted(group.track(), group.threat()),
                    alone == 0,
                    "%d of %d".formatted(alone, pictures.size()));
        }

        private boolean isLost(Group group, Predicate<Line> some, AskedPicture picture) {
            return worst(group, some, picture).filter(Fate::isLost).isPresent();
        }
    }

    /**
     * A report for people and for machines.
     *
     * @param about on what, against what, where
     * @param report what was found
     */
    record PolicyTable(String about, PolicyReport report) implements Results.Report {

        @Override
        public String markdown() {
            Markdown text = new Markdown()
                    .text(about)
                    .header(
                            "track, threat model",
                            "attack",
                            "flagged stays NSFW",
                            "becomes REVIEW",
                            "becomes SAFE",
                            "safe stays SAFE",
                            "becomes REVIEW",
                            "becomes NSFW");
            for (Row row : report.rows()) {
                text.row(
                        row.track() + ", " + row.threat(),
                        row.attack(),
                        cells(row.flagged(), Outcome.NSFW, Outcome.REVIEW, Outcome.SAFE),
                        cells(row.safe(), Outcome.SAFE, Outcome.REVIEW, Outcome.NSFW));
            }
            text.header("sanity check", "holds", "found");
            report.checks().forEach(check -> text.row(check.what(), check.holds() ? "yes" : "**no**", check.found()));
            return text.toString();
        }

        private static List<?> cells(Optional<Shares> shares, Outcome... outcomes) {
            return shares.<List<?>>map(of -> of.cells(outcomes))
                    .orElseGet(() -> Collections.nCopies(outcomes.length, "none asked"));
        }

        @Override
        public Map<String, Object> json() {
            return Fields.of(
                    "about",
                    about,
                    "rows",
                    report.rows().stream().map(PolicyTable::json).toList(),
                    "checks",
                    report.checks());
        }

        private static Map<String, Object> json(Row row) {
            return Fields.of(
                    "track", row.track(),
                    "threat", row.threat(),
                    "attack", row.attack(),
                    "flagged", row.flagged().map(Shares::of),
                    "safe", row.safe().map(Shares::of));
        }
    }
}
