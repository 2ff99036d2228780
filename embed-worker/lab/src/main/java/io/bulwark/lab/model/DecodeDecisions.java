package io.bulwark.lab.model;

import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * Decisions by a bank of whole pictures and by the same bank of reduced ones, under one policy: that which the whole bank
 * is calibrated to. One thread.
 */
final class DecodeDecisions implements AutoCloseable {

    private final VotingPolicy policy;
    private final Decider decider;
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
        decider = new Decider(embedder.description().headClasses());
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

    /** Without the file's hash: a picture that is in the bank is decided by what is seen of it. */
    private Judgement decide(List<SeenView> views, Bank bank) {
        return decider.decide(
                        bank,
                        Policies.always(policy),
                        new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.NONE, views))
                .judgement();
    }

    @Override
    public void close() {
        whole.close();
        fast.close();
    }
}
