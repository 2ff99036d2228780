package io.bulwark.lab.bank;

import io.bulwark.perception.audit.Disagreement;
import io.bulwark.perception.audit.Drift;
import io.bulwark.perception.audit.Testimony;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.VerdictPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a robust encoder and its twin see a picture, each by its own references and policy.
 *
 * @param robust what the encoder says
 * @param clean what the twin says
 * @param disagreement how they part
 */
record PairedView(Testimony robust, Testimony clean, Disagreement disagreement) {

    /** Looks at a picture as a worker would, by all the views that it looks at; empty where it is no picture. */
    static Optional<PairedView> of(Path file, Side robust, Side clean) {
        PictureEmbedder.Result byRobust = robust.embedder().covered(file);
        PictureEmbedder.Result byClean = clean.embedder().covered(file);
        if (byRobust instanceof PictureEmbedder.Result.Embedded seen
                && byClean instanceof PictureEmbedder.Result.Embedded seenByTwin) {
            Testimony first = robust.testimony(seen.views());
            Testimony second = clean.testimony(seenByTwin.views());
            List<Double> drifts = Drift.byView(embeddings(seen.views()), embeddings(seenByTwin.views()));
            return Optional.of(new PairedView(first, second, Disagreement.of(first, second, drifts)));
        }
        return Optional.empty();
    }

    private static List<float[]> embeddings(List<PictureEmbedder.EmbeddedView> views) {
        return views.stream().map(PictureEmbedder.EmbeddedView::embedding).toList();
    }

    /**
     * One of the two.
     *
     * @param embedder of its model
     * @param bank its references
     * @param policy by which it decides
     */
    record Side(PictureEmbedder embedder, Bank bank, VerdictPolicy policy) {

        private Testimony testimony(List<PictureEmbedder.EmbeddedView> views) {
            List<Opinion> opinions = views.stream()
                    .map(view -> new Opinion(
                            view.name(),
                            bank.nearest(view.embedding(), 1, policy.k()).get(0),
                            Map.of()))
                    .toList();
            return new Testimony(policy.decide("default", opinions), opinions);
        }
    }
}
