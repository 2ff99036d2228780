package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.GeneratedTriplets;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.lab.data.RetrievalSet.Protocol;
import io.bulwark.perception.encoder.DenseHead;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.metric.NeighbourVote;
import io.bulwark.perception.model.ModelPackage;
import java.util.List;

/**
 * The questions of the headline's cells, all about the same pictures. One thread.
 *
 * @param references of the kNN questions
 * @param queries the held-out pictures
 * @param vote of the kNN questions
 * @param seed of distorted copies
 */
record HeadlineTasks(List<Labelled> references, List<Labelled> queries, NeighbourVote vote, long seed) {

    /** The head of a package, which is asked about embeddings of others. */
    static DenseHead head(ModelPackage model, EncoderOptions options) {
        try (TrainableEncoder weights = model.openTrainable(options)) {
            return DenseHead.of(weights);
        }
    }

    /**
     * A cell's task.
     *
     * @param most questions of it; null for all
     */
    Task of(HeadlineCell cell, Integer most) {
        List<Labelled> some = RunOptions.spread(queries, most, "--subset " + cell);
        return switch (cell) {
            case KNN, KNN_L2, UPLOAD -> new KnnTask(references, some, vote);
            case CHOICE -> new ChoiceTask(GeneratedTriplets.of(files(some), seed), LogitLoss.MARGIN);
            case RETRIEVAL -> new RetrievalTask(RetrievalSet.ofCopies(files(some), seed), Protocol.MEDIUM);
            case HEAD -> throw new IllegalArgumentException("the questions of HEAD need the clean encoder's answers");
        };
    }

    /** The task of {@link HeadlineCell#HEAD}: asks the clean encoder first. */
    Task ofHead(Integer most, EvaluatedEncoder clean, DenseHead head, Output output) {
        List<PictureSource> pictures = RunOptions.spread(queries, most, "--subset HEAD").stream()
                .map(Labelled::picture)
                .toList();
        try (Progress bar = Progress.of("asking the clean encoder's head", pictures.size(), output)) {
            return HeadTask.of(clean, head, pictures, bar::stepBy);
        }
    }

    private static List<PictureFile> files(List<Labelled> pictures) {
        if (!pictures.stream().allMatch(picture -> picture.picture() instanceof PictureFile)) {
            throw CommandFailure.usage(
                    "--queries: copies are made of picture files alone; leave CHOICE and RETRIEVAL out with --cells");
        }
        return pictures.stream().map(picture -> (PictureFile) picture.picture()).toList();
    }
}
