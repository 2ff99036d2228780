package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.perception.metric.Ranking;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** Ranking, average precision and the kNN vote, on given embeddings. */
final class RetrievalCheck implements GoldenCheck {

    @Override
    public void check(GoldenManifest.GoldenCase golden, GoldenFiles files, Findings findings) throws IOException {
        try (GoldenTensors data = files.tensors(golden.file("data"))) {
            JsonNode expected = files.json(golden.file("expected"));
            float[][] gallery = data.rows("gallery");
            List<Ranking> rankings = Arrays.stream(data.rows("queries"))
                    .map(query -> Ranking.of(query, gallery))
                    .toList();
            order(golden, data, rankings, findings);
            precision(golden, data, expected, rankings, findings);
            vote(expected, data, rankings, findings);
        }
    }

    private static void order(
            GoldenManifest.GoldenCase golden, GoldenTensors data, List<Ranking> rankings, Findings findings) {
        long[][] order = data.longRows("topk_indices");
        float[][] cosine = data.rows("topk_cosine");
        for (int query = 0; query < order.length; query++) {
            Ranking ranking = rankings.get(query);
            float[] similarities = new float[order[query].length];
            boolean same = true;
            for (int rank = 0; rank < similarities.length; rank++) {
                similarities[rank] = (float) ranking.similarities()[rank];
                same &= ranking.order()[rank] == order[query][rank];
            }
            findings.exact("order", same, "query " + query + " ranks otherwise");
            findings.close("cosine", similarities, cosine[query], golden.tolerance("cosine_abs"));
        }
    }

    private static void precision(
            GoldenManifest.GoldenCase golden,
            GoldenTensors data,
            JsonNode expected,
            List<Ranking> rankings,
            Findings findings) {
        int[] labels = data.integers("gallery_labels");
        int[] truth = data.integers("query_labels");
        double tolerance = golden.tolerance("ap_abs");
        double sum = 0;
        double trapezoids = 0;
        for (int query = 0; query < truth.length; query++) {
            int wanted = truth[query];
            IntPredicate relevant = item -> labels[item] == wanted;
            double precision = rankings.get(query).averagePrecision(relevant);
            double trapezoid = rankings.get(query).trapezoidAveragePrecision(relevant);
            JsonNode answer = expected.path("average_precision").path(query);
            findings.close("average precision", precision, answer.asDouble(), tolerance);
            sum += precision;
            trapezoids += trapezoid;
            for (int k : new int[] {1, 5, 10}) {
                JsonNode at =
                        expected.path("precision_at").path(String.valueOf(k)).path(query);
                findings.close(
                        "precision at " + k, rankings.get(query).precisionAt(k, relevant), at.asDouble(), tolerance);
            }
        }
        findings.close(
                "mean average precision",
                sum / truth.length,
                expected.path("mean_average_precision").asDouble(),
                tolerance);
        findings.close(
                "mean trapezoid precision",
                trapezoids / truth.length,
                expected.path("dino_trapezoid_map").asDouble(),
                tolerance);
    }

    private static void vote(JsonNode expected, GoldenTensors data, List<Ranking> rankings, Findings findings) {
        JsonNode knn = expected.path("knn");
        NeighbourVote vote =
                new NeighbourVote(knn.path("k").asInt(), knn.path("temperature").asDouble());
        int[] labels = data.integers("gallery_labels");
        int[] truth = data.integers("query_labels");
        int right = 0;
        for (int query = 0; query < truth.length; query++) {
            int predicted = vote.classes(rankings.get(query), labels).get(0);
            right += predicted == truth[query] ? 1 : 0;
            findings.exact(
                    "kNN class",
                    predicted == knn.path("predictions_numpy").path(query).asInt(),
                    "query " + query + " is " + predicted);
        }
        findings.close(
                "kNN top 1", 100.0 * right / truth.length, knn.path("top1").asDouble(), 1e-9);
    }
}
