package io.bulwark.lab.bank;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How pictures that a bank has never seen are decided.
 *
 * @param pictures decided, REFUSED ones included
 * @param correct decided as their label says; REVIEW and REFUSED count as wrong
 * @param review left to a person
 */
record HeldOut(int pictures, int correct, int review) {

    /**
     * Decides pictures as a worker would, by all the views that it looks at.
     *
     * @param wrong told of each picture that is not decided as its label says
     */
    static HeldOut decide(
            List<LabelledPicture> pictures,
            Set<String> flaggedLabels,
            PictureEmbedder embedder,
            Bank bank,
            VotingPolicy policy,
            Consumer<String> wrong) {
        int correct = 0;
        int review = 0;
        for (LabelledPicture picture : pictures) {
            PictureEmbedder.Result result = embedder.judged(picture.file());
            if (!(result instanceof PictureEmbedder.Result.Embedded embedded)) {
                wrong.accept(picture.file() + " is no picture");
                continue;
            }
            Judgement judgement = new Decider(embedder.description().headClasses())
                    .decide(bank, Policies.always(policy), embedded.seen())
                    .judgement();
            Outcome expected = flaggedLabels.contains(picture.label()) ? Outcome.NSFW : Outcome.SAFE;
            correct += judgement.outcome() == expected ? 1 : 0;
            review += judgement.outcome() == Outcome.REVIEW ? 1 : 0;
            if (judgement.outcome() != expected) {
                wrong.accept(picture.referenceId() + " is " + judgement.outcome() + ", score " + judgement.score());
            }
        }
        return new HeldOut(pictures.size(), correct, review);
    }
}
