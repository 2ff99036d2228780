package io.bulwark.lab.evaluate;

import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.loss.EncoderObjective;
import io.bulwark.lab.attack.upload.EightBits;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.evaluate.ViewModerator.Finding;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.Drift;
import io.bulwark.perception.audit.TwinCalibration;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How often the twin's disagreement betrays an attack that was made against the clean encoder alone, which is the one
 * that attackers can download, and how often it cries wolf. One thread.
 *
 * <p>Track: pixels after resize, as a file. The attacker sets the pixels that the clean encoder sees, in its input
 * size; rounded to 8 bits within the threat model they are a picture, which both encoders see as they would see that
 * upload: each through its own preprocessing. So the two may differ in input size. Pictures without an attack are seen
 * whole, again by each through its own preprocessing.
 *
 * @param robust the encoder that decides
 * @param clean its twin, which is attacked
 * @param budget of false positives that the threshold is calibrated to, in (0, 1)
 * @param delta probability that it does not keep to that, in (0, 1)
 */
record TwinEvaluation(ViewModerator robust, ViewModerator clean, double budget, double delta) {

    /**
     * Result of the evaluation.
     *
     * @param calibration the threshold and the clean images that it was found on
     * @param falsePositives share of further clean images that fire
     * @param attacked clean images that the clean encoder decides, and decides rightly: those attacked
     * @param flipped of these, the ones whose clean decision the attack turned into its opposite
     * @param detected share of the flipped that fire
     */
    public record Result(
            TwinCalibration calibration, Proportion falsePositives, int attacked, int flipped, Proportion detected) {}

    /**
     * Calibrates, attacks and counts.
     *
     * @param calibration clean pictures that the threshold is found on, and that nothing else saw
     * @param test other ones, which are attacked
     * @param flagged whether each of them is to be flagged
     * @throws IllegalArgumentException if there are too few pictures for the budget
     * @throws IllegalStateException if no decision could be flipped, so that there is nothing to detect
     */
    public Result run(
            List<PictureSource> calibration,
            List<PictureSource> test,
            List<Boolean> flagged,
            Attack attack,
            ThreatModel threat,
            EvaluationProgress progress) {
        progress.begin("calibration", calibration.size());
        TwinCalibration found = TwinCalibration.of(
                pairs(calibration, progress).stream()
                        .map(TwinPair::disagreement)
                        .toList(),
                budget,
                delta);
        TwinAuditor auditor = new TwinAuditor(found.threshold());
        progress.begin("clean", test.size());
        int falsePositives = (int) pairs(test, progress).stream()
                .filter(pair -> pair.fires(auditor))
                .count();
        Tally tally = new Tally();
        progress.begin(threat.toString(), test.size());
        for (AttackGoal goal : AttackGoal.values()) {
            List<PictureSource> targets = IntStream.range(0, test.size())
                    .filter(i -> flagged.get(i) == (goal == AttackGoal.EVADE))
                    .mapToObj(test::get)
                    .toList();
            for (List<PictureSource> batch : batches(targets)) {
                int flippedBefore = tally.flipped;
                attacked(batch, goal, attack, threat, auditor, tally);
                progress.advanced(batch.size(), tally.flipped - flippedBefore);
            }
        }
        if (tally.flipped == 0) {
            throw new IllegalStateException("none of %d decisions of the clean encoder could be flipped under %s by %s"
                    .formatted(tally.attacked, threat, attack.describe()));
        }
        return new Result(
                found,
                Proportion.of(falsePositives, test.size()),
                tally.attacked,
                tally.flipped,
                Proportion.of(tally.detected, tally.flipped));
    }

    private List<TwinPair> pairs(List<PictureSource> pictures, EvaluationProgress progress) {
        List<TwinPair> pairs = new ArrayList<>();
        for (List<PictureSource> batch : batches(pictures)) {
            pairs.addAll(TwinPair.of(
                    robust.decide(robust.encoder().planes(batch), batch.size()),
                    clean.decide(clean.encoder().planes(batch), batch.size())));
            progress.advanced(batch.size(), 0);
        }
        return pairs;
    }

    /** Attacks what the clean encoder decides as it should. */
    private void attacked(
            List<PictureSource> batch,
            AttackGoal goal,
            Attack attack,
            ThreatModel threat,
            TwinAuditor auditor,
            Tally tally) {
        Outcome due = goal == AttackGoal.EVADE ? Outcome.NSFW : Outcome.SAFE;
        List<Finding> before = clean.decide(clean.encoder().planes(batch), batch.size());
        List<PictureSource> right = IntStream.range(0, batch.size())
                .filter(i -> before.get(i).outcome() == due)
                .mapToObj(batch::get)
                .collect(Collectors.toList());
        tally.attacked += right.size();
        if (right.isEmpty()) {
            return;
        }
        List<UprightPicture> uploads = attackedUploads(right, goal, attack, threat);
        for (TwinPair pair : TwinPair.of(decideUploads(robust, uploads), decideUploads(clean, uploads))) {
            if (pair.clean().outcome() == goal.outcome()) {
                tally.flipped++;
                tally.detected += pair.fires(auditor) ? 1 : 0;
            }
        }
    }

    /** Pictures of the clean encoder's input size, as it sees them but for the perturbation. */
    private List<UprightPicture> attackedUploads(
            List<PictureSource> pictures, AttackGoal goal, Attack attack, ThreatModel threat) {
        List<UprightPicture> originals = pictures.stream()
                .map(picture -> asSeen(clean.encoder(), picture))
                .toList();
        int count = originals.size();
        float[] pixels = UploadObjective.pixels(originals);
        float[] perturbed = attack.run(
                        EncoderObjective.of(clean.encoder().encoder(), clean.loss(goal, count)),
                        threat,
                        pixels,
                        count,
                        Attack.Watch.silent())
                .pixels();
        threat.verify(pixels, perturbed, count).require();
        int length = pixels.length / count;
        List<UprightPicture> uploads = IntStream.range(0, count)
                .mapToObj(i -> new EightBits(threat, originals.get(i))
                        .round(Arrays.copyOfRange(perturbed, i * length, (i + 1) * length)))
                .toList();
        threat.verify(pixels, UploadObjective.pixels(uploads), count).require();
        return uploads;
    }

    /** A picture of an encoder's input size, which is what it sees of it. */
    static UprightPicture asSeen(EvaluatedEncoder encoder, PictureSource picture) {
        PreprocessSpec seen = encoder.description().preprocess();
        return new UprightPicture(seen.width(), seen.height(), encoder.reader().pixels(picture));
    }

    static List<Finding> decideUploads(ViewModerator moderation, List<UprightPicture> uploads) {
        return moderation.decide(moderation.encoder().planesOfUploads(uploads), uploads.size());
    }

    private List<List<PictureSource>> batches(List<PictureSource> pictures) {
        int size = clean.encoder().batch();
        return IntStream.iterate(0, from -> from < pictures.size(), from -> from + size)
                .mapToObj(from -> pictures.subList(from, Math.min(pictures.size(), from + size)))
                .toList();
    }

    private static final class Tally {
        private int attacked;
        private int flipped;
        private int detected;
    }

    /** What a robust encoder and its twin say of one picture. */
    record TwinPair(Finding robust, Finding clean) {

        /** Of pictures in one order. */
        static List<TwinPair> of(List<Finding> robust, List<Finding> clean) {
            return IntStream.range(0, robust.size())
                    .mapToObj(i -> new TwinPair(robust.get(i), clean.get(i)))
                    .toList();
        }

        private List<Double> drifts() {
            return Drift.byView(List.of(robust.unit()), List.of(clean.unit()));
        }

        Disagreement disagreement() {
            return Disagreement.of(robust.scored(), clean.scored(), drifts());
        }

        boolean fires(TwinAuditor auditor) {
            return auditor.inspect(robust.scored(), clean.scored(), drifts())
                    .signal()
                    .fired();
        }
    }
}
