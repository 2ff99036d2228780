package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.bank.calibrate.TwinCalibrationOptions.PairedView;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.ScoredImage;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How pictures that a bank has never seen are decided.
 *
 * @param pictures decided, REFUSED ones included
 * @param correct decided as their label says; REVIEW and REFUSED count as wrong
 * @param review left to a person
 * @param falseFlags decided NSFW though their label is not flagged
 * @param missed decided SAFE though their label is flagged
 */
record HeldOut(int pictures, int correct, int review, int falseFlags, int missed) {

    /**
     * Decides pictures as a worker would, by all the views that it looks at.
     *
     * @param encoder decides
     * @param twin holds back what it does not call SAFE as well; empty where none does
     * @param wrong told of each picture that is not decided as its label says
     */
    static HeldOut decide(
            List<LabelledPicture> pictures,
            Set<String> flaggedLabels,
            PairedView.Side encoder,
            Optional<PairedView.Side> twin,
            Consumer<String> wrong) {
        int correct = 0;
        int review = 0;
        int falseFlags = 0;
        int missed = 0;
        for (LabelledPicture picture : pictures) {
            Optional<ScoredImage> decided = twin.isPresent()
                    ? PairedView.of(picture.file(), encoder, twin.get())
                            .map(pair -> pair.robust().heldBackBy(pair.clean()))
                    : encoder.scored(picture.file());
            if (decided.isEmpty()) {
                wrong.accept(picture.file() + " is no picture");
                continue;
            }
            Judgement judgement = decided.get().judgement();
            Outcome expected = flaggedLabels.contains(picture.label()) ? Outcome.NSFW : Outcome.SAFE;
            correct += judgement.outcome() == expected ? 1 : 0;
            review += judgement.outcome() == Outcome.REVIEW ? 1 : 0;
            falseFlags += judgement.outcome() == Outcome.NSFW && expected == Outcome.SAFE ? 1 : 0;
            missed += judgement.outcome() == Outcome.SAFE && expected == Outcome.NSFW ? 1 : 0;
            if (judgement.outcome() != expected) {
                wrong.accept(picture.referenceId() + " is " + judgement.outcome() + ", score " + judgement.score());
            }
        }
        return new HeldOut(pictures.size(), correct, review, falseFlags, missed);
    }
}
