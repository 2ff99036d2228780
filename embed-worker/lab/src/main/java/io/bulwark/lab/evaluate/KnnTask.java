package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.attack.loss.Voters;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.metric.Ranking;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * kNN classification in the perceptual metric: the similarity-weighted vote of the k nearest references, by the bank
 * that a worker searches. Attackers perturb the query towards any other class.
 *
 * @param references at least two classes of them
 * @param queries whose classes are asked for
 * @param vote k and temperature
 */
public record KnnTask(List<Labelled> references, List<Labelled> queries, NeighbourVote vote) implements Task {

    public KnnTask {
        references = List.copyOf(references);
        queries = List.copyOf(queries);
        TreeSet<String> known = references.stream().map(Labelled::label).collect(Collectors.toCollection(TreeSet::new));
        if (known.size() < 2) {
            throw new IllegalArgumentException(
                    "the references are of %s alone, at least two classes are needed".formatted(known));
        }
        for (Labelled query : queries) {
            if (!known.contains(query.label())) {
                throw new IllegalArgumentException("%s is of class '%s', of which there is no reference; there are %s"
                        .formatted(query.picture().name(), query.label(), known));
            }
        }
    }

    @Override
    public String name() {
        return "knn";
    }

    @Override
    public List<PictureSource> pictures() {
        return queries.stream().map(Labelled::picture).toList();
    }

    @Override
    public String canonical() {
        return "%s; references %s; queries %s".formatted(vote, canonical(references), canonical(queries));
    }

    private static String canonical(List<Labelled> pictures) {
        return pictures.stream()
                .map(one -> one.picture().name() + "=" + one.label())
                .collect(Collectors.joining(" "));
    }

    @Override
    public int prepared() {
        return references.size();
    }

    @Override
    public int losses() {
        return Voters.all(references.stream().map(Labelled::label).distinct().toList())
                .size();
    }

    @Override
    public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        float[][] rows =
                encoder.embed(references.stream().map(Labelled::picture).toList(), embedded);
        return new Vote(encoder.description().fingerprint(), rows);
    }

    /** The class that the neighbours vote for. */
    private String decide(List<Neighbour> nearest, List<String> labels) {
        int[] order = IntStream.range(0, nearest.size()).toArray();
        double[] similarities =
                nearest.stream().mapToDouble(Neighbour::similarity).toArray();
        int[] classes = nearest.stream()
                .mapToInt(neighbour -> labels.indexOf(neighbour.label()))
                .toArray();
        return labels.get(
                vote.classes(new Ranking(order, similarities), classes).get(0));
    }

    private final class Vote implements Task.Scorer {

        private final MatrixBank bank;
        private final ReferenceGroups groups;
        private final List<String> labels;

        Vote(String fingerprint, float[][] rows) {
            List<LabelledEmbedding> embeddings = Labelled.embedded(references, rows);
            bank = MatrixBank.of(fingerprint, embeddings);
            groups = ReferenceGroups.byLabel(fingerprint, embeddings);
            labels = List.copyOf(bank.labels());
        }

        @Override
        public double score(int question, float[] embedding) {
            return wrong(UnitEmbedding.of(embedding).values(), new int[] {question})[0] ? 0 : 1;
        }

        private boolean[] wrong(float[] units, int[] questions) {
            List<List<Neighbour>> nearest = bank.nearest(units, questions.length, vote.k());
            boolean[] wrong = new boolean[questions.length];
            for (int row = 0; row < questions.length; row++) {
                wrong[row] = !decide(nearest.get(row), labels)
                        .equals(queries.get(questions[row]).label());
            }
            return wrong;
        }

        @Override
        public EmbeddingLoss loss() {
            return sides();
        }

        @Override
        public List<EmbeddingLoss> losses() {
            KnnLoss sides = sides();
            return Voters.all(groups.names()).stream()
                    .<EmbeddingLoss>map(sides::by)
                    .toList();
        }

        private KnnLoss sides() {
            String[] own = queries.stream().map(Labelled::label).toArray(String[]::new);
            KnnLoss.KnnDecision decision = this::wrong;
            return new KnnLoss(groups, own, vote.k(), vote.temperature(), decision);
        }

        @Override
        public void close() {
            bank.close();
            groups.close();
        }
    }

    /** Queries by class, for reports. */
    public Map<String, Long> classes() {
        return queries.stream().collect(Collectors.groupingBy(Labelled::label, TreeMap::new, Collectors.counting()));
    }

    /**
     * A picture of a known class.
     *
     * @param picture where it comes from
     * @param label its class
     */
    public record Labelled(PictureSource picture, String label) {

        /** The rows of a bank, each at length 1. Sorted by id as by index: ties go to the earlier picture. */
        static List<LabelledEmbedding> embedded(List<Labelled> pictures, float[][] rows) {
            return IntStream.range(0, rows.length)
                    .mapToObj(i -> new LabelledEmbedding(
                            "%09d".formatted(i),
                            pictures.get(i).label(),
                            UnitEmbedding.of(rows[i]).values()))
                    .toList();
        }
    }
}
