package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.rows.RowReader;
import io.bulwark.perception.rows.RowSnapshot;
import io.bulwark.perception.rows.RowSnapshot.Estimates;
import io.bulwark.perception.rows.RowSnapshot.RowView;
import io.bulwark.perception.rows.RowStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TopCandidatesTest {

    /** Large enough that no row consists of halves by chance; all rows lie in one view. */
    private static final int DIMENSION = 8;

    /** For any errors within their bounds. */
    @Property(tries = 300)
    void theNearestReferencesAreFoundHoweverFewRowsMayStayOpen(
            @ForAll @IntRange(max = 1_000_000) int seed,
            @ForAll @IntRange(min = 1, max = 60) int rows,
            @ForAll @IntRange(min = 1, max = 8) int k,
            @ForAll @IntRange(min = 1, max = 6) int rowsOfOne,
            @ForAll @IntRange(min = 1, max = 80) int most) {
        Random random = new Random(seed);
        double error = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.5);
        float[] cosines = cosines(random, rows, 1.02);
        float[] estimates = cosines.clone();
        for (int row = 0; row < rows; row++) {
            estimates[row] += (float) (error * random.nextDouble(-1, 1));
        }
        List<StoredReference> references = new ArrayList<>();
        try (RowStore<StoredReference> store = stored(rows, rowsOfOne, references)) {
            Search search = new Search(references, cosines, rowsOfOne, k, most);

            assertThat(search.nearest(store, estimates, error + 1e-6))
                    .isEqualTo(nearest(cosines, references.size(), rowsOfOne, k, false));
            assertThat(search.mostAlike()).isEqualTo(nearest(cosines, references.size(), rowsOfOne, k, true));
            assertThat(search.rowsLookedAt).as("a row is looked at once").doesNotHaveDuplicates();
        }
    }

    @Property(tries = 100)
    void whatCannotBeAmongTheNearestIsNotLookedAt(
            @ForAll @IntRange(max = 1_000_000) int seed,
            @ForAll @IntRange(min = 1, max = 60) int rows,
            @ForAll @IntRange(min = 1, max = 12) int k) {
        float[] cosines = cosines(new Random(seed), rows, 0.99);
        List<StoredReference> references = new ArrayList<>();
        try (RowStore<StoredReference> store = stored(rows, 1, references)) {
            float[] sorted = cosines.clone();
            Arrays.sort(sorted);
            float last = sorted[Math.max(0, rows - k)];

            Search search = new Search(references, cosines, 1, k, 100);
            search.nearest(store, cosines, 0);
            assertThat(search.lookedAt).doesNotHaveDuplicates();
            assertThat(search.lookedAt).allMatch(i -> rows < k || cosines[i] >= last - RowReader.error());
        }
    }

    /** Some are equal, some beyond what a cosine is. */
    private static float[] cosines(Random random, int rows, double most) {
        float[] cosines = new float[rows];
        for (int row = 0; row < rows; row++) {
            cosines[row] = row > 0 && random.nextInt(4) == 0
                    ? cosines[random.nextInt(row)]
                    : (float) random.nextDouble(-most, most);
        }
        return cosines;
    }

    private static RowStore<StoredReference> stored(int rows, int rowsOfOne, List<StoredReference> references) {
        RowStore<StoredReference> store = new RowStore<>(DIMENSION);
        Random random = new Random(1);
        for (int from = 0; from < rows; from += rowsOfOne) {
            LabelledEmbedding reference = new LabelledEmbedding(
                    String.format("%04d", references.size()), "safe", Rows.random(random, DIMENSION), Optional.empty());
            references.add(new StoredReference(reference, "safe"));
            store.add(
                    references.get(references.size() - 1),
                    IntStream.range(from, Math.min(rows, from + rowsOfOne))
                            .mapToObj(row -> Rows.random(random, DIMENSION))
                            .toList());
        }
        return store;
    }

    /** A search whose exact cosines are given. */
    private static final class Search implements TopCandidates.Exact {

        private final List<StoredReference> references;
        private final float[] cosines;
        private final int rowsOfOne;
        private final TopCandidates candidates;
        private final int most;
        private final List<Integer> lookedAt = new ArrayList<>();
        private final List<String> rowsLookedAt = new ArrayList<>();

        Search(List<StoredReference> references, float[] cosines, int rowsOfOne, int k, int most) {
            this.references = references;
            this.cosines = cosines;
            this.rowsOfOne = rowsOfOne;
            this.most = most;
            candidates = new TopCandidates(k, most, rowsOfOne > 1, this);
        }

        List<Integer> nearest(RowStore<StoredReference> store, float[] estimates, double error) {
            try (RowSnapshot<StoredReference> snapshot = store.snapshot()) {
                snapshot.estimate(Rows.onCircle(DIMENSION, 0), 1, new RowSnapshot.Taker<>() {

                    @Override
                    public double about() {
                        return candidates.wanted();
                    }

                    @Override
                    public void take(int query, Estimates<StoredReference> real) {
                        candidates.offer(new Given(real, estimates, error));
                    }
                });
                assertThat(candidates.open()).isLessThanOrEqualTo(most);
                return ids(candidates.nearest());
            }
        }

        /** After {@link #nearest}. */
        List<Integer> mostAlike() {
            return ids(candidates.mostAlike());
        }

        private static List<Integer> ids(List<Neighbour> found) {
            return found.stream()
                    .map(each -> Integer.parseInt(each.referenceId()))
                    .toList();
        }

        @Override
        public double cosine(TopCandidates.Candidate candidate) {
            int place = candidate.row() - candidate.view().first(candidate.row());
            rowsLookedAt.add(candidate.reference().id() + "/" + place);
            return cosine(cosines[references.indexOf(candidate.reference()) * rowsOfOne + place]);
        }

        @Override
        public Neighbour neighbour(TopCandidates.Candidate candidate) {
            int reference = references.indexOf(candidate.reference());
            lookedAt.add(reference);
            int first = reference * rowsOfOne;
            float nearest = -1;
            for (int row = first; row < Math.min(cosines.length, first + rowsOfOne); row++) {
                nearest = Math.max(nearest, cosine(cosines[row]));
            }
            return new Neighbour(candidate.reference().id(), "safe", nearest, Optional.empty(), cosine(cosines[first]));
        }

        private static float cosine(float product) {
            return Math.max(-1, Math.min(1, product));
        }
    }

    /** Estimates that are given, each with the same error. */
    private record Given(Estimates<StoredReference> rows, float[] estimates, double error)
            implements Estimates<StoredReference> {

        @Override
        public RowView<StoredReference> view() {
            return rows.view();
        }

        @Override
        public float told(int row) {
            return estimates[row];
        }

        @Override
        public float cut(double wanted) {
            return Math.nextDown((float) (wanted - 2 * error));
        }

        @Override
        public boolean mayReach(int row, double wanted) {
            return most(row) >= wanted;
        }

        @Override
        public double least(int row) {
            return estimates[row] - error;
        }

        @Override
        public double most(int row) {
            return estimates[row] + error;
        }
    }

    private static List<Integer> nearest(float[] cosines, int references, int rowsOfOne, int k, boolean ownAlone) {
        Comparator<Integer> byCosine = Comparator.comparing(reference -> IntStream.range(0, cosines.length)
                .filter(row -> row / rowsOfOne == reference && (!ownAlone || row % rowsOfOne == 0))
                .mapToDouble(row -> Math.max(-1, Math.min(1, cosines[row])))
                .max()
                .orElseThrow());
        return IntStream.range(0, references)
                .boxed()
                .sorted(byCosine.reversed().thenComparing(Comparator.naturalOrder()))
                .limit(k)
                .toList();
    }
}
