package io.bulwark.robustness.evaluate;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.metric.Ranking;
import io.bulwark.robustness.attack.loss.EmbeddingLoss;
import io.bulwark.robustness.attack.loss.RetrievalLoss;
import io.bulwark.robustness.attack.loss.UnitEmbedding;
import io.bulwark.robustness.evaluate.data.PictureSource;
import io.bulwark.robustness.evaluate.data.RetrievalSet;
import io.bulwark.robustness.evaluate.data.RetrievalSet.Protocol;
import io.bulwark.robustness.evaluate.data.RetrievalSet.Query;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Image-to-image retrieval. The score of a query is its average precision by trapezoids, so that the mean is the mAP of
 * Oxford and Paris; queries without an answer under the protocol are left out, as there. Attackers perturb the query and
 * drive it away from its matches; a query that finds none of them among the first ten counts as fooled, and the average
 * precision that is left of it counts.
 *
 * @param set gallery and queries
 * @param protocol which answers count
 */
public record RetrievalTask(RetrievalSet set, Protocol protocol) implements Task {

    /** How deep the defender looks. */
    private static final int DEPTH = 10;

    public RetrievalTask {
        set = answered(set, protocol);
    }

    private static RetrievalSet answered(RetrievalSet set, Protocol protocol) {
        int gallery = set.gallery().size();
        List<Query> answered = set.queries().stream()
                .filter(query -> answers(query, protocol, gallery).length > 0)
                .toList();
        if (answered.isEmpty()) {
            throw new IllegalArgumentException(
                    "no query has an answer under the protocol %s, at least one is needed".formatted(protocol));
        }
        return new RetrievalSet(set.gallery(), answered);
    }

    private static int[] answers(Query query, Protocol protocol, int gallery) {
        return IntStream.range(0, gallery).filter(protocol.relevant(query)).toArray();
    }

    @Override
    public String name() {
        return "retrieval";
    }

    @Override
    public List<PictureSource> pictures() {
        return set.queries().stream().map(Query::picture).toList();
    }

    @Override
    public String canonical() {
        return "retrieval %s; gallery %s; queries %s"
                .formatted(
                        protocol,
                        set.gallery().stream().map(PictureSource::name).collect(Collectors.joining(" ")),
                        set.queries().stream()
                                .map(query -> "%s %s %s %s"
                                        .formatted(
                                                query.picture().name(),
                                                sorted(query.easy()),
                                                sorted(query.hard()),
                                                sorted(query.junk())))
                                .collect(Collectors.joining("; ")));
    }

    private static List<Integer> sorted(Set<Integer> items) {
        return items.stream().sorted().toList();
    }

    @Override
    public int prepared() {
        return set.gallery().size();
    }

    @Override
    public Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        return new Search(encoder.description().fingerprint(), encoder.embed(set.gallery(), embedded));
    }

    private final class Search implements Scorer {

        private final float[][] rows;
        private final MatrixBank gallery;
        private final EmbeddingLoss loss;

        Search(String fingerprint, float[][] embeddings) {
            rows = new float[embeddings.length][];
            List<LabelledEmbedding> items = new ArrayList<>();
            Map<String, float[]> byId = new HashMap<>();
            for (int item = 0; item < rows.length; item++) {
                rows[item] = UnitEmbedding.of(embeddings[item]).values();
                items.add(new LabelledEmbedding(id(item), "gallery", rows[item]));
                byId.put(id(item), rows[item]);
            }
            gallery = MatrixBank.of(fingerprint, items);
            List<Set<String>> matches = set.queries().stream()
                    .map(query -> IntStream.of(answers(query, protocol, rows.length))
                            .mapToObj(this::id)
                            .collect(Collectors.toSet()))
                    .toList();
            loss = new RetrievalLoss(gallery, byId, matches, DEPTH).batched();
        }

        private String id(int item) {
            return "%09d".formatted(item);
        }

        @Override
        public double score(int question, float[] embedding) {
            Query query = set.queries().get(question);
            return Ranking.of(embedding, rows)
                    .without(protocol.ignored(query))
                    .trapezoidAveragePrecision(protocol.relevant(query));
        }

        @Override
        public EmbeddingLoss loss() {
            return loss;
        }

        @Override
        public void close() {
            gallery.close();
        }
    }
}
