package io.bulwark.lab.evaluate.paper;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.OddOneOutLoss;
import io.bulwark.lab.data.BappsLayout;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.NightsLayout.Split;
import io.bulwark.lab.data.OxfordLayout;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.lab.data.ThingsLayout;
import io.bulwark.lab.data.ThingsLayout.OddOneOut;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.evaluate.ChoiceTask;
import io.bulwark.lab.evaluate.RetrievalTask;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.evaluate.Task;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.perception.metric.Choice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A data set of the paper's tables: what is asked, and the parts that are reported apart.
 *
 * @param name {@code NIGHTS}
 * @param score what the mean over questions is called
 * @param task all questions
 * @param ids a name for each question
 * @param parts the part of each question
 * @param total what the parts come to
 * @param judge how answers are made, of a data set that is judged in several ways
 */
public record PaperData(
        String name, String score, Task task, List<String> ids, List<String> parts, Total total, Judge judge) {

    /** Of the bootstrap's draws. */
    private static final long SEED = 1;

    private static final String PICTURES_TO_ASK = "--images";

    /**
     * One of several ways to judge the same questions, each a row.
     *
     * @param label {@code kNN, bank of 200}; empty where there is but one way
     * @param references that answers are made from; 0 for none
     * @param neighbours whether nearest references vote: then it is a point of the curve over the bank's size
     */
    public record Judge(String label, int references, boolean neighbours) {

        static final Judge ALONE = new Judge("", 0, false);
    }

    /** With one way to judge. */
    PaperData(String name, String score, Task task, List<String> ids, List<String> parts, Total total) {
        this(name, score, task, ids, parts, total, Judge.ALONE);
    }

    /** What stands for the whole data set. */
    public enum Total {
        /** The mean over questions, whatever their part. */
        ALL,
        /** The mean over parts, however many questions each has. */
        MEAN
    }

    /**
     * NIGHTS' test split, its halves apart (ImageNet first) and together.
     *
     * @param images questions to ask, evenly spread over all; null for all
     */
    public static PaperData nights(Path folder, Integer images) {
        Map<String, List<Triplet>> halves = new LinkedHashMap<>();
        NightsLayout.halves(folder)
                .forEach((half, triplets) ->
                        halves.put(half == Split.TEST_IMAGENET ? "ImageNet" : "no ImageNet", triplets));
        return choices("NIGHTS", halves, images, Total.ALL, ChoiceTask.Sight.PACKAGE);
    }

    /**
     * BAPPS' sets apart and their mean; answers are those of most people, squares are resized to the encoder's input.
     *
     * @param images as for {@link #nights}
     */
    public static PaperData bapps(Path folder, Integer images) {
        return choices("BAPPS", BappsLayout.decided(folder), images, Total.MEAN, ChoiceTask.Sight.BILINEAR);
    }

    private static PaperData choices(
            String name, Map<String, List<Triplet>> sets, Integer images, Total total, ChoiceTask.Sight sight) {
        Spread<Triplet> asked = Spread.of(sets, images);
        return new PaperData(
                name,
                "agreement",
                new ChoiceTask(asked.questions, LogitLoss.CROSS_ENTROPY, sight),
                asked.questions.stream().map(Triplet::id).toList(),
                asked.parts,
                total);
    }

    /**
     * THINGS' odd-one-out answers.
     *
     * @param images as for {@link #nights}
     */
    public static PaperData things(Path folder, Integer images) {
        Spread<ThingsLayout.OddOneOut> asked = Spread.of(Map.of("", ThingsLayout.read(folder)), images);
        return new PaperData(
                "THINGS",
                "accuracy",
                new OddOneOutTask(asked.questions),
                asked.questions.stream().map(ThingsLayout.OddOneOut::id).toList(),
                asked.parts,
                Total.ALL);
    }

    /**
     * Oxford or Paris, by the folder's name, under each protocol that a query has an answer under.
     *
     * @param images queries to ask; null for all
     */
    public static List<PaperData> landmarks(Path folder, Integer images) {
        RetrievalSet whole = OxfordLayout.read(folder);
        RetrievalSet asked =
                new RetrievalSet(whole.gallery(), RunOptions.spread(whole.queries(), images, PICTURES_TO_ASK));
        List<PaperData> protocols = new ArrayList<>();
        for (RetrievalSet.Protocol protocol : RetrievalSet.Protocol.values()) {
            if (asked.queries().stream().anyMatch(query -> isAnswered(asked, query, protocol))) {
                protocols.add(retrieval(folder.getFileName() + " " + protocol, new RetrievalTask(asked, protocol)));
            }
        }
        if (protocols.isEmpty()) {
            throw new DataLayoutException(folder, "no query has an answer in the ground truth");
        }
        return protocols;
    }

    private static boolean isAnswered(RetrievalSet set, RetrievalSet.Query query, RetrievalSet.Protocol protocol) {
        return IntStream.range(0, set.gallery().size()).anyMatch(protocol.relevant(query));
    }

    private static PaperData retrieval(String name, RetrievalTask task) {
        return new PaperData(
                name,
                "mAP",
                task,
                task.set().queries().stream().map(RetrievalSet.Query::id).toList(),
                task.pictures().stream().map(picture -> "").toList(),
                Total.ALL);
    }

    /**
     * What the whole comes to, then each part where there are several, with 95 % intervals over files.
     *
     * @param score of each question, in [0, 1]
     */
    public Map<String, FileBootstrap> scores(IntToDoubleFunction score) {
        Map<String, List<Integer>> byPart = new LinkedHashMap<>();
        for (int question = 0; question < parts.size(); question++) {
            byPart.computeIfAbsent(parts.get(question), part -> new ArrayList<>())
                    .add(question);
        }
        Map<String, FileBootstrap> ofParts = new LinkedHashMap<>();
        byPart.forEach((part, questions) -> ofParts.put(part, mean(questions, score)));
        Map<String, FileBootstrap> scores = new LinkedHashMap<>();
        scores.put(
                this.score,
                total == Total.MEAN
                        ? meanOf(List.copyOf(ofParts.values()))
                        : mean(IntStream.range(0, parts.size()).boxed().toList(), score));
        if (ofParts.size() > 1) {
            scores.putAll(ofParts);
        }
        return scores;
    }

    /** What the row of the whole is called. */
    public String whole() {
        if (!judge.label().isEmpty()) {
            return judge.label();
        }
        return total == Total.MEAN && parts.stream().distinct().count() > 1 ? "mean" : "all";
    }

    /** For files and ledgers: the name, and how it is judged where there are several ways. */
    String title() {
        return judge.label().isEmpty() ? name : name + " " + judge.label();
    }

    private FileBootstrap mean(List<Integer> questions, IntToDoubleFunction score) {
        return FileBootstrap.of(
                questions.stream().map(score::applyAsDouble).toList(),
                questions.stream()
                        .map(question -> task.pictures().get(question).source())
                        .toList(),
                SEED);
    }

    /** The parts' intervals are independent: their half widths add as the roots of squares do. */
    private static FileBootstrap meanOf(List<FileBootstrap> parts) {
        double value =
                parts.stream().mapToDouble(FileBootstrap::value).average().orElseThrow();
        Function<FileBootstrap, Double> half = part -> (part.high() - part.low()) / 2;
        double spread = Math.sqrt(parts.stream()
                        .mapToDouble(part -> half.apply(part) * half.apply(part))
                        .sum())
                / parts.size();
        return new FileBootstrap(
                value,
                Math.max(0, value - spread),
                Math.min(1, value + spread),
                parts.stream().mapToInt(FileBootstrap::pictures).sum(),
                parts.stream().mapToInt(FileBootstrap::files).sum());
    }

    /** Questions of all parts in a row, some of them where fewer are wanted. */
    private record Spread<T>(List<T> questions, List<String> parts) {

        static <T> Spread<T> of(Map<String, List<T>> sets, Integer images) {
            List<Map.Entry<String, T>> all = new ArrayList<>();
            sets.forEach((part, questions) -> questions.forEach(question -> all.add(Map.entry(part, question))));
            List<Map.Entry<String, T>> some = RunOptions.spread(all, images, PICTURES_TO_ASK);
            return new Spread<>(
                    some.stream().map(Map.Entry::getValue).toList(),
                    some.stream().map(Map.Entry::getKey).toList());
        }
    }

    /**
     * Which of three pictures does not belong. Attackers perturb the one that people left out. The perceptual-metrics
     * code asks this without an attack, so there is no published attack to compare with.
     *
     * @param triplets at least one
     */
    public record OddOneOutTask(List<OddOneOut> triplets) implements Task {

        public OddOneOutTask {
            triplets = List.copyOf(triplets);
        }

        @Override
        public String name() {
            return "odd-one-out";
        }

        @Override
        public List<PictureSource> pictures() {
            return triplets.stream()
                    .map(triplet -> triplet.pictures().get(triplet.odd()))
                    .toList();
        }

        @Override
        public String canonical() {
            return triplets.stream()
                    .map(triplet -> triplet.pictures().stream()
                            .map(PictureSource::name)
                            .collect(Collectors.joining(" ", "", ": " + triplet.odd())))
                    .collect(Collectors.joining("; ", "odd-one-out ", ""));
        }

        @Override
        public int prepared() {
            return (int) triplets.stream()
                    .flatMap(triplet -> others(triplet).stream())
                    .distinct()
                    .count();
        }

        private static List<PictureSource> others(OddOneOut triplet) {
            List<PictureSource> others = new ArrayList<>(triplet.pictures());
            others.remove(triplet.odd());
            return others;
        }

        @Override
        public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
            List<PictureSource> distinct = triplets.stream()
                    .flatMap(triplet -> others(triplet).stream())
                    .distinct()
                    .toList();
            float[][] rows = encoder.embed(distinct, embedded);
            Map<PictureSource, float[]> embeddings = new HashMap<>();
            IntStream.range(0, rows.length).forEach(i -> embeddings.put(distinct.get(i), rows[i]));
            List<float[][]> pairs = triplets.stream()
                    .map(triplet ->
                            others(triplet).stream().map(embeddings::get).toArray(float[][]::new))
                    .toList();
            EmbeddingLoss loss = new OddOneOutLoss(pairs).batched();
            return new Task.Scorer() {
                @Override
                public double score(int question, float[] embedding) {
                    int odd = triplets.get(question).odd();
                    List<float[]> three = new ArrayList<>(List.of(pairs.get(question)));
                    three.add(odd, embedding);
                    return Choice.OddOneOut.of(three.get(0), three.get(1), three.get(2)) == odd ? 1 : 0;
                }

                @Override
                public EmbeddingLoss loss() {
                    return loss;
                }
            };
        }
    }
}
