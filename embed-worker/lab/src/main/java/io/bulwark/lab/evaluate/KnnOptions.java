package io.bulwark.lab.evaluate;

import io.bulwark.lab.bank.LabelledPicture;
import io.bulwark.perception.evaluate.Labelled;
import io.bulwark.perception.evaluate.data.PictureSource.PictureFile;
import io.bulwark.perception.metric.NeighbourVote;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** A kNN classifier and what it is asked: {@code @Mixin KnnOptions knn}. */
final class KnnOptions {

    @Option(
            names = "--references",
            paramLabel = "DIR",
            required = true,
            description = "A folder with one folder of pictures for each class: what is searched.")
    private Path references;

    @Option(
            names = "--queries",
            paramLabel = "DIR",
            required = true,
            description = "The same, of pictures to classify, which attackers perturb.")
    private Path queries;

    @Option(
            names = "--k",
            paramLabel = "K",
            defaultValue = "11",
            description = "Neighbours (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0.07",
            description = "Of the similarity-weighted vote (default: ${DEFAULT-VALUE}).")
    private double temperature;

    List<Labelled> references(UnaryOperator<String> classOf) {
        return labelled(references, classOf);
    }

    List<Labelled> queries(UnaryOperator<String> classOf) {
        return labelled(queries, classOf);
    }

    private static List<Labelled> labelled(Path folder, UnaryOperator<String> classOf) {
        return LabelledPicture.below(folder).stream()
                .map(picture -> new Labelled(PictureFile.of(picture.file()), classOf.apply(picture.label())))
                .toList();
    }

    NeighbourVote vote() {
        return SingleEvaluation.made(() -> new NeighbourVote(k, temperature));
    }
}
