package io.bulwark.lab.bank.calibrate;

import io.bulwark.lab.picture.PictureEmbedder;
import io.bulwark.perception.audit.Disagreement;
import io.bulwark.perception.audit.Drift;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a robust encoder and its twin see a picture, each by its own references and policy.
 *
 * @param robust what the encoder says
 * @param clean what the twin says
 * @param disagreement how they part
 */
record PairedView(ScoredImage robust, ScoredImage clean, Disagreement disagreement) {

    /** Looks at a picture as a worker would, by all the views that it looks at; empty where it is no picture. */
    static Optional<PairedView> of(Path file, Side robust, Side clean) {
        if (robust.embedder().judged(file) instanceof PictureEmbedder.Result.Embedded seen
                && clean.embedder().judged(file, names(seen.views()))
                        instanceof PictureEmbedder.Result.Embedded seenByTwin) {
            ScoredImage first = robust.testimony(seen);
            ScoredImage second = clean.testimony(seenByTwin);
            List<Double> drifts = Drift.byView(embeddings(seen.views()), embeddings(seenByTwin.views()));
            return Optional.of(new PairedView(first, second, Disagreement.of(first, second, drifts)));
        }
        return Optional.empty();
    }

    private static List<String> names(List<SeenView> views) {
        return views.stream().map(SeenView::name).toList();
    }

    private static List<float[]> embeddings(List<SeenView> views) {
        return views.stream().map(SeenView::embedding).toList();
    }

    /**
     * One of the two.
     *
     * @param embedder of its model
     * @param bank its references
     * @param policy by which it decides
     */
    record Side(PictureEmbedder embedder, Bank bank, VotingPolicy policy) {

        private ScoredImage testimony(PictureEmbedder.Result.Embedded picture) {
            return new Decider(embedder.description().headClasses())
                    .decide(bank, Policies.always(policy), picture.seen());
        }
    }
}
