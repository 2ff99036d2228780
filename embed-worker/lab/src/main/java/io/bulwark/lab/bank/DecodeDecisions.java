package io.bulwark.lab.bank;

import io.bulwark.lab.bank.PictureEmbedder.EmbeddedView;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Decisions by a bank of whole pictures and by the same bank of reduced ones, under one policy: that which the whole bank
 * is calibrated to. One thread.
 */
final class DecodeDecisions implements AutoCloseable {

    private final VotingPolicy policy;
    private final Bank whole;
    private final Bank fast;

    /**
     * @param embedder of whole pictures
     * @param fastEmbedder of reduced ones
     * @throws IllegalArgumentException if the bank cannot be calibrated
     */
    DecodeDecisions(
            List<LabelledPicture> references,
            FlaggedOptions flagged,
            PictureEmbedder embedder,
            PictureEmbedder fastEmbedder) {
        List<LabelledEmbedding> rows = rows(references, embedder);
        Calibration calibration = Calibration.of(rows, flagged.goal());
        policy = new VotingPolicy(calibration.appliedTo(PolicySettings.flagging(flagged.labels())));
        whole = MatrixBank.of(embedder.description().fingerprint(), rows);
        fast = MatrixBank.of(fastEmbedder.description().fingerprint(), rows(references, fastEmbedder));
    }

    private static List<LabelledEmbedding> rows(List<LabelledPicture> references, PictureEmbedder embedder) {
        List<LabelledEmbedding> rows = new ArrayList<>();
        for (LabelledPicture picture : references) {
            if (embedder.whole(picture.file()) instanceof PictureEmbedder.Result.Embedded embedded) {
                rows.add(new LabelledEmbedding(
                        picture.referenceId(),
                        picture.label(),
                        embedded.views().get(0).embedding()));
            }
        }
        return rows;
    }

    /** Whether the two ways decide a picture differently. */
    boolean differ(DecodeComparison.Pair pair) {
        return decide(pair.whole(), whole).outcome()
                != decide(pair.fast(), fast).outcome();
    }

    private Judgement decide(List<EmbeddedView> views, Bank bank) {
        List<Opinion> opinions = views.stream()
                .map(view -> new Opinion(
                        view.name(),
                        bank.nearest(view.embedding(), 1, policy.k()).get(0),
                        Map.of()))
                .toList();
        return policy.decide("default", opinions);
    }

    @Override
    public void close() {
        whole.close();
        fast.close();
    }
}
