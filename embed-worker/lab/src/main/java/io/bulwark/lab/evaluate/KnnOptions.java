package io.bulwark.lab.evaluate;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.perception.metric.NeighbourVote;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A kNN classifier and what it is asked: {@code @Mixin KnnOptions knn}. */
final class KnnOptions {

    @Option(
            names = "--references",
            paramLabel = "PATH",
            required = true,
            description = "A folder with one folder of pictures for each class: what is searched.")
    private Path references;

    @Option(names = "--reference-images", description = "Number of references to search, evenly spread (default: all).")
    private Integer referenceImages;

    @Option(
            names = "--queries",
            paramLabel = "PATH",
            required = true,
            description = "The same, of pictures to classify, which attackers perturb.")
    private Path queries;

    @Mixin
    private ShareOptions share;

    @Option(names = "--k", paramLabel = "K", description = "Neighbours.")
    private int k = 11;

    @Option(names = "--temperature", paramLabel = "T", description = "Of the similarity-weighted vote.")
    private double temperature = 0.07;

    List<Labelled> references(UnaryOperator<String> classOf) {
        return RunOptions.spread(labelled(references, classOf), referenceImages, "--reference-images");
    }

    List<Labelled> queries(UnaryOperator<String> classOf) {
        return share.of(labelled(queries, classOf), query -> query.picture().source());
    }

    /** Which of the queries are asked. */
    QueryShare share() {
        return share.share();
    }

    private static List<Labelled> labelled(Path source, UnaryOperator<String> classOf) {
        return LabelledPicture.below(source).stream()
                .map(picture -> new Labelled(PictureFile.of(picture.file()), classOf.apply(picture.label())))
                .toList();
    }

    NeighbourVote vote() {
        return SingleEvaluation.made(() -> new NeighbourVote(k, temperature));
    }
}
