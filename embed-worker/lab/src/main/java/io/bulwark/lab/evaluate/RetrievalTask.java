package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.RetrievalLoss;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.perception.metric.Ranking;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Image-to-image retrieval. The score of a query is its average precision by trapezoids, so that the mean is the mAP of
 * Oxford and Paris; queries without an answer under the protocol are left out, as there, and so is for each query what
 * the protocol ignores. Attackers perturb the query and lower a smooth average precision; what is left of the real one
 * counts.
 *
 * @param set gallery and queries
 * @param protocol which answers count
 */
public record RetrievalTask(RetrievalSet set, RetrievalSet.Protocol protocol) implements Task {

    public RetrievalTask {
        set = answered(set, protocol);
    }

    private static RetrievalSet answered(RetrievalSet set, RetrievalSet.Protocol protocol) {
        int gallery = set.gallery().size();
        List<RetrievalSet.Query> answered = set.queries().stream()
                .filter(query -> answers(query, protocol, gallery).length > 0)
                .toList();
        if (answered.isEmpty()) {
            throw new IllegalArgumentException(
                    "no query has an answer under the protocol %s, at least one is needed".formatted(protocol));
        }
        return new RetrievalSet(set.gallery(), answered);
    }

    private static int[] answers(RetrievalSet.Query query, RetrievalSet.Protocol protocol, int gallery) {
        return IntStream.range(0, gallery).filter(protocol.relevant(query)).toArray();
    }

    @Override
    public String name() {
        return "retrieval " + protocol.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public List<PictureSource> pictures() {
        return set.queries().stream().map(RetrievalSet.Query::picture).toList();
    }

    @Override
    public String canonical() {
        return "retrieval by smooth precision, %s; gallery %s; queries %s"
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
    public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        return new Search(encoder.embed(set.gallery(), embedded));
    }

    private final class Search implements Task.Scorer {

        private final float[][] rows;
        private final EmbeddingLoss loss;

        Search(float[][] embeddings) {
            rows = Arrays.stream(embeddings)
                    .map(embedding -> UnitEmbedding.of(embedding).values())
                    .toArray(float[][]::new);
            loss = new RetrievalLoss(
                            rows, set.queries().stream().map(this::wanted).toList())
                    .batched();
        }

        private RetrievalLoss.Wanted wanted(RetrievalSet.Query query) {
            IntPredicate answers = protocol.relevant(query);
            IntPredicate ignored = protocol.ignored(query);
            return new RetrievalLoss.Wanted(
                    answers(query, protocol, rows.length),
                    IntStream.range(0, rows.length)
                            .filter(answers.or(ignored).negate())
                            .toArray());
        }

        @Override
        public double score(int question, float[] embedding) {
            RetrievalSet.Query query = set.queries().get(question);
            return Ranking.of(embedding, rows)
                    .without(protocol.ignored(query))
                    .trapezoidAveragePrecision(protocol.relevant(query));
        }

        @Override
        public EmbeddingLoss loss() {
            return loss;
        }
    }
}
