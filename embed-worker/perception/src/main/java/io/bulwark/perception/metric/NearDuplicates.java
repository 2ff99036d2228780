package io.bulwark.perception.metric;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pictures that are copies of each other, such as those of two accounts of one person, or one picture that two handed
 * in. Two pictures are near-duplicates where both their embeddings and their thumbnails say so, each less its mean: an
 * embedding alone calls two dresses of one cut alike, a thumbnail alone two pictures of one composition. Where copies
 * are a large part of all pictures, the mean of the embeddings lies among them, and less that they are alike no longer:
 * so the embeddings themselves may say so, too.
 */
public final class NearDuplicates {

    /** Blocks on each side of a thumbnail. */
    private static final int BLOCKS = 16;

    private static final int CHANNELS = 3;

    /** Cosine of two embeddings, less the mean of all, from which on they may be copies. */
    private static final double EMBEDDING = 0.8;

    /** The same where there is no thumbnail. */
    private static final double EMBEDDING_ALONE = 0.95;

    /** Cosine of two embeddings as they are from which on they may be, whatever the mean is. */
    public static final double EMBEDDING_ITSELF = 0.97;

    /** Correlation of two thumbnails from which on they may be. */
    private static final double THUMBNAIL = 0.85;

    private final float[][] around;
    private final float[][] themselves;

    private NearDuplicates(float[][] embeddings) {
        this.around = aroundTheirMean(embeddings);
        this.themselves = ofLengthOne(embeddings);
    }

    /**
     * The cluster of each picture: its group, merged with all that share a near-duplicate with it. Takes time with the
     * square of the pictures: some 4 s for 5,000.
     *
     * @param groups of pictures that belong together anyway, such as those of a contributor; a name for each picture
     * @param embeddings of the pictures, any length
     * @param thumbnails of the pictures, as {@link #thumbnail} makes them or other ones of one size
     * @return the name of one of its groups for each picture
     */
    public static List<String> clusters(List<String> groups, float[][] embeddings, float[][] thumbnails) {
        if (groups.isEmpty()) {
            return List.of();
        }
        NearDuplicates copies = new NearDuplicates(embeddings);
        float[][] seen = eachAroundItsMean(thumbnails);
        return merged(
                groups,
                (one, other) -> dot(seen[one], seen[other]) >= THUMBNAIL && copies.alike(one, other, EMBEDDING));
    }

    /**
     * The same where there are no pixels: of embeddings alone, which have to be nearer.
     *
     * @param groups of pictures that belong together anyway; a name for each picture
     * @param embeddings of the pictures, any length
     */
    public static List<String> clusters(List<String> groups, float[][] embeddings) {
        if (groups.isEmpty()) {
            return List.of();
        }
        NearDuplicates copies = new NearDuplicates(embeddings);
        return merged(groups, (one, other) -> copies.alike(one, other, EMBEDDING_ALONE));
    }

    private static List<String> merged(List<String> groups, BiPredicate<Integer, Integer> alike) {
        Map<String, String> into = new HashMap<>();
        for (int one = 0; one < groups.size(); one++) {
            for (int other = 0; other < one; other++) {
                String merged = last(into, groups.get(other));
                String cluster = last(into, groups.get(one));
                if (!merged.equals(cluster) && alike.test(one, other)) {
                    into.put(merged, cluster);
                }
            }
        }
        return groups.stream().map(group -> last(into, group)).toList();
    }

    /** Shortens the way there, so that a cluster of many does not take time with their cube. */
    private static String last(Map<String, String> into, String group) {
        String cluster = group;
        String next = into.get(cluster);
        while (next != null) {
            String afterNext = into.get(next);
            if (afterNext != null) {
                into.put(cluster, afterNext);
            }
            cluster = next;
            next = afterNext;
        }
        return cluster;
    }

    /**
     * Block means of a picture, 16 on each side.
     *
     * @param pixels {@code [height, width, 3]} unsigned bytes
     */
    public static float[] thumbnail(byte[] pixels, int height, int width) {
        float[] sums = new float[BLOCKS * BLOCKS * CHANNELS];
        int[] counts = new int[BLOCKS * BLOCKS];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int block = y * BLOCKS / height * BLOCKS + x * BLOCKS / width;
                counts[block]++;
                for (int channel = 0; channel < CHANNELS; channel++) {
                    sums[block * CHANNELS + channel] += pixels[(y * width + x) * CHANNELS + channel] & 0xff;
                }
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] /= Math.max(1, counts[i / CHANNELS]);
        }
        return sums;
    }

    /**
     * How many clusters pictures are, and how much they say.
     *
     * @param pictures how many
     * @param clusters that they fall into
     * @param largest pictures of the largest one
     * @param effective independent pictures of which a mean would vary as much as one over these where the pictures of
     *     a cluster are all alike: (&Sigma; n)&sup2; / &Sigma; n&sup2; (Kish, "Survey Sampling", 1965)
     */
    public record Sizes(int pictures, int clusters, int largest, double effective) {

        /** @param clusters the cluster of each picture */
        public static Sizes of(Collection<String> clusters) {
            Collection<Long> sizes = clusters.stream()
                    .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                    .values();
            double squares =
                    sizes.stream().mapToDouble(size -> (double) size * size).sum();
            return new Sizes(
                    clusters.size(),
                    sizes.size(),
                    sizes.stream().mapToInt(Long::intValue).max().orElse(0),
                    clusters.isEmpty() ? 0 : (double) clusters.size() * clusters.size() / squares);
        }
    }

    private boolean alike(int one, int other, double least) {
        return dot(around[one], around[other]) >= least || dot(themselves[one], themselves[other]) >= EMBEDDING_ITSELF;
    }

    private static float[][] aroundTheirMean(float[][] rows) {
        float[][] moved = new float[rows.length][];
        double[] mean = new double[rows[0].length];
        for (float[] row : rows) {
            double length = Math.sqrt(dot(row, row));
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / length / rows.length;
            }
        }
        for (int r = 0; r < rows.length; r++) {
            double length = Math.sqrt(dot(rows[r], rows[r]));
            moved[r] = new float[mean.length];
            for (int i = 0; i < mean.length; i++) {
                moved[r][i] = (float) (rows[r][i] / length - mean[i]);
            }
        }
        return ofLengthOne(moved);
    }

    private static float[][] eachAroundItsMean(float[][] rows) {
        float[][] moved = new float[rows.length][];
        for (int r = 0; r < rows.length; r++) {
            float[] row = rows[r];
            double mean = IntStream.range(0, row.length)
                    .mapToDouble(i -> row[i])
                    .average()
                    .orElseThrow();
            moved[r] = row.clone();
            for (int i = 0; i < row.length; i++) {
                moved[r][i] -= (float) mean;
            }
        }
        return ofLengthOne(moved);
    }

    /** Rows of one colour, or at the mean of all, stay next to nothing: they are like no other. */
    private static float[][] ofLengthOne(float[][] rows) {
        return Arrays.stream(rows)
                .map(row -> Cosine.Length.divided(row, Math.max(1e-12, Math.sqrt(dot(row, row)))))
                .toArray(float[][]::new);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
