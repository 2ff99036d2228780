package io.bulwark.perception.bank;

import com.sun.management.OperatingSystemMXBean;
import io.bulwark.perception.torch.FloatMatrix;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How fast a bank is searched and changed on this machine, beside a plain loop over the same rows in the same run, which
 * also says whether the answers are right. The references are what the topic would bring, in half precision: random directions,
 * a share of which may be much alike, or places between pictures. They are generated again whenever they are needed:
 * the bank alone holds them.
 */
public final class KnnBenchmark {

    private static final Comparator<Neighbour> NEAREST =
            Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId);

    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    /** Distance of similar references from their common direction: their cosines are about 0.99. */
    private static final float ALIKE = 0.1f;

    private final Case measured;
    private final float[] queries;

    private KnnBenchmark(Case measured) {
        this.measured = measured;
        queries = new float[measured.batch() * measured.dimension()];
        for (int i = 0; i < measured.batch(); i++) {
            float[] query = row(-1L - i);
            System.arraycopy(query, 0, queries, i * query.length, query.length);
        }
    }

    /**
     * What is measured.
     *
     * @param references rows of the bank
     * @param dimension of an embedding
     * @param alike share of the references that lie near one direction, as all queries then do; in [0, 1]
     * @param pictures embeddings, of which each reference and query is one that was moved up to half of the way to another;
     *     of none, they are directions
     * @param matrix whether the fp32 product of the same rows is measured, too, in turn with the bank's searches
     * @param batch queries a search, as many as the worker's batch has views
     * @param k neighbours a query
     * @param warmUp how long to search before the first timed search, at least once: the compiler needs hundreds of them
     *     before a worker's speed is reached
     * @param searches timed searches, at least 1
     * @param changes timed changes, at least 1: one reference is replaced, and a snapshot made
     * @param seed of the rows
     */
    public record Case(
            int references,
            int dimension,
            double alike,
            List<float[]> pictures,
            boolean matrix,
            int batch,
            int k,
            Duration warmUp,
            int searches,
            int changes,
            long seed) {}

    /**
     * The result.
     *
     * @param measured the case
     * @param buildMillis time to put the references and make the first snapshot; making them up is not counted
     * @param changeMillis time until a changed reference is in a snapshot and found by a search of one query, the median
     * @param slowestChangeMillis the same, the slowest
     * @param fastestMillis a query's share of the fastest search: what the machine does where nothing else runs
     * @param medianMillis a query's share of the median search
     * @param p95Millis a query's share of the search that 95 % are faster than
     * @param cpuMillis a query's share of the processor time that the process took while it searched, the mean
     * @param matrixMillis a query's share of the median fp32 product and the k largest of it; 0 if it is not measured
     * @param matrixCpuMillis a query's share of the processor time of these, the mean
     * @param openRows rows that a query leaves open, the mean: its estimate does not tell, so that they are looked at exactly
     * @param plainMillis a query's time in the plain loop
     * @param agreeing queries of that batch for which both name the same references in the same order, with the same
     *     similarities to the last bit
     * @param nativeBytes of native memory that the bank's rows have room for
     * @param heapBytes of the heap that are in use while the bank is, after a collection; what else the process has is in it
     */
    public record Result(
            Case measured,
            double buildMillis,
            double changeMillis,
            double slowestChangeMillis,
            double fastestMillis,
            double medianMillis,
            double p95Millis,
            double cpuMillis,
            double matrixMillis,
            double matrixCpuMillis,
            double openRows,
            double plainMillis,
            int agreeing,
            long nativeBytes,
            long heapBytes) {}

    /** Runs one case on the calling thread. */
    public static Result run(Case measured) {
        return new KnnBenchmark(measured).run();
    }

    private Result run() {
        try (BankBuilder builder = new BankBuilder("benchmark", measured.dimension(), Clock.systemUTC())) {
            double buildMillis = build(builder);
            double[] changes = new double[measured.changes()];
            for (int i = 0; i < changes.length; i++) {
                changes[i] = change(builder, i);
            }
            try (MatrixBank bank = builder.snapshot()) {
                List<Times> times = search(bank);
                Times matrix = times.size() > 1 ? times.get(1) : new Times(new double[1], 0);
                System.gc();
                Runtime machine = Runtime.getRuntime();
                long heap = machine.totalMemory() - machine.freeMemory();
                long openedBefore = bank.opened();
                List<List<Neighbour>> found = bank.nearest(queries, measured.batch(), measured.k());
                double openRows = (double) (bank.opened() - openedBefore) / measured.batch();
                Plain plain = plain();
                return new Result(
                        measured,
                        buildMillis,
                        quantile(changes, 0.5),
                        quantile(changes, 1),
                        quantile(times.get(0).millis(), 0),
                        quantile(times.get(0).millis(), 0.5),
                        quantile(times.get(0).millis(), 0.95),
                        times.get(0).cpuMillis(),
                        quantile(matrix.millis(), 0.5),
                        matrix.cpuMillis(),
                        openRows,
                        plain.millis(),
                        plain.agreeing(found),
                        builder.bytes(),
                        heap);
            }
        }
    }

    private double build(BankBuilder builder) {
        double millis = 0;
        for (int i = 0; i < measured.references(); i++) {
            LabelledEmbedding reference = reference(i);
            long start = System.nanoTime();
            builder.put(reference);
            millis += millis(start);
        }
        long start = System.nanoTime();
        builder.snapshot().close();
        return millis + millis(start);
    }

    /** The last reference is somewhere else first, and at last where it was. */
    private double change(BankBuilder builder, int round) {
        LabelledEmbedding last = reference(measured.references() - 1);
        boolean isBack = round == measured.changes() - 1;
        LabelledEmbedding changed = isBack
                ? last
                : LabelledEmbedding.ofHalf(last.id(), last.label(), HalfFloats.encode(row(Long.MIN_VALUE + round)));
        long start = System.nanoTime();
        builder.put(changed);
        try (Bank bank = builder.snapshot()) {
            Neighbour nearest = bank.nearest(changed.embedding(), 1, 1).get(0).get(0);
            double millis = millis(start);
            if (!nearest.referenceId().equals(last.id())) {
                throw new IllegalStateException("A changed reference was not found: " + nearest);
            }
            return millis;
        }
    }

    /** Times of the bank and, if wanted, those of the matrix. */
    private List<Times> search(Bank bank) {
        Runnable ofBank = () -> bank.nearest(queries, measured.batch(), measured.k());
        if (!measured.matrix()) {
            return time(List.of(ofBank));
        }
        try (FloatMatrix matrix = new FloatMatrix(
                measured.references(),
                measured.dimension(),
                row -> reference(row).embedding())) {
            return time(List.of(ofBank, () -> matrix.nearest(queries, measured.batch(), measured.k())));
        }
    }

    /** Runs searches in turn. */
    private List<Times> time(List<Runnable> searches) {
        for (Runnable search : searches) {
            long begin = System.nanoTime();
            do {
                search.run();
            } while (System.nanoTime() - begin < measured.warmUp().toNanos());
        }
        double[][] millis = new double[searches.size()][measured.searches()];
        long[] cpuNanos = new long[searches.size()];
        for (int i = 0; i < measured.searches(); i++) {
            for (int which = 0; which < searches.size(); which++) {
                long cpuBefore = PROCESS.getProcessCpuTime();
                long start = System.nanoTime();
                searches.get(which).run();
                millis[which][i] = millis(start) / measured.batch();
                cpuNanos[which] += PROCESS.getProcessCpuTime() - cpuBefore;
            }
        }
        List<Times> times = new ArrayList<>();
        for (int which = 0; which < searches.size(); which++) {
            times.add(new Times(millis[which], cpuNanos[which] / 1e6 / measured.searches() / measured.batch()));
        }
        return times;
    }

    /** A query's share of each search, and the mean of their processor time. */
    private record Times(double[] millis, double cpuMillis) {}

    /** Every cosine, one after the other. */
    private Plain plain() {
        List<List<Neighbour>> nearest = new ArrayList<>();
        for (int query = 0; query < measured.batch(); query++) {
            nearest.add(new ArrayList<>());
        }
        double millis = 0;
        for (int i = 0; i < measured.references(); i++) {
            LabelledEmbedding reference = reference(i);
            long start = System.nanoTime();
            for (int query = 0; query < measured.batch(); query++) {
                float cosine = UnitRow.cosine(queries, query * measured.dimension(), reference.embedding());
                insert(nearest.get(query), new Neighbour(reference.id(), reference.label(), cosine));
            }
            millis += millis(start);
        }
        return new Plain(nearest, millis / measured.batch());
    }

    private void insert(List<Neighbour> nearest, Neighbour neighbour) {
        int place = nearest.size();
        while (place > 0 && NEAREST.compare(neighbour, nearest.get(place - 1)) < 0) {
            place--;
        }
        if (place < measured.k()) {
            nearest.add(place, neighbour);
        }
        if (nearest.size() > measured.k()) {
            nearest.remove(measured.k());
        }
    }

    private record Plain(List<List<Neighbour>> nearest, double millis) {

        int agreeing(List<List<Neighbour>> found) {
            int agreeing = 0;
            for (int query = 0; query < nearest.size(); query++) {
                agreeing += nearest.get(query).equals(found.get(query)) ? 1 : 0;
            }
            return agreeing;
        }
    }

    private LabelledEmbedding reference(int number) {
        return LabelledEmbedding.ofHalf(
                String.format("%08d", number), number % 2 == 0 ? "even" : "odd", HalfFloats.encode(row(number)));
    }

    private float[] row(long number) {
        SplittableRandom random = new SplittableRandom(measured.seed() * 0x9E3779B97F4A7C15L + number);
        return measured.pictures().isEmpty() ? direction(number, random) : between(random);
    }

    private float[] between(SplittableRandom random) {
        List<float[]> pictures = measured.pictures();
        float[] near = pictures.get(random.nextInt(pictures.size()));
        float[] other = pictures.get(random.nextInt(pictures.size()));
        float share = (float) random.nextDouble(0.5);
        float[] row = new float[near.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (1 - share) * near[i] + share * other[i];
        }
        return UnitRow.normalised(row);
    }

    private float[] direction(long number, SplittableRandom random) {
        float[] row = new float[measured.dimension()];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextDouble(-1, 1);
        }
        float[] normalised = UnitRow.normalised(row);
        // Queries have negative numbers.
        boolean alike = number < 0 ? measured.alike() > 0 : random.nextDouble() < measured.alike();
        if (!alike) {
            return normalised;
        }
        SplittableRandom common = new SplittableRandom(measured.seed());
        float[] centre = new float[row.length];
        for (int i = 0; i < centre.length; i++) {
            centre[i] = (float) common.nextDouble(-1, 1);
        }
        centre = UnitRow.normalised(centre);
        for (int i = 0; i < centre.length; i++) {
            centre[i] += ALIKE * normalised[i];
        }
        return UnitRow.normalised(centre);
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
