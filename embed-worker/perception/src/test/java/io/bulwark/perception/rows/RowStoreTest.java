package io.bulwark.perception.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.bulwark.perception.metric.Length;
import io.bulwark.perception.safetensors.Halves;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RowStoreTest {

    private static final class Owner extends StoredRows {}

    private record Seen(RowSnapshot<Owner> snapshot, Map<Owner, List<float[]>> content) {}

    /** Rows come back bit for bit, from every snapshot, whatever came and went since. */
    @Property(tries = 25)
    void aSnapshotShowsWhatWasThereWhenItWasTaken(
            @ForAll @IntRange(max = 1_000_000) int seed, @ForAll @IntRange(min = 1, max = 20) int dimension) {
        Random random = new Random(seed);
        Map<Owner, List<float[]>> content = new HashMap<>();
        List<Seen> seen = new ArrayList<>();
        try (RowStore<Owner> store = new RowStore<>(dimension)) {
            for (int step = 0; step < 600; step++) {
                if (content.isEmpty() || random.nextInt(5) > step / 150) {
                    Owner owner = new Owner();
                    List<float[]> rows = rows(random, dimension);
                    store.add(owner, rows);
                    content.put(owner, rows);
                } else {
                    Owner gone = content.keySet().iterator().next();
                    same(store.rows(gone), content.remove(gone));
                    store.remove(gone);
                }
                if (step % 100 == 50) {
                    seen.add(new Seen(store.snapshot(), Map.copyOf(content)));
                }
            }
            for (Map.Entry<Owner, List<float[]>> each : content.entrySet()) {
                same(store.rows(each.getKey()), each.getValue());
            }
        }
        for (Seen each : seen) {
            same(each, dimension);
            each.snapshot().close();
        }
    }

    private static void same(Seen seen, int dimension) {
        Set<Owner> found = new HashSet<>();
        float[] query = unit(new Random(1), dimension);
        seen.snapshot().estimate(query, 1, (number, estimates, view, error) -> {
            for (int row = 0; row < view.size(); row++) {
                Owner owner = view.owner(row);
                if (owner == null) {
                    continue;
                }
                List<float[]> rows = seen.content().get(owner);
                float[] exact = view.exact(row);
                assertThat(exact).isEqualTo(rows.get(row - view.first(row)));
                assertThat(dot(exact, query))
                        .isBetween(Estimate.least(estimates[row], error), Estimate.most(estimates[row], error));
                found.add(owner);
            }
        });
        assertThat(found).isEqualTo(seen.content().keySet());
        assertThat(seen.snapshot().rows())
                .isEqualTo(seen.content().values().stream().mapToInt(List::size).sum());
    }

    private static void same(List<float[]> found, List<float[]> wanted) {
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(found.get(i)).isEqualTo(wanted.get(i));
        }
    }

    /** By libtorch, several blocks, and several queries. */
    @Test
    void noProductIsFartherFromTheExactOneThanIsSaid() {
        int dimension = 257;
        Random random = new Random(2);
        List<float[]> rows = new ArrayList<>();
        try (RowStore<Owner> store = new RowStore<>(dimension)) {
            for (int i = 0; i < 700; i++) {
                float[] row = i % 2 == 0 ? unit(random, dimension) : ofHalves(random, dimension);
                store.add(new Owner(), List.of(row));
                rows.add(row);
            }
            float[] queries = new float[9 * dimension];
            for (int query = 0; query < 9; query++) {
                float[] row = query < 3 ? rows.get(query) : unit(random, dimension);
                System.arraycopy(row, 0, queries, query * dimension, dimension);
            }
            int[] compared = new int[1];
            double[] widest = new double[1];
            try (RowSnapshot<Owner> snapshot = store.snapshot()) {
                snapshot.estimate(queries, 9, (query, estimates, view, error) -> {
                    float[] asked = java.util.Arrays.copyOfRange(queries, query * dimension, (query + 1) * dimension);
                    for (int row = 0; row < view.size(); row++) {
                        double exact = dot(view.exact(row), asked);
                        assertThat(exact)
                                .isBetween(Estimate.least(estimates[row], error), Estimate.most(estimates[row], error));
                        assertThat(estimates[row]).isGreaterThanOrEqualTo(Estimate.cut(exact, error));
                        widest[0] = Math.max(widest[0], error);
                        compared[0]++;
                    }
                });
            }
            assertThat(compared[0]).isEqualTo(9 * 700);
            assertThat(widest[0]).isLessThan(0.005);
        }
    }

    @Test
    void rowsOfHalvesTakeTwoAndAHalfBytesAnElementAtMost() {
        Random random = new Random(3);
        try (RowStore<Owner> halves = new RowStore<>(1280);
                RowStore<Owner> whole = new RowStore<>(1280)) {
            for (int i = 0; i < 64; i++) {
                halves.add(new Owner(), List.of(ofHalves(random, 1280)));
                whole.add(new Owner(), List.of(unit(random, 1280)));
            }
            assertThat(halves.bytes()).isEqualTo(64 * (2 * 1280 + 3 * 160 + 8));
            assertThat(whole.bytes()).isEqualTo(64 * 4 * 1280);
        }
    }

    /** However often rows are replaced, a third more is held than is needed, and what is written now. */
    @Test
    void gapsDoNotPileUp() {
        Random random = new Random(4);
        List<Owner> owners = new ArrayList<>();
        try (RowStore<Owner> store = new RowStore<>(4)) {
            for (int i = 0; i < 5000; i++) {
                owners.add(new Owner());
                store.add(owners.get(i), List.of(unit(random, 4)));
            }
            long full = store.bytes();
            for (int i = 0; i < 50_000; i++) {
                int replaced = random.nextInt(owners.size());
                store.remove(owners.get(replaced));
                store.add(owners.get(replaced), List.of(unit(random, 4)));
            }
            assertThat(store.bytes()).isLessThan(3 * full);
            for (Owner owner : owners.subList(100, 5000)) {
                store.remove(owner);
            }
            assertThat(store.rows()).isEqualTo(100);
            assertThat(store.bytes()).isLessThan(full);
        }
    }

    @Test
    void aClosedSnapshotGivesNothingAndIsClosedOnce() {
        Owner owner = new Owner();
        List<float[]> rows = List.of(unit(new Random(5), 8));
        try (RowStore<Owner> store = new RowStore<>(8)) {
            store.add(owner, rows);
            List<RowView<Owner>> views = new ArrayList<>();
            RowSnapshot<Owner> snapshot = store.snapshot();
            snapshot.estimate(rows.get(0), 1, (query, estimates, view, error) -> views.add(view));
            snapshot.close();
            snapshot.close();

            assertThatIllegalStateException().isThrownBy(() -> views.get(0).exact(0));
            assertThatIllegalStateException().isThrownBy(() -> snapshot.forEach(Set.of(owner), (each, all) -> {}));
            assertThatIllegalStateException()
                    .isThrownBy(() -> snapshot.estimate(rows.get(0), 1, (query, estimates, view, error) -> {}));
            same(store.rows(owner), rows);
        }
    }

    /** Divided by 1.008, their upper halves would be far from the row. */
    @Test
    void halvesThatAreFarFromTheirRowAreNotTaken() {
        Random random = new Random(6);
        float[] longer = unit(random, 256);
        for (int i = 0; i < longer.length; i++) {
            longer[i] = Halves.fromHalf(Halves.toHalf(longer[i] * 1.008f));
        }
        float[] row = Length.divided(longer, Length.of(longer, 0, longer.length));
        try (RowStore<Owner> store = new RowStore<>(256)) {
            store.add(new Owner(), List.of(row));
            assertThat(error(store, row)).isLessThan(0.008);
        }
    }

    @Test
    void aRowThatWentTakesItsErrorWithIt() {
        List<Owner> owners = new ArrayList<>();
        float[] rounded = unit(new Random(7), 64);
        try (RowStore<Owner> store = new RowStore<>(64)) {
            for (int i = 0; i <= 64; i++) {
                float[] axis = new float[64];
                axis[i % 64] = 1;
                owners.add(new Owner());
                store.add(owners.get(i), List.of(i == 0 ? rounded : axis));
            }
            float[] query = new float[64];
            query[0] = 1;
            double before = error(store, query);
            owners.subList(0, 16).forEach(store::remove);
            assertThat(error(store, query)).isLessThan(before / 2);
        }
    }

    /** The widest. */
    private static double error(RowStore<Owner> store, float[] query) {
        double[] widest = new double[1];
        try (RowSnapshot<Owner> snapshot = store.snapshot()) {
            snapshot.estimate(query, 1, (number, estimates, view, error) -> widest[0] = Math.max(widest[0], error));
        }
        return widest[0];
    }

    private static List<float[]> rows(Random random, int dimension) {
        List<float[]> rows = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            rows.add(random.nextInt(3) == 0 ? unit(random, dimension) : ofHalves(random, dimension));
        }
        return random.nextBoolean() ? rows.subList(0, 1) : rows;
    }

    private static float[] unit(Random random, int dimension) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) (random.nextGaussian() * Math.pow(2, -random.nextInt(12)));
        }
        row[random.nextInt(dimension)] = 0.5f;
        return Length.divided(row, Length.of(row, 0, dimension));
    }

    /** As a reference comes from the topic: a unit row in fp16, of length 1 again. Some elements are subnormal halves. */
    private static float[] ofHalves(Random random, int dimension) {
        float[] row = unit(random, dimension);
        for (int i = 0; i < dimension; i++) {
            row[i] = Halves.fromHalf(Halves.toHalf(row[i]));
        }
        return Length.divided(row, Length.of(row, 0, dimension));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
