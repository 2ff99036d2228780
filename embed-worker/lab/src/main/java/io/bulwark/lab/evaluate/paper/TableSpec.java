package io.bulwark.lab.evaluate.paper;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.KnnTask;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.evaluate.Task;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a table has: a file of JSON. Folders count from the file's own.
 *
 * @param models rows
 * @param data sections
 * @param threats columns beside the clean one
 * @param curve further threat models, for curves over ε; attacked by the published attack alone
 * @param attacks rows of each model and data set
 * @param iterations of an APGD run
 * @param queries of Square
 * @param seed of what is random
 * @param compared whether NIGHTS has rows of the published figures of others
 */
record TableSpec(
        List<Model> models,
        List<Data> data,
        List<String> threats,
        List<String> curve,
        List<PaperAttack> attacks,
        Integer iterations,
        Integer queries,
        Long seed,
        boolean compared) {

    TableSpec {
        models = orEmpty(models);
        data = orEmpty(data);
        threats = threats == null ? List.of("linf:4/255", "l2:3") : List.copyOf(threats);
        curve = orEmpty(curve);
        attacks = attacks == null ? List.of(PaperAttack.PUBLISHED) : List.copyOf(attacks);
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /**
     * A model.
     *
     * @param name in the table
     * @param location a folder, {@code classpath:FOLDER} or {@code hf://OWNER/NAME[@REVISION]}; null of an ensemble
     * @param ensemble locations of encoders that are one row together, as DreamSim's are; null for one encoder
     * @param metric the published metric that it is, whose figures on NIGHTS stand beside it; null for none
     * @param published further figures in percent, by data set (as the table calls it), then by {@code clean} or the
     *     threat model ({@code linf:4/255})
     */
    record Model(
            String name,
            String location,
            List<String> ensemble,
            String metric,
            Map<String, Map<String, Double>> published) {

        Model {
            ensemble = orEmpty(ensemble);
            published = published == null ? Map.of() : Map.copyOf(published);
        }

        /** One location, or those of an ensemble. */
        List<String> locations() {
            return ensemble.isEmpty() ? List.of(location) : ensemble;
        }

        private boolean isNamedOnce(Set<String> names) {
            return name != null && (location == null) != ensemble.isEmpty() && names.add(name);
        }

        /** What is published of it in percent. */
        OptionalDouble figure(String data, String threat) {
            for (Map.Entry<String, Double> given :
                    published.getOrDefault(data, Map.of()).entrySet()) {
                boolean clean = given.getKey().equals(PublishedMetric.CLEAN);
                if (threat.equals(
                        clean ? PublishedMetric.CLEAN : threat(given.getKey()).toString())) {
                    return OptionalDouble.of(given.getValue());
                }
            }
            return metric != null && data.equals("NIGHTS")
                    ? PublishedMetric.named(metric).figures().under(threat)
                    : OptionalDouble.empty();
        }
    }

    /**
     * A data set: one of the five folders.
     *
     * @param labelled {@code references} and {@code queries}, each with a folder of pictures for each class
     * @param banks of labelled references: how many the nearest are searched among, a row each; null for all
     * @param images questions to ask, evenly spread; null for all
     */
    record Data(
            String nights,
            String bapps,
            String things,
            String landmarks,
            String labelled,
            List<Integer> banks,
            Integer images) {

        private List<PaperData> read(Path base) {
            if (nights != null) {
                return List.of(PaperData.nights(base.resolve(nights), images));
            }
            if (bapps != null) {
                return List.of(PaperData.bapps(base.resolve(bapps), images));
            }
            if (labelled != null) {
                return LabelledSet.read(base.resolve(labelled), orEmpty(banks), images);
            }
            return things != null
                    ? List.of(PaperData.things(base.resolve(things), images))
                    : PaperData.landmarks(base.resolve(landmarks), images);
        }

        private long folders() {
            return Stream.of(nights, bapps, things, landmarks, labelled)
                    .filter(folder -> folder != null)
                    .count();
        }
    }

    /** @throws DataLayoutException naming the file, and the line where it is no JSON of this form */
    static TableSpec read(Path file) {
        try {
            TableSpec spec = JsonMapper.builder()
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readValue(Files.readString(file), TableSpec.class);
            spec.require(file);
            return spec;
        } catch (JsonProcessingException e) {
            String where =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw new DataLayoutException(file, where + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new DataLayoutException(file, "cannot be read: " + e, e);
        }
    }

    private void require(Path file) {
        if (models.isEmpty() || data.isEmpty() || attacks.isEmpty()) {
            throw new DataLayoutException(file, "wanted is at least one of each: models, data, attacks");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < models.size(); i++) {
            Model model = models.get(i);
            if (!model.isNamedOnce(names)) {
                throw new DataLayoutException(
                        file,
                        "models[%d]: wanted are a name that no other has, and a location or an ensemble of several"
                                .formatted(i));
            }
            if (model.metric() != null && !model.ensemble().isEmpty()) {
                throw new DataLayoutException(file, "models[%d]: no published metric is an ensemble".formatted(i));
            }
            if (model.metric() != null) {
                PublishedMetric.named(model.metric());
            }
        }
        for (int i = 0; i < data.size(); i++) {
            if (data.get(i).folders() != 1) {
                throw new DataLayoutException(
                        file, "data[%d]: wanted is one of nights, bapps, things, landmarks and labelled".formatted(i));
            }
        }
        threatModels();
        curveModels();
        settings();
    }

    /** The columns. */
    List<ThreatModel> threatModels() {
        return threats.stream().map(TableSpec::threat).toList();
    }

    /** Those of the curves, weakest first as they are written. */
    List<ThreatModel> curveModels() {
        return curve.stream().map(TableSpec::threat).toList();
    }

    private static ThreatModel threat(String text) {
        return Threats.named("threats", text);
    }

    PaperAttack.Settings settings() {
        PaperAttack.Settings standard = PaperAttack.Settings.STANDARD;
        return new PaperAttack.Settings(
                iterations == null ? standard.iterations() : iterations,
                queries == null ? standard.queries() : queries,
                seed == null ? standard.seed() : seed);
    }

    /** A model's location: a folder beside the file where there is one. */
    static String location(Path file, String location) {
        if (location.contains(":")) {
            return location;
        }
        Path beside = base(file).resolve(location);
        return Files.isDirectory(beside) ? beside.toString() : location;
    }

    /** The data sets in their order, read whole before anything is asked. */
    List<PaperData> dataSets(Path file) {
        return data.stream().flatMap(set -> set.read(base(file)).stream()).toList();
    }

    private static Path base(Path file) {
        return file.toAbsolutePath().getParent();
    }

    /**
     * One's own labelled pictures in a table: nearest neighbours in banks of several sizes, and a linear head on the
     * largest of them. The paper's own sets of this kind were never to be had, so no figure here has a published one
     * beside it.
     *
     * <p>The folder holds {@code references} and {@code queries}, each with a folder of pictures for each class.
     */
    private static final class LabelledSet {

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
                            folder,
                            "a bank of %d is asked for, of references there are %d".formatted(size, all.size()));
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
}
