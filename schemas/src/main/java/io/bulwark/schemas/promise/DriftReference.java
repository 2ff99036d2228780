package io.bulwark.schemas.promise;

import io.bulwark.schemas.promise.ReviewerError.Answers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What traffic of an approved time looked like, in a few kilobytes and without any picture. Embeddings become {@value
 * #DIMENSIONS} features by a fixed random projection (Johnson and Lindenstrauss 1984; signs as in Achlioptas 2003).
 * One part of the pictures makes {@value #CLUSTERS} clusters, by k-means, and says how far 99 % of pictures lie from
 * the nearest centre. A cell is a cluster, near or far. The other part is counted by cell, so that shares are not those
 * of the very pictures that made the cells. Immutable.
 *
 * <p>A tree of splits at medians was tried first: its leaves mix small clusters, so that what was new lay near them,
 * and a tenth of new pictures was not found in 12,000.
 */
public final class DriftReference {

    /** Features of a picture. */
    public static final int DIMENSIONS = 64;

    /** Cells: the near ones by cluster, then the far ones. */
    public static final int CELLS = 64;

    /** Part of the uploaders to whose pictures a reference is fitted. They are counted nowhere: cells suit them. */
    public static final double FITTED = 0.25;

    static final int CLUSTERS = 32;
    private static final int ROUNDS = 10;
    private static final double NEAR = 0.99;
    private static final int POWER_STEPS = 20;
    private static final int STEP = 8;
    private static final long SEED = 20261130;

    private final float[][] centres; // [CLUSTERS][DIMENSIONS], like ones beside each other
    private final float radius; // squared
    private final int[] counts; // by cell

    private DriftReference(float[][] centres, float radius, int[] counts) {
        this.centres = centres;
        this.radius = radius;
        this.counts = counts;
    }

    /**
     * The features of an embedding: the same for the same one, everywhere and always.
     *
     * @param embedding a unit row
     * @return {@value #DIMENSIONS} numbers, whose distances are about those of the embeddings
     */
    public static float[] features(float[] embedding) {
        var signs = new Random(SEED); // the one generator of which the Java platform specifies each number
        float[] features = new float[DIMENSIONS];
        for (float value : embedding) {
            long bits = signs.nextLong();
            for (int i = 0; i < DIMENSIONS; i++) {
                features[i] += (bits >>> i & 1) == 0 ? value : -value;
            }
        }
        float scale = (float) (1 / Math.sqrt(DIMENSIONS));
        for (int i = 0; i < DIMENSIONS; i++) {
            features[i] *= scale;
        }
        return features;
    }

    /**
     * Of two parts of the pictures of a time, divided by chance.
     *
     * @param fitted features that make the cells; the same ones in another order make others
     * @param counted features that are counted in them
     */
    public static DriftReference of(List<float[]> fitted, List<float[]> counted) {
        float[][] centres = centres(fitted);
        double[] distances = fitted.stream()
                .mapToDouble(each -> distance(centres[nearest(centres, each)], each))
                .sorted()
                .toArray();
        double radius = distances.length == 0 ? 0 : distances[(int) (NEAR * (distances.length - 1))];
        List<float[]> ordered = ordered(Arrays.asList(centres));
        var reference = new DriftReference(ordered.toArray(float[][]::new), (float) radius, new int[CELLS]);
        counted.forEach(features -> reference.counts[reference.cell(features)]++);
        return reference;
    }

    /** By k-means++ (Arthur and Vassilvitskii 2007) with fixed chances, then Lloyd's rounds. */
    private static float[][] centres(List<float[]> fitted) {
        float[][] centres = new float[CLUSTERS][DIMENSIONS];
        if (fitted.isEmpty()) {
            return centres;
        }
        var chance = new Random(SEED);
        double[] apart = new double[fitted.size()];
        Arrays.fill(apart, 1);
        for (int i = 0; i < CLUSTERS; i++) {
            centres[i] = fitted.get(drawn(apart, chance.nextDouble())).clone();
            for (int j = 0; j < apart.length; j++) {
                double distance = distance(centres[i], fitted.get(j));
                apart[j] = i == 0 ? distance : Math.min(apart[j], distance);
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            List<List<float[]>> members = Stream.generate(() -> (List<float[]>) new ArrayList<float[]>())
                    .limit(CLUSTERS)
                    .toList();
            for (float[] each : fitted) {
                members.get(nearest(centres, each)).add(each);
            }
            for (int i = 0; i < CLUSTERS; i++) {
                centres[i] = members.get(i).isEmpty() ? centres[i] : mean(members.get(i));
            }
        }
        return centres;
    }

    /** A place by chance, in proportion to its weight. */
    private static int drawn(double[] weights, double chance) {
        double left = chance * Arrays.stream(weights).sum();
        int place = 0;
        while (place < weights.length - 1 && (left -= weights[place]) >= 0) {
            place++;
        }
        return place;
    }

    /** So that like clusters follow each other: halved across their first principal direction, again and again. */
    private static List<float[]> ordered(List<float[]> centres) {
        if (centres.size() < 2) {
            return centres;
        }
        float[] mean = mean(centres);
        double[] direction = principal(centres, mean);
        List<float[]> along = new ArrayList<>(centres);
        along.sort(Comparator.comparingDouble(each -> dot(direction, each)));
        List<float[]> all = new ArrayList<>(ordered(along.subList(0, along.size() / 2)));
        all.addAll(ordered(along.subList(along.size() / 2, along.size())));
        return all;
    }

    private static float[] mean(List<float[]> members) {
        double[] sums = new double[DIMENSIONS];
        for (float[] each : members) {
            for (int i = 0; i < DIMENSIONS; i++) {
                sums[i] += each[i];
            }
        }
        float[] mean = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            mean[i] = (float) (sums[i] / members.size());
        }
        return mean;
    }

    /** The first principal direction, by the power method from a fixed start. */
    private static double[] principal(List<float[]> members, float[] mean) {
        double[] direction = new double[DIMENSIONS];
        Arrays.setAll(direction, i -> 1 + i / (double) DIMENSIONS);
        for (int step = 0; step < POWER_STEPS; step++) {
            double[] next = new double[DIMENSIONS];
            for (float[] each : members) {
                double along = dot(direction, each) - dot(direction, mean);
                for (int i = 0; i < DIMENSIONS; i++) {
                    next[i] += along * (each[i] - mean[i]);
                }
            }
            double length =
                    Math.sqrt(Arrays.stream(next).map(value -> value * value).sum());
            if (!(length > 0)) {
                return direction; // all alike
            }
            Arrays.setAll(direction, i -> next[i] / length);
        }
        return direction;
    }

    private static double dot(double[] direction, float[] features) {
        double sum = 0;
        for (int i = 0; i < DIMENSIONS; i++) {
            sum += direction[i] * features[i];
        }
        return sum;
    }

    private static int nearest(float[][] centres, float[] features) {
        int nearest = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < centres.length; i++) {
            float distance = distance(centres[i], features, least);
            if (distance < least) {
                least = distance;
                nearest = i;
            }
        }
        return nearest;
    }

    private static float distance(float[] one, float[] other) {
        return distance(one, other, Float.POSITIVE_INFINITY);
    }

    /** Squared; or, where it is known to be more than {@code least}, something else that is. */
    private static float distance(float[] one, float[] other, float least) {
        float sum = 0;
        for (int i = 0; i < DIMENSIONS && sum < least; i += STEP) {
            for (int j = i; j < i + STEP; j++) {
                float apart = one[j] - other[j];
                sum += apart * apart;
            }
        }
        return sum;
    }

    /** The cell of a picture, in [0, {@value #CELLS}). */
    public int cell(float[] features) {
        int cluster = nearest(centres, features);
        return distance(centres[cluster], features) <= radius ? cluster : CLUSTERS + cluster;
    }

    /** Pictures that were counted. */
    public int counted() {
        return Arrays.stream(counts).sum();
    }

    /** Those of them in a region. */
    public int counted(Region region) {
        int sum = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            sum += region.has(cell) ? counts[cell] : 0;
        }
        return sum;
    }

    /** The share of a region in the reference is at most this, but with probability delta. */
    double most(Region region, double delta) {
        return ReviewerError.upper(new Answers(counted(), counted(region)), delta);
    }

    /** As bytes, some 8 kB. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * (CLUSTERS * DIMENSIONS + 1) + Integer.BYTES * CELLS);
        for (float[] centre : centres) {
            for (float value : centre) {
                bytes.putFloat(value);
            }
        }
        bytes.putFloat(radius);
        for (int count : counts) {
            bytes.putInt(count);
        }
        return bytes.array();
    }

    /**
     * The reference that became these bytes.
     *
     * @throws java.nio.BufferUnderflowException where they are too few
     */
    public static DriftReference of(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        float[][] centres = new float[CLUSTERS][DIMENSIONS];
        for (float[] centre : centres) {
            for (int i = 0; i < DIMENSIONS; i++) {
                centre[i] = from.getFloat();
            }
        }
        float radius = from.getFloat();
        int[] counts = new int[CELLS];
        for (int i = 0; i < CELLS; i++) {
            counts[i] = from.getInt();
        }
        return new DriftReference(centres, radius, counts);
    }

    /**
     * Cells that are looked at together: a cluster or 2, 4, 8, … that follow each other, or what is far of these.
     *
     * @param far whether only far cells count: what is unlike all that was there
     * @param first cluster
     * @param clusters how many
     */
    public record Region(boolean far, int first, int clusters) {

        /** All that are looked at. */
        static List<Region> all() {
            List<Region> all = new ArrayList<>();
            for (int size = CLUSTERS; size >= 1; size /= 2) {
                for (int first = 0; first < CLUSTERS; first += size) {
                    all.add(new Region(true, first, size));
                    if (size < CLUSTERS) {
                        all.add(new Region(false, first, size));
                    }
                }
            }
            return List.copyOf(all);
        }

        /** Whether a cell belongs to it. */
        public boolean has(int cell) {
            int cluster = cell % CLUSTERS;
            return cluster >= first && cluster < first + clusters && (!far || cell >= CLUSTERS);
        }
    }
}
