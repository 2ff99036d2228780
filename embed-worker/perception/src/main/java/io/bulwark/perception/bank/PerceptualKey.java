package io.bulwark.perception.bank;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Locality-sensitive hash of an embedding: {@value #BANDS} bands of {@value #BITS} bits, each bit the side of a random
 * hyperplane (Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002). Two embeddings at angle θ
 * agree in a bit with probability 1 - θ/π, so they share a band with probability 1 - (1 - (1 - θ/π)^16)^16:
 *
 * <table>
 * <caption>Chance to share a band</caption>
 * <tr><th>cosine</th><td>0.99</td><td>0.98</td><td>0.95</td><td>0.9</td><td>0.7</td><td>0.5</td><td>0</td></tr>
 * <tr><th>share</th><td>1.000</td><td>0.999</td><td>0.96</td><td>0.75</td><td>0.14</td><td>0.024</td><td>0.0002</td></tr>
 * </table>
 *
 * <p>Near-duplicates thus meet at an equal string, which is what a stream can group by. The hyperplanes have entries of
 * ±1 from a fixed generator (SplitMix64) and sums run in one order, so that every JVM gives the same key. Keys of
 * different encoders mean nothing to each other. Immutable; any thread.
 */
public final class PerceptualKey {

    static final int BANDS = 16;
    static final int BITS = 16;

    private static final int PLANES = BANDS * BITS;
    private static final long SEED = 0x42554C5741524BL;

    private final int dimension;
    /** {@code [D, PLANES]}: so laid out that the inner loop runs over planes and is vectorised. */
    private final float[] planes;

    /** @param dimension of the embeddings to come */
    public PerceptualKey(int dimension) {
        this.dimension = dimension;
        planes = new float[dimension * PLANES];
        long state = SEED;
        for (int i = 0; i < planes.length; i += Long.SIZE) {
            state += 0x9E3779B97F4A7C15L;
            long bits = splitMix64(state);
            for (int bit = 0; bit < Long.SIZE; bit++) {
                planes[i + bit] = (bits >>> bit & 1) == 0 ? -1 : 1;
            }
        }
    }

    /**
     * The bands of one embedding; of many at once, {@link #of(List)} costs less.
     *
     * @param embedding {@code [D]}; its length does not matter, its direction does
     * @throws IllegalArgumentException if it has another dimension
     */
    public List<String> of(float[] embedding) {
        return of(List.of(embedding)).get(0);
    }

    /**
     * The bands of embeddings, such as {@code 0:1f3a}, the band's number first. The planes are more than a core's cache
     * holds, so they are gone through once for all of them.
     *
     * @param embeddings each {@code [D]}
     * @return for each embedding its bands, in their order
     * @throws IllegalArgumentException if one has another dimension
     */
    public List<List<String>> of(List<float[]> embeddings) {
        for (float[] embedding : embeddings) {
            if (embedding.length != dimension) {
                throw new IllegalArgumentException(
                        "The embedding has " + embedding.length + " dimensions, this key is for " + dimension);
            }
        }
        float[][] sums = new float[embeddings.size()][PLANES];
        for (int d = 0; d < dimension; d++) {
            for (int i = 0; i < sums.length; i++) {
                accumulate(sums[i], embeddings.get(i)[d], d * PLANES);
            }
        }
        return Arrays.stream(sums).map(PerceptualKey::bands).toList();
    }

    private void accumulate(float[] sums, float value, int row) {
        for (int plane = 0; plane < PLANES; plane++) {
            sums[plane] += value * planes[row + plane];
        }
    }

    private static List<String> bands(float[] sums) {
        List<String> bands = new ArrayList<>(BANDS);
        for (int band = 0; band < BANDS; band++) {
            int bits = 0;
            for (int bit = 0; bit < BITS; bit++) {
                bits = bits << 1 | (sums[band * BITS + bit] > 0 ? 1 : 0);
            }
            bands.add(Integer.toHexString(band) + ":"
                    + Integer.toHexString(1 << BITS | bits).substring(1));
        }
        return List.copyOf(bands);
    }

    /** The output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
    private static long splitMix64(long state) {
        long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
