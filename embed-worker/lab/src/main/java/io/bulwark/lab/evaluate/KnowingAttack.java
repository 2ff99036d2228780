package io.bulwark.lab.evaluate;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.upload.EightBits;
import io.bulwark.lab.attack.upload.TwinObjective;
import io.bulwark.lab.attack.upload.TwinObjective.Weights;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.picture.SourceFile;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * How often a robust verdict flips without an alarm, when the attacker knows the robust encoder, its twin, both banks
 * and the threshold, and climbs a joint loss of them. Of several weights the one counts that wins. One thread.
 *
 * <p>Track: as {@link TwinEvaluation}: a picture of the clean encoder's input size, rounded to 8 bits.
 *
 * @param robust the encoder that decides
 * @param clean its twin
 * @param auditor with the threshold that was calibrated for them
 */
public record KnowingAttack(ViewModerator robust, ViewModerator clean, TwinAuditor auditor) {

    /** Robust alone; the twin fooled along, more and less; the two embeddings kept together, more and less; both. */
    public static final List<Weights> WEIGHTS = List.of(
            new Weights(0, 0),
            new Weights(1, 0),
            new Weights(0.3, 0),
            new Weights(0, 1),
            new Weights(0, 0.3),
            new Weights(1, 1));

    /**
     * What the attack with some weights came to, of all verdicts that were right before.
     *
     * @param flipped share that became the attacker's
     * @param unnoticed share that did without an alarm
     */
    public record Row(Weights weights, FileBootstrap flipped, FileBootstrap unnoticed) {}

    /**
     * Result of the attack.
     *
     * @param attacked verdicts that were right
     * @param rows one for all weights
     * @param flipped share that any of them flipped
     * @param unnoticed share that any of them flipped without an alarm
     */
    public record Result(int attacked, List<Row> rows, FileBootstrap flipped, FileBootstrap unnoticed) {}

    /** What one attack did to one picture. */
    private record Fate(boolean flipped, boolean unnoticed) {}

    /**
     * Attacks.
     *
     * @param test pictures that nothing was calibrated on
     * @param flagged whether each of them is to be flagged
     * @param progress told of each picture; a picture counts as fooled if it flips unnoticed
     * @throws IllegalStateException if no verdict is right, so that there is nothing to flip
     */
    public Result run(
            List<PictureSource> test,
            List<Boolean> flagged,
            Attack attack,
            ThreatModel threat,
            EvaluationProgress progress) {
        List<SourceFile> files = new ArrayList<>();
        List<List<Fate>> fates = new ArrayList<>();
        progress.begin("knowing the twin, " + threat, test.size());
        for (int i = 0; i < test.size(); i++) {
            AttackGoal goal = flagged.get(i) ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
            UprightPicture picture = TwinEvaluation.asSeen(clean.encoder(), test.get(i));
            boolean right = outcome(picture) == (flagged.get(i) ? Outcome.NSFW : Outcome.SAFE);
            List<Fate> byWeights = new ArrayList<>();
            for (Weights weights : right ? WEIGHTS : List.<Weights>of()) {
                byWeights.add(attacked(picture, goal, weights, attack, threat));
            }
            if (right) {
                fates.add(byWeights);
                files.add(test.get(i).source());
            }
            progress.advanced(1, byWeights.stream().anyMatch(Fate::unnoticed) ? 1 : 0);
        }
        if (fates.isEmpty()) {
            throw new IllegalStateException(
                    "none of %d pictures is decided as it should, so nothing can be flipped".formatted(test.size()));
        }
        List<Row> rows = IntStream.range(0, WEIGHTS.size())
                .mapToObj(at -> new Row(
                        WEIGHTS.get(at),
                        share(fates, files, of -> of.get(at).flipped),
                        share(fates, files, of -> of.get(at).unnoticed)))
                .toList();
        return new Result(
                fates.size(),
                rows,
                share(fates, files, of -> of.stream().anyMatch(Fate::flipped)),
                share(fates, files, of -> of.stream().anyMatch(Fate::unnoticed)));
    }

    private static FileBootstrap share(List<List<Fate>> fates, List<SourceFile> files, Predicate<List<Fate>> counted) {
        return FileBootstrap.of(
                fates.stream().map(of -> counted.test(of) ? 1.0 : 0.0).toList(), files, 1);
    }

    private Outcome outcome(UprightPicture picture) {
        return TwinEvaluation.decideUploads(robust, List.of(picture)).get(0).outcome();
    }

    private Fate attacked(UprightPicture picture, AttackGoal goal, Weights weights, Attack attack, ThreatModel threat) {
        TwinObjective objective = new TwinObjective(
                new TwinObjective.Seer(robust.encoder().encoder(), robust.loss(goal, 1)),
                new TwinObjective.Seer(clean.encoder().encoder(), clean.loss(goal, 1)),
                weights,
                List.of(picture),
                threat,
                (sample, ofRobust, ofClean) -> {
                    TwinEvaluation.TwinPair pair =
                            new TwinEvaluation.TwinPair(robust.decide(ofRobust), clean.decide(ofClean));
                    return pair.robust().outcome() == goal.outcome() && !pair.fires(auditor);
                });
        float[] original = UploadObjective.pixels(List.of(picture));
        float[] found = attack.run(objective, threat, original, 1, Attack.Watch.silent())
                .pixels();
        List<UprightPicture> upload = List.of(new EightBits(threat, picture).round(found));
        threat.verify(original, UploadObjective.pixels(upload), 1).require();
        TwinEvaluation.TwinPair pair = TwinEvaluation.TwinPair.of(
                        TwinEvaluation.decideUploads(robust, upload), TwinEvaluation.decideUploads(clean, upload))
                .get(0);
        boolean flipped = pair.robust().outcome() == goal.outcome();
        return new Fate(flipped, flipped && !pair.fires(auditor));
    }

    /**
     * What was found of a twin, for people and for machines.
     *
     * @param robust the encoder that decides
     * @param clean its twin
     * @param attack how
     * @param threat within what
     * @param unknowing by attackers of the twin alone
     * @param knowing by attackers of both; empty where they were left out
     */
    record TwinTable(
            String robust,
            String clean,
            String attack,
            ThreatModel threat,
            TwinEvaluation.Result unknowing,
            Optional<KnowingAttack.Result> knowing) {

        String markdown() {
            String text = """
                    **twin** of `%s` and `%s`: %s, %s, pixels after resize as a file; 95 %% intervals (Wilson; of attackers who know both, over files). %s.

                    | the attacker knows the twin alone | |
                    |---|---|
                    | threshold, calibrated on %d clean pictures | %.4f |
                    | fires on further clean pictures | %s |
                    | decisions of the clean encoder that were right, and attacked | %d |
                    | of these, flipped | %d |
                    | fires on the flipped | %s |
                    """.formatted(
                            robust,
                            clean,
                            attack,
                            threat,
                            Machine.describe(),
                            unknowing.calibration().images(),
                            unknowing.calibration().threshold(),
                            unknowing.falsePositives(),
                            unknowing.attacked(),
                            unknowing.flipped(),
                            unknowing.detected());
            return text + knowing.map(TwinTable::markdown).orElse("");
        }

        private static String markdown(KnowingAttack.Result result) {
            StringBuilder text = new StringBuilder("""

                    | the attacker knows robust encoder, twin and threshold: weights of twin, nearness | of %d right robust verdicts, flipped | flipped without an alarm |
                    |---|---|---|
                    """.formatted(result.attacked()));
            for (KnowingAttack.Row row : result.rows()) {
                text.append("| %s, %s | %s | %s |\n"
                        .formatted(row.weights().clean(), row.weights().nearness(), row.flipped(), row.unnoticed()));
            }
            return text.append("| any of them | %s | %s |\n".formatted(result.flipped(), result.unnoticed()))
                    .toString();
        }

        Map<String, Object> json() {
            return Fields.of(
                    "robust",
                    robust,
                    "clean",
                    clean,
                    "threat",
                    threat.toString(),
                    "attack",
                    attack,
                    "threshold",
                    unknowing.calibration().threshold(),
                    "calibrationImages",
                    unknowing.calibration().images(),
                    "falsePositives",
                    Fields.of(unknowing.falsePositives()),
                    "attacked",
                    unknowing.attacked(),
                    "flipped",
                    unknowing.flipped(),
                    "detected",
                    Fields.of(unknowing.detected()),
                    "knowing",
                    knowing.map(result -> json(result)));
        }

        private static Map<String, Object> json(KnowingAttack.Result result) {
            return Fields.of(
                    "attacked",
                    result.attacked(),
                    "rows",
                    result.rows().stream().map(TwinTable::json).toList(),
                    "flipped",
                    result.flipped(),
                    "unnoticed",
                    result.unnoticed());
        }

        private static Map<String, Object> json(KnowingAttack.Row row) {
            Map<String, FileBootstrap> shares = new LinkedHashMap<>();
            shares.put("flipped", row.flipped());
            shares.put("unnoticed", row.unnoticed());
            return Map.of(
                    "weights", List.of(row.weights().clean(), row.weights().nearness()), "shares", shares);
        }
    }
}
