package io.bulwark.lab.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * The layouts of Oxford5k and Paris6k. Pictures lie in {@code jpg/}, and the ground truth is either
 *
 * <ul>
 *   <li>{@code gnd.json}, the revisited one (Radenovic et al., CVPR 2018) with the keys of its {@code gnd_*.pkl}:
 *       {@code imlist}, {@code qimlist}, and {@code gnd}, for each query {@code bbx}, {@code easy}, {@code hard},
 *       {@code junk}. The published file is a Python pickle, a program rather than data, which is not read here; {@code
 *       python3 -c "import json, pickle, sys; json.dump(pickle.load(open(sys.argv[1], 'rb')), sys.stdout,
 *       default=lambda a: a.tolist())" gnd_roxford5k.pkl > gnd.json} turns it.
 *   <li>or the original one (Philbin et al., CVPR 2007), see {@link OxfordGroundTruthFiles}.
 * </ul>
 */
public final class OxfordLayout {

    private static final String REVISITED = "gnd.json";

    private OxfordLayout() {}

    /** @throws DataLayoutException if there is no ground truth, or it names what is not there */
    public static RetrievalSet read(Path folder) {
        Path revisited = folder.resolve(REVISITED);
        if (Files.isRegularFile(revisited)) {
            return revisited(folder, revisited);
        }
        return OxfordGroundTruthFiles.read(folder)
                .orElseThrow(() -> new DataLayoutException(
                        folder, "holds neither " + REVISITED + " nor ground truth files *_query.txt, in it or in gt/"));
    }

    /** A picture of such a data set, whole or a box of it. */
    static PictureSource.PictureFile picture(Path folder, String name, Optional<PictureSource.Box> box) {
        Path pictures = folder.resolve("jpg");
        return PictureSource.PictureFile.in(pictures, name + ".jpg")
                .map(whole -> new PictureSource.PictureFile(whole.file(), box))
                .orElseThrow(() -> new DataLayoutException(
                        pictures, "'%s.jpg' is missing, the ground truth names it".formatted(name)));
    }

    /** Corners, left, top, right, bottom, rounded to whole pixels as Pillow's {@code crop} does: half to even. */
    static PictureSource.Box box(Path file, String query, double[] corners) {
        int left = (int) Math.rint(corners[0]);
        int top = (int) Math.rint(corners[1]);
        try {
            return new PictureSource.Box(
                    left, top, (int) Math.rint(corners[2]) - left, (int) Math.rint(corners[3]) - top);
        } catch (IllegalArgumentException e) {
            throw new DataLayoutException(file, "query '%s': %s".formatted(query, e.getMessage()), e);
        }
    }

    private static RetrievalSet revisited(Path folder, Path file) {
        try {
            JsonNode truth = new ObjectMapper().readTree(file.toFile());
            List<PictureSource> gallery = new ArrayList<>();
            Set<String> known = new HashSet<>();
            for (JsonNode name : array(file, truth, "imlist")) {
                if (!known.add(name.asText())) {
                    throw new DataLayoutException(file, "imlist names '%s' twice".formatted(name.asText()));
                }
                gallery.add(picture(folder, name.asText(), Optional.empty()));
            }
            JsonNode names = array(file, truth, "qimlist");
            JsonNode answers = array(file, truth, "gnd");
            if (names.isEmpty() || names.size() != answers.size()) {
                throw new DataLayoutException(
                        file, "has %d queries and %d answers".formatted(names.size(), answers.size()));
            }
            List<RetrievalSet.Query> queries = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                queries.add(query(folder, file, names.get(i).asText(), answers.get(i), gallery.size()));
            }
            return new RetrievalSet(gallery, queries);
        } catch (JsonProcessingException e) {
            throw new DataLayoutException(file, "cannot be read as JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
    }

    private static RetrievalSet.Query query(Path folder, Path file, String name, JsonNode answer, int gallery) {
        JsonNode corners = array(file, answer, "bbx");
        if (corners.size() != 4) {
            throw new DataLayoutException(
                    file, "query '%s': bbx has %d numbers, wanted are 4".formatted(name, corners.size()));
        }
        double[] box = Stream.iterate(0, i -> i + 1)
                .limit(4)
                .mapToDouble(i -> corners.get(i).asDouble())
                .toArray();
        return new RetrievalSet.Query(
                name,
                picture(folder, name, Optional.of(box(file, name, box))),
                indices(file, name, answer, "easy", gallery),
                indices(file, name, answer, "hard", gallery),
                indices(file, name, answer, "junk", gallery));
    }

    private static Set<Integer> indices(Path file, String query, JsonNode answer, String key, int gallery) {
        Set<Integer> indices = new HashSet<>();
        for (JsonNode index : array(file, answer, key)) {
            if (!index.canConvertToInt() || index.asInt() < 0 || index.asInt() >= gallery) {
                throw new DataLayoutException(
                        file, "query '%s': %s names %s, imlist has %d pictures".formatted(query, key, index, gallery));
            }
            indices.add(index.asInt());
        }
        return indices;
    }

    private static JsonNode array(Path file, JsonNode node, String key) {
        JsonNode array = node.path(key);
        if (!array.isArray()) {
            throw new DataLayoutException(file, "lacks the list '" + key + "'");
        }
        return array;
    }

    /**
     * The original ground truth of Oxford5k and Paris6k, in the data set's folder or in {@code gt/}: for each query
     * {@code NAME_query.txt} (a picture and the corners of a box), {@code NAME_good.txt}, {@code NAME_ok.txt} and
     * {@code NAME_junk.txt} (names of pictures). Good ones are the easy answers, ok ones the hard. All pictures of
     * {@code jpg/} are the gallery.
     */
    static final class OxfordGroundTruthFiles {

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

        private RetrievalSet.Query query(Path file) {
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
            return new RetrievalSet.Query(
                    id,
                    OxfordLayout.picture(folder, name, Optional.of(OxfordLayout.box(file, id, corners))),
                    items(file.resolveSibling(id + "_good.txt")),
                    items(file.resolveSibling(id + "_ok.txt")),
                    items(file.resolveSibling(id + "_junk.txt")));
        }

        private Set<Integer> items(Path file) {
            Set<Integer> items = new HashSet<>();
            int number = 1;
            for (String line : text(file).lines().map(String::strip).toList()) {
                Integer index = indices.get(line);
                if (index == null && !line.isEmpty()) {
                    throw new DataLayoutException(
                            file, "line %d: names '%s', which is no picture in jpg/".formatted(number, line));
                }
                if (index != null) {
                    items.add(index);
                }
                number++;
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
}
