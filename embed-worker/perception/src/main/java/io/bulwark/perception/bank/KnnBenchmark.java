package io.bulwark.perception.bank;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How fast a bank is searched on this machine, beside a plain loop over the same rows in the same run, which also says
 * whether the answers are right.
 */
public final class KnnBenchmark {

    private KnnBenchmark() {}

    /**
     * What is measured.
     *
     * @param references rows of the bank, random directions
     * @param dimension of an embedding
     * @param batch queries a search, as many as the worker's batch has views
     * @param k neighbours a query
     * @param warmUp how long to search before the first timed search, at least once: the compiler needs hundreds of them
     *     before a worker's speed is reached
     * @param searches timed searches, at least 1
     * @param seed of the rows
     */
    public record Case(int references, int dimension, int batch, int k, Duration warmUp, int searches, long seed) {}

    /**
     * What came of it.
     *
     * @param measured the case
     * @param buildMillis time to make the snapshot of the references
     * @param medianMillis a query's share of the median search
     * @param p95Millis a query's share of the search that 95 % are faster than
     * @param plainMillis a query's time in the plain loop, the median over the queries of one batch
     * @param agreeing queries of that batch for which both name the same references in the same order
     */
    public record Result(
            Case measured,
            double buildMillis,
            double medianMillis,
            double p95Millis,
            double plainMillis,
            int agreeing) {}

    /** Runs one case on the calling thread. */
    public static Result run(Case measured) {
        SplittableRandom random = new SplittableRandom(measured.seed());
        List<LabelledEmbedding> references = new ArrayList<>(measured.references());
        for (int i = 0; i < measured.references(); i++) {
            references.add(new LabelledEmbedding(
                    String.format("%08d", i), i % 2 == 0 ? "even" : "odd", row(random, measured.dimension())));
        }
        float[] queries = new float[measured.batch() * measured.dimension()];
        for (int i = 0; i < measured.batch(); i++) {
            float[] query = row(random, measured.dimension());
            System.arraycopy(query, 0, queries, i * query.length, query.length);
        }
        long start = System.nanoTime();
        try (Bank bank = MatrixBank.of("benchmark", references)) {
            double buildMillis = millis(start);
            List<List<Neighbour>> found;
            long begin = System.nanoTime();
            do {
                found = bank.nearest(queries, measured.batch(), measured.k());
            } while (System.nanoTime() - begin < measured.warmUp().toNanos());
            double[] searches = new double[measured.searches()];
            for (int i = 0; i < searches.length; i++) {
                long searchStart = System.nanoTime();
                found = bank.nearest(queries, measured.batch(), measured.k());
                searches[i] = millis(searchStart) / measured.batch();
            }
            return withPlain(measured, buildMillis, searches, references, queries, found);
        }
    }

    private static Result withPlain(
            Case measured,
            double buildMillis,
            double[] searches,
            List<LabelledEmbedding> references,
            float[] queries,
            List<List<Neighbour>> found) {
        double[] plain = new double[measured.batch()];
        int agreeing = 0;
        for (int i = 0; i < measured.batch(); i++) {
            long start = System.nanoTime();
            List<Neighbour> slow = plainSearch(references, queries, i * measured.dimension(), measured.k());
            plain[i] = millis(start);
            agreeing += slow.equals(found.get(i)) ? 1 : 0;
        }
        return new Result(
                measured,
                buildMillis,
                quantile(searches, 0.5),
                quantile(searches, 0.95),
                quantile(plain, 0.5),
                agreeing);
    }

    /** Every cosine, one after the other, then a full sort. */
    static List<Neighbour> plainSearch(List<LabelledEmbedding> references, float[] queries, int offset, int k) {
        return references.stream()
                .map(reference -> new Neighbour(
                        reference.id(), reference.label(), UnitRow.cosine(queries, offset, reference.embedding())))
                .sorted(Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId))
                .limit(k)
                .toList();
    }

    private static float[] row(SplittableRandom random, int dimension) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) random.nextDouble(-1, 1);
        }
        return UnitRow.normalised(row);
    }

    private static double millis(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e6;
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
    }
}
