package io.bulwark.lab.evaluate;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.ShareOptions.QueryShare;
import io.bulwark.lab.picture.SourceFile;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which of the queries are asked: {@code @Mixin ShareOptions share}. */
public final class ShareOptions {

    @Option(
            names = "--share",
            paramLabel = "S",
            description =
                    "Of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Look at DEVELOPMENT alone while you choose a"
                            + " model or an attack; the others need --final.")
    private QueryShare share = QueryShare.DEVELOPMENT;

    @Option(
            names = "--final",
            description =
                    "This is the last run, for which --share FINAL is kept: model, policy and attacks are chosen.")
    private boolean last;

    /** The share. */
    public QueryShare share() {
        return share;
    }

    /**
     * Those of the queries that are asked, in their order.
     *
     * @param source of a query, whose name says which share it is of
     * @throws CommandFailure if the share is kept for the last run and this is not it, or holds none of them
     */
    public <T> List<T> of(List<T> queries, Function<T, SourceFile> source) {
        if (share.isKept() && !last) {
            throw CommandFailure.usage(
                    ("--share %s asks pictures that are kept for the last run; add --final once model,"
                                    + " policy and attacks are chosen")
                            .formatted(share));
        }
        List<T> asked = queries.stream()
                .filter(query -> share.holds(source.apply(query).fraction("split")))
                .toList();
        if (asked.isEmpty()) {
            throw CommandFailure.usage(
                    "--share %s holds none of the %d pictures of --queries".formatted(share, queries.size()));
        }
        return asked;
    }

    /**
     * Which of the pictures are asked. A file's name says where it belongs, so that all squares of a photograph are
     * together.
     */
    public enum QueryShare {
        /** All of them. */
        ALL {
            @Override
            boolean holds(double fraction) {
                return true;
            }
        },
        /** Queries by which attacks and models are chosen. */
        DEVELOPMENT {
            @Override
            boolean holds(double fraction) {
                return fraction >= FINAL_SHARE;
            }
        },
        /** Queries that stay unseen until the last run. */
        FINAL {
            @Override
            boolean holds(double fraction) {
                return fraction < FINAL_SHARE;
            }
        };

        private static final double FINAL_SHARE = 0.5;

        abstract boolean holds(double fraction);

        /** For reports. */
        public String words() {
            return this == ALL ? "all" : name().toLowerCase(Locale.ROOT) + " half";
        }

        /** Whether it has pictures that stay unseen until the last run. */
        boolean isKept() {
            return this != DEVELOPMENT;
        }
    }

    /** A kNN classifier and what it is asked: {@code @Mixin KnnOptions knn}. */
    static final class KnnOptions {

        @Option(
                names = "--references",
                paramLabel = "PATH",
                required = true,
                description = "A folder with one folder of pictures for each class: what is searched.")
        private Path references;

        @Option(
                names = "--reference-images",
                description = "Number of references to search, evenly spread (default: all).")
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

        List<KnnTask.Labelled> references(UnaryOperator<String> classOf) {
            return RunOptions.spread(labelled(references, classOf), referenceImages, "--reference-images");
        }

        List<KnnTask.Labelled> queries(UnaryOperator<String> classOf) {
            return share.of(labelled(queries, classOf), query -> query.picture().source());
        }

        /** Which of the queries are asked. */
        QueryShare share() {
            return share.share();
        }

        private static List<KnnTask.Labelled> labelled(Path source, UnaryOperator<String> classOf) {
            return LabelledPicture.below(source).stream()
                    .map(picture ->
                            new KnnTask.Labelled(PictureFile.of(picture.file()), classOf.apply(picture.label())))
                    .toList();
        }

        NeighbourVote vote() {
            return CommandFailure.orUsage(() -> new NeighbourVote(k, temperature));
        }
    }
}
