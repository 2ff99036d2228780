package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.KnnTask;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.evaluate.Task;
import io.bulwark.perception.metric.NeighbourVote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One's own labelled pictures in a table: nearest neighbours in banks of several sizes, and a linear head on the largest
 * of them. The paper's own sets of this kind were never to be had, so no figure here has a published one beside it.
 *
 * <p>The folder holds {@code references} and {@code queries}, each with a folder of pictures for each class.
 */
final class LabelledSet {

    /** What a worker votes by unless its policy says otherwise. */
    private static final NeighbourVote VOTE = new NeighbourVote(11, 0.07);

    private LabelledSet() {}

    /**
     * Reads the names of the pictures.
     *
     * @param banks numbers of references, evenly spread over the classes; empty for all
     * @param images questions to ask; null for all
     * @throws DataLayoutException if there are fewer references, or queries of a class without any
     */
    static List<PaperData> read(Path folder, List<Integer> banks, Integer images) {
        List<Labelled> all = below(folder.resolve("references"));
        List<Labelled> queries = RunOptions.spread(below(folder.resolve("queries")), images, "images");
        String name = folder.getFileName().toString();
        List<PaperData> rows = new ArrayList<>();
        List<Integer> sizes = banks.isEmpty()
                ? List.of(all.size())
                : banks.stream().distinct().sorted().toList();
        for (int size : sizes) {
            if (size < 1 || size > all.size()) {
                throw new DataLayoutException(
                        folder, "a bank of %d is asked for, of references there are %d".formatted(size, all.size()));
            }
            List<Labelled> bank = RunOptions.spread(all, size, "banks");
            rows.add(row(name, queries, knn(folder, bank, queries), "kNN, bank of " + size, size, true));
        }
        int largest = sizes.get(sizes.size() - 1);
        List<Labelled> taught = RunOptions.spread(all, largest, "banks");
        rows.add(row(
                name,
                queries,
                new LinearHeadTask(taught, queries),
                "linear head, taught by " + largest,
                largest,
                false));
        return rows;
    }

    private static List<Labelled> below(Path folder) {
        return LabelledPicture.below(folder).stream()
                .map(picture -> new Labelled(PictureFile.of(picture.file()), picture.label()))
                .toList();
    }

    private static KnnTask knn(Path folder, List<Labelled> bank, List<Labelled> queries) {
        try {
            return new KnnTask(bank, queries, VOTE);
        } catch (IllegalArgumentException e) {
            throw new DataLayoutException(folder, e.getMessage(), e);
        }
    }

    private static PaperData row(
            String name, List<Labelled> queries, Task task, String label, int references, boolean neighbours) {
        return new PaperData(
                name,
                "accuracy",
                task,
                queries.stream().map(query -> query.picture().name()).toList(),
                queries.stream().map(query -> "").toList(),
                PaperData.Total.ALL,
                new PaperData.Judge(label, references, neighbours));
    }
}
