package io.bulwark.lab.data;

import io.bulwark.lab.data.RetrievalSet.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The original ground truth of Oxford5k and Paris6k, in the data set's folder or in {@code gt/}: for each query {@code
 * NAME_query.txt} (a picture and the corners of a box), {@code NAME_good.txt}, {@code NAME_ok.txt} and {@code
 * NAME_junk.txt} (names of pictures). Good ones are the easy answers, ok ones the hard. All pictures of {@code jpg/} are
 * the gallery.
 */
final class OxfordGroundTruthFiles {

    private static final String QUERY = "_query.txt";
    /** Oxford's query files name {@code oxc1_all_souls_000013} for {@code all_souls_000013}. */
    private static final String PREFIX = "oxc1_";

    private final Path folder;
    private final List<PictureSource> gallery = new ArrayList<>();
    private final Map<String, Integer> indices = new HashMap<>();

    private OxfordGroundTruthFiles(Path folder) {
        this.folder = folder;
        for (Path file : list(folder.resolve("jpg"), ".jpg")) {
            String name = file.getFileName().toString();
            indices.put(name.substring(0, name.length() - ".jpg".length()), gallery.size());
            gallery.add(PictureSource.PictureFile.of(file));
        }
    }

    /** Empty where there are no such files. */
    static Optional<RetrievalSet> read(Path folder) {
        Path below = folder.resolve("gt");
        List<Path> queries = list(Files.isDirectory(below) ? below : folder, QUERY);
        if (queries.isEmpty()) {
            return Optional.empty();
        }
        OxfordGroundTruthFiles files = new OxfordGroundTruthFiles(folder);
        return Optional.of(new RetrievalSet(
                files.gallery, queries.stream().map(files::query).toList()));
    }

    private Query query(Path file) {
        String[] fields = text(file).strip().split("\\s+");
        if (fields.length != 5) {
            throw new DataLayoutException(
                    file, "holds %d fields, wanted are a picture's name and four corners".formatted(fields.length));
        }
        String name = fields[0].startsWith(PREFIX) ? fields[0].substring(PREFIX.length()) : fields[0];
        double[] corners = new double[4];
        for (int i = 0; i < corners.length; i++) {
            try {
                corners[i] = Double.parseDouble(fields[i + 1]);
            } catch (NumberFormatException e) {
                throw new DataLayoutException(file, "'%s' is no corner of a box".formatted(fields[i + 1]), e);
            }
        }
        String fileName = file.getFileName().toString();
        String id = fileName.substring(0, fileName.length() - QUERY.length());
        return new Query(
                id,
                OxfordLayout.picture(folder, name, Optional.of(OxfordLayout.box(corners))),
                items(file.resolveSibling(id + "_good.txt")),
                items(file.resolveSibling(id + "_ok.txt")),
                items(file.resolveSibling(id + "_junk.txt")));
    }

    private Set<Integer> items(Path file) {
        Set<Integer> items = new HashSet<>();
        for (String name : text(file)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList()) {
            Integer index = indices.get(name);
            if (index == null) {
                throw new DataLayoutException(file, "names '%s', which is no picture in jpg/".formatted(name));
            }
            items.add(index);
        }
        return items;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
    }

    private static List<Path> list(Path folder, String ending) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new DataLayoutException(folder, "cannot be read: " + e, e);
        }
    }
}
