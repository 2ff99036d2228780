package io.bulwark.lab.evaluate.photograph;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Contributors whose photographs are copies of each other's: accounts of one person, or one picture that two handed in.
 * Two photographs are near-duplicates where both their embeddings and their thumbnails say so, each less its mean: an
 * embedding alone calls two dresses of one cut alike, a thumbnail alone two pictures of one composition.
 */
final class NearDuplicates {

    /** Cosine of two embeddings, less the mean of all, from which on they may be copies. */
    private static final double EMBEDDING = 0.8;

    /** Correlation of two thumbnails from which on they may be. */
    private static final double THUMBNAIL = 0.85;

    private final float[][] embeddings;
    private final float[][] thumbnails;

    private NearDuplicates(float[][] embeddings, float[][] thumbnails) {
        this.embeddings = embeddings;
        this.thumbnails = thumbnails;
    }

    /**
     * The cluster of each photograph: its contributor, merged with all that share a near-duplicate with it.
     *
     * @param contributors of the photographs
     * @param embeddings of the photographs, any length
     * @param thumbnails block means of the photographs
     * @return the name of a contributor for each photograph
     */
    static List<String> clusters(List<String> contributors, float[][] embeddings, float[][] thumbnails) {
        NearDuplicates copies = new NearDuplicates(aroundTheirMean(embeddings), eachAroundItsMean(thumbnails));
        String[] cluster = contributors.toArray(String[]::new);
        for (int one = 0; one < cluster.length; one++) {
            for (int other = 0; other < one; other++) {
                if (!cluster[one].equals(cluster[other]) && copies.alike(one, other)) {
                    String merged = cluster[other];
                    String into = cluster[one];
                    IntStream.range(0, cluster.length)
                            .filter(i -> cluster[i].equals(merged))
                            .forEach(i -> cluster[i] = into);
                }
            }
        }
        return List.of(cluster);
    }

    private boolean alike(int one, int other) {
        return cosine(thumbnails[one], thumbnails[other]) >= THUMBNAIL
                && cosine(embeddings[one], embeddings[other]) >= EMBEDDING;
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
        return moved;
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
        return moved;
    }

    private static double cosine(float[] a, float[] b) {
        return dot(a, b) / Math.max(1e-12, Math.sqrt(dot(a, a) * dot(b, b)));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
