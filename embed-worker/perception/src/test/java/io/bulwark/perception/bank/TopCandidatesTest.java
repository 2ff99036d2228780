package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TopCandidatesTest {

    @Property(tries = 500)
    void exactlyTheRowsWithinTheSlackOfTheKthAreKept(
            @ForAll @Size(min = 1, max = 60) float @FloatRange(min = -1, max = 1) [] similarities,
            @ForAll @IntRange(min = 1, max = 12) int k,
            @ForAll @FloatRange(min = 0, max = 0.5f) float slack,
            @ForAll @IntRange(min = 1, max = 60) int blockRows,
            @ForAll @IntRange(min = 1, max = 5) int stride) {
        TopCandidates candidates = new TopCandidates(k, slack, eachItsOwn(similarities.length));
        for (int from = 0; from < similarities.length; from += blockRows) {
            int count = Math.min(blockRows, similarities.length - from);
            float[] apart = new float[1 + stride * count];
            Arrays.fill(apart, 2);
            for (int i = 0; i < count; i++) {
                apart[1 + stride * i] = similarities[from + i];
            }
            candidates.offer(apart, 1, stride, count, from);
        }

        float[] sorted = similarities.clone();
        Arrays.sort(sorted);
        float cut = sorted.length < k ? Float.NEGATIVE_INFINITY : sorted[sorted.length - k] - slack;
        int[] expected = IntStream.range(0, similarities.length)
                .filter(row -> similarities[row] >= cut)
                .toArray();
        assertThat(candidates.rows()).isEqualTo(expected);
    }

    @Test
    void allRowsOfATieAtTheBoundaryStay() {
        TopCandidates candidates = new TopCandidates(2, 0, eachItsOwn(5));
        candidates.offer(new float[] {0.5f, 0.9f, 0.5f, 0.5f, 0.1f}, 0, 1, 5, 0);

        assertThat(candidates.rows()).containsExactly(0, 1, 2, 3);
    }

    @Property(tries = 500)
    void rowsOfAReferenceTakeOnePlaceTogether(
            @ForAll @Size(min = 1, max = 60) float @FloatRange(min = -1, max = 1) [] similarities,
            @ForAll @IntRange(min = 1, max = 8) int k,
            @ForAll @FloatRange(min = 0, max = 0.5f) float slack,
            @ForAll @IntRange(min = 1, max = 6) int rowsOfOne) {
        int[] referenceOf = IntStream.range(0, similarities.length)
                .map(row -> row / rowsOfOne)
                .toArray();
        TopCandidates candidates = new TopCandidates(k, slack, referenceOf);
        candidates.offer(similarities, 0, 1, similarities.length, 0);

        double[] best = IntStream.rangeClosed(0, referenceOf[referenceOf.length - 1])
                .mapToDouble(reference -> IntStream.range(0, similarities.length)
                        .filter(row -> referenceOf[row] == reference)
                        .mapToDouble(row -> similarities[row])
                        .max()
                        .orElseThrow())
                .sorted()
                .toArray();
        float cut = best.length < k ? Float.NEGATIVE_INFINITY : (float) best[best.length - k] - slack;
        assertThat(candidates.rows())
                .isEqualTo(IntStream.range(0, similarities.length)
                        .filter(row -> similarities[row] >= cut)
                        .toArray());
    }

    private static int[] eachItsOwn(int rows) {
        return IntStream.range(0, rows).toArray();
    }
}
