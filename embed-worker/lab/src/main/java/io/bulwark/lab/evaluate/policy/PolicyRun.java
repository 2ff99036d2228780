package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.evaluate.policy.PolicyBank.AskedPicture;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Pictures under every attack of a portfolio, into a ledger. One picture after the other, on all tracks, so that a run
 * that was interrupted has pictures that it is done with. One thread.
 *
 * @param surfaces tracks
 * @param portfolio attacks
 * @param threats at the encoder's input
 * @param large of the sanity check, one that no picture should withstand
 * @param ledger read and written
 * @param progress told of each picture; a picture counts as fooled if any attack wins on any track
 */
record PolicyRun(
        List<Surface> surfaces,
        Portfolio portfolio,
        List<ThreatModel> threats,
        ThreatModel large,
        LedgerFile.Entries<OutcomeEntry.Key, OutcomeEntry> ledger,
        EvaluationProgress progress) {

    /** The threat model and the attack of an untouched picture. */
    static final String UNTOUCHED = "";

    /** What is done to pictures of a goal on a track. */
    private List<Planned> planned(Surface surface, AttackGoal goal) {
        List<Planned> planned = new ArrayList<>();
        for (ThreatModel threat : threats) {
            for (Portfolio.Line line : lines(surface, goal)) {
                planned.add(new Planned(threat, line));
            }
        }
        planned.add(new Planned(large, portfolio.shortest(surface.moderation(), goal)));
        return planned;
    }

    private record Planned(ThreatModel threat, Portfolio.Line line) {}

    /** Gradient steps of a picture at most, by track; a query of Square counts a third. */
    public Map<String, Long> steps() {
        Map<String, Long> steps = new LinkedHashMap<>();
        for (Surface surface : surfaces) {
            steps.put(
                    surface.label(),
                    planned(surface, AttackGoal.EVADE).stream()
                            .mapToLong(one -> one.line().steps())
                            .sum());
        }
        return steps;
    }

    /**
     * Decides and attacks.
     *
     * @throws IllegalArgumentException if a file is no picture, or one too large to attack
     * @throws IllegalStateException if a change breaks its threat model
     */
    public void attack(List<AskedPicture> pictures) {
        progress.begin("pictures", pictures.size());
        for (AskedPicture picture : pictures) {
            boolean lost = false;
            for (Surface surface : surfaces) {
                lost |= attack(surface, picture);
            }
            progress.advanced(1, lost ? 1 : 0);
        }
    }

    /** Whether any attack of the portfolio won. */
    private boolean attack(Surface surface, AskedPicture picture) {
        AttackGoal goal = picture.goal();
        List<Planned> planned = planned(surface, goal);
        Shots shots = new Shots(surface, picture);
        OutcomeEntry clean = known(surface, UNTOUCHED, UNTOUCHED, picture, () -> {
                    Judgement before = shots.shot().before();
                    return Optional.of(new Surface.Submitted(before, 0, 0));
                })
                .orElseThrow();
        if (clean.outcome() == goal.outcome()) {
            return true;
        }
        boolean won = false;
        for (Planned one : planned) {
            Optional<OutcomeEntry> entry = known(
                    surface,
                    one.threat().toString(),
                    one.line().name(),
                    picture,
                    () -> one.line()
                            .way()
                            .attack(shots.shot(), goal, one.threat())
                            .map(found ->
                                    shots.shot().submit(found, shots.shot().within(one.threat()))));
            won |= one.threat() != large
                    && entry.filter(made -> made.outcome() == goal.outcome()).isPresent();
        }
        return won;
    }

    /** What an attack comes to; empty where it does not go with the track. */
    @FunctionalInterface
    private interface Made {
        Optional<Surface.Submitted> submitted();
    }

    private Optional<OutcomeEntry> known(
            Surface surface, String threat, String attack, AskedPicture picture, Made made) {
        OutcomeEntry.Key key = new OutcomeEntry.Key(
                surface.label(), threat, attack, picture.picture().sha256());
        Optional<OutcomeEntry> known = ledger.of(key);
        if (known.isPresent()) {
            return known;
        }
        Optional<OutcomeEntry> entry = made.submitted()
                .map(submitted -> new OutcomeEntry(
                        key.track(),
                        threat,
                        attack,
                        key.picture(),
                        submitted.after().outcome(),
                        submitted.after().score(),
                        submitted.linf(),
                        submitted.l2()));
        entry.ifPresent(ledger::record);
        return entry;
    }

    /** A picture as an attacker has it, decoded when something is still to be done. */
    private static final class Shots {

        private final Surface surface;
        private final AskedPicture picture;
        private Surface.Shot shot;

        Shots(Surface surface, AskedPicture picture) {
            this.surface = surface;
            this.picture = picture;
        }

        Surface.Shot shot() {
            if (shot == null) {
                shot = surface.shot(picture.picture().bytes());
            }
            return shot;
        }
    }

    /** What there are rows of: attacks by track and threat model, as they are run. */
    public List<PolicyReport.Group> groups() {
        List<PolicyReport.Group> groups = new ArrayList<>();
        for (Surface surface : surfaces) {
            for (ThreatModel threat : threats) {
                groups.add(group(surface, threat, goal -> lines(surface, goal)));
            }
        }
        return groups;
    }

    /** The attack of the sanity check with a large ε, by track. */
    List<PolicyReport.Group> largeGroups() {
        return surfaces.stream()
                .map(surface -> group(surface, large, goal -> List.of(portfolio.shortest(surface.moderation(), goal))))
                .toList();
    }

    private static PolicyReport.Group group(
            Surface surface, ThreatModel threat, Function<AttackGoal, List<Portfolio.Line>> linesOf) {
        Map<AttackGoal, List<Portfolio.Line>> lines = new EnumMap<>(AttackGoal.class);
        for (AttackGoal goal : AttackGoal.values()) {
            lines.put(goal, linesOf.apply(goal));
        }
        return new PolicyReport.Group(surface.label(), threat, lines);
    }

    private List<Portfolio.Line> lines(Surface surface, AttackGoal goal) {
        return portfolio.lines(surface.moderation(), goal, surface instanceof UploadedPicture);
    }

    /**
     * Outcome of one attack on one picture, as it was decided and measured afterwards.
     *
     * @param track its name
     * @param threat what was allowed at the encoder's input; empty for the picture as it is
     * @param attack its name; empty for the picture as it is
     * @param picture SHA-256 of the file
     * @param outcome the decision
     * @param score of the decision, 1 is flagged
     * @param linf largest change of a value
     * @param l2 Euclidean length of the change, at the track's size
     */
    record OutcomeEntry(
            String track,
            String threat,
            String attack,
            String picture,
            Outcome outcome,
            double score,
            double linf,
            double l2) {

        /** What an entry is about; of each there is one. */
        public record Key(String track, String threat, String attack, String picture) {}

        Key key() {
            return new Key(track, threat, attack, picture);
        }

        /**
         * What is known of attacks.
         *
         * @param identity of what decides, one line; attacks and pictures are named by each entry
         * @throws LedgerFile.LedgerException if the file is about something else, or is no ledger
         */
        public static LedgerFile.Entries<Key, OutcomeEntry> ledger(Path file, String identity) {
            return LedgerFile.Entries.open(
                    file, identity, "outcomes of another model, bank or policy", OutcomeEntry.class, OutcomeEntry::key);
        }
    }
}
