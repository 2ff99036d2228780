package io.bulwark.perception.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.bulwark.perception.metric.Cosine.Length;
import io.bulwark.perception.rows.RowSnapshot.Estimates;
import io.bulwark.perception.rows.RowSnapshot.RowView;
import io.bulwark.perception.rows.RowStore.StoredRows;
import io.bulwark.perception.safetensors.ElementType.Halves;
import io.bulwark.perception.torch.RowBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        Random random = new Random(1);
        float[] query = unit(random, dimension);
        RowReader reader = new RowReader(dimension);
        reader.ask(query, 0);
        seen.snapshot().estimate(query, 1, new Taking(random.nextDouble(-1, 1), (number, estimates) -> {
            RowView<Owner> view = estimates.view();
            for (int row = 0; row < estimates.view().size(); row++) {
                Owner owner = view.owner(row);
                if (owner == null) {
                    continue;
                }
                List<float[]> rows = seen.content().get(owner);
                float[] exact = view.exact(row);
                assertThat(exact).isEqualTo(rows.get(row - view.first(row)));
                bounded(estimates, row, dot(exact, query));
                assertThat(reader.product(view, row)).isCloseTo(dot(exact, query), Offset.offset(RowReader.error()));
                found.add(owner);
            }
        }));
        assertThat(found).isEqualTo(seen.content().keySet());
        assertThat(seen.snapshot().rows())
                .isEqualTo(seen.content().values().stream().mapToInt(List::size).sum());
    }

    /** Every bound of a row holds. */
    private static void bounded(Estimates<Owner> estimates, int row, double exact) {
        assertThat(exact).isBetween(estimates.least(row), estimates.most(row));
        for (double wanted : new double[] {exact, exact - 1e-4, exact - 0.3, Double.NEGATIVE_INFINITY}) {
            assertThat(estimates.told(row)).isGreaterThanOrEqualTo(estimates.cut(wanted));
            assertThat(estimates.mayReach(row, wanted)).isTrue();
        }
    }

    private record Taking(double about, BiConsumer<Integer, Estimates<Owner>> each)
            implements RowSnapshot.Taker<Owner> {

        @Override
        public double about() {
            return about;
        }

        @Override
        public void take(int query, Estimates<Owner> estimates) {
            each.accept(query, estimates);
        }
    }

    private static void same(List<float[]> found, List<float[]> wanted) {
        assertThat(found).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(found.get(i)).isEqualTo(wanted.get(i));
        }
    }

    /** By libtorch, several blocks, several queries, rows at every angle to them, and any product of interest. */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NEGATIVE_INFINITY, -1, 0, 0.5, 0.97, 1})
    void noProductIsFartherFromTheExactOneThanItsBound(double about) {
        int dimension = 257;
        Random random = new Random(2);
        List<float[]> asked = new ArrayList<>();
        float[] queries = new float[9 * dimension];
        for (int query = 0; query < 9; query++) {
            asked.add(query % 2 == 0 ? unit(random, dimension) : ofHalves(random, dimension));
            System.arraycopy(asked.get(query), 0, queries, query * dimension, dimension);
        }
        int[] compared = new int[1];
        try (RowStore<Owner> store = new RowStore<>(dimension)) {
            for (int i = 0; i < 700; i++) {
                float[] row = i % 2 == 0 ? unit(random, dimension) : ofHalves(random, dimension);
                store.add(new Owner(), List.of(i % 3 == 0 ? row : near(asked.get(i % 9), row, random)));
            }
            try (RowSnapshot<Owner> snapshot = store.snapshot()) {
                snapshot.estimate(queries, 9, new Taking(about, (query, estimates) -> {
                    for (int row = 0; row < estimates.view().size(); row++) {
                        bounded(estimates, row, dot(estimates.view().exact(row), asked.get(query)));
                        assertThat(estimates.most(row) - estimates.least(row)).isLessThan(0.03);
                        compared[0]++;
                    }
                }));
            }
        }
        assertThat(compared[0]).isEqualTo(9 * 700);
    }

    /** The nearer a row is, the more is known of it, if it is known before where it may be. */
    @Test
    void aNearRowIsKnownBetterThanBfloatsTell() {
        int dimension = 1280;
        Random random = new Random(8);
        float[] query = unit(random, dimension);
        try (RowStore<Owner> store = new RowStore<>(dimension)) {
            for (int i = 0; i < 64; i++) {
                store.add(new Owner(), List.of(turned(query, unit(random, dimension), 0.97)));
            }
            assertThat(width(store, query, 0.97)).isLessThan(RowBlock.addsFirst() ? 0.003 : 0.012);
            assertThat(width(store, query, Double.NEGATIVE_INFINITY)).isBetween(0.007, 0.012);
        }
    }

    /**
     * Every row that may be near is found, and hardly one of the others: by sketches of few elements, too, of rows
     * that are alike, that differ in few elements, that came and went, and that were moved.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noNearRowIsRuledOut(boolean sketched) {
        int dimension = 512;
        double wanted = 0.97;
        Random random = new Random(9);
        float[] common = unit(random, dimension);
        List<Owner> owners = new ArrayList<>();
        try (RowStore<Owner> store = sketched ? RowStore.sketched(dimension) : new RowStore<>(dimension)) {
            for (int i = 0; i < 5000; i++) {
                owners.add(new Owner());
                float[] row = turned(common, few(random, dimension), random.nextDouble(0.4, 0.9));
                store.add(owners.get(i), List.of(i % 2 == 0 ? row : halves(row)));
                if (i % 3 == 0) {
                    store.remove(owners.get(i));
                }
            }
            owners.removeIf(owner -> owner.segment == null);
            // What is near to nearly all: sketches rule out too few.
            float[] everywhere = new float[8 * dimension];
            for (int query = 0; query < 8; query++) {
                System.arraycopy(common, 0, everywhere, query * dimension, dimension);
            }
            reaches(store, owners, everywhere, 0.5);
            float[] queries = new float[8 * dimension];
            for (int query = 0; query < 8; query++) {
                float[] row = store.rows(owners.get(400 * query)).get(0);
                float[] near = turned(row, query % 2 == 0 ? common : unit(random, dimension), 0.98);
                System.arraycopy(near, 0, queries, query * dimension, dimension);
            }
            reaches(store, owners, queries, wanted);
        }
    }

    private static void reaches(RowStore<Owner> store, List<Owner> owners, float[] queries, double wanted) {
        int dimension = queries.length / 8;
        List<Set<Owner>> found = new ArrayList<>();
        for (int query = 0; query < 8; query++) {
            found.add(new HashSet<>());
        }
        try (RowSnapshot<Owner> snapshot = store.snapshot()) {
            snapshot.reaching(
                    queries,
                    8,
                    wanted,
                    (query, view, row) ->
                            assertThat(found.get(query).add(view.owner(row))).isTrue());
        }
        int near = 0;
        for (int query = 0; query < 8; query++) {
            float[] asked = Arrays.copyOfRange(queries, query * dimension, (query + 1) * dimension);
            for (Owner owner : owners) {
                if (dot(store.rows(owner).get(0), asked) >= wanted) {
                    near++;
                    assertThat(found.get(query)).contains(owner);
                }
            }
        }
        assertThat(near).isGreaterThanOrEqualTo(8);
        assertThat(found.stream().mapToInt(Set::size).sum()).isLessThan(2 * near);
    }

    /** Most of it in a tenth of the elements. */
    private static float[] few(Random random, int dimension) {
        float[] row = unit(random, dimension);
        for (int i = 0; i < dimension; i += 10) {
            row[i] *= 20;
        }
        return Length.divided(row, Length.of(row, 0, dimension));
    }

    /** By how much a product may be more than it is at least: the widest. */
    private static double width(RowStore<Owner> store, float[] query, double about) {
        double[] widest = new double[1];
        try (RowSnapshot<Owner> snapshot = store.snapshot()) {
            snapshot.estimate(query, 1, new Taking(about, (number, estimates) -> {
                for (int row = 0; row < estimates.view().size(); row++) {
                    widest[0] = Math.max(widest[0], estimates.most(row) - estimates.least(row));
                }
            }));
        }
        return widest[0];
    }

    private static float[] near(float[] query, float[] other, Random random) {
        return turned(query, other, 1 - Math.pow(10, -random.nextDouble(0.5, 8)));
    }

    /** At about this cosine to a query, away from it towards another. */
    private static float[] turned(float[] query, float[] other, double cosine) {
        double along = dot(query, other);
        float[] across = new float[query.length];
        for (int i = 0; i < across.length; i++) {
            across[i] = (float) (other[i] - along * query[i]);
        }
        double share = Math.sqrt(1 - cosine * cosine) / Length.of(across, 0, across.length);
        for (int i = 0; i < across.length; i++) {
            across[i] = (float) (cosine * query[i] + share * across[i]);
        }
        return Length.divided(across, Length.of(across, 0, across.length));
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
            snapshot.estimate(rows.get(0), 1, new Taking(0, (query, estimates) -> views.add(estimates.view())));
            snapshot.close();
            snapshot.close();

            assertThatIllegalStateException().isThrownBy(() -> views.get(0).exact(0));
            assertThatIllegalStateException().isThrownBy(() -> snapshot.forEach(Set.of(owner), (each, all) -> {}));
            assertThatIllegalStateException()
                    .isThrownBy(() -> snapshot.estimate(rows.get(0), 1, new Taking(0, (query, estimates) -> {})));
            assertThatIllegalStateException().isThrownBy(() -> new RowReader(8).product(views.get(0), 0));
            same(store.rows(owner), rows);
        }
    }

    /** Divided by 1.008, their upper halves are far from the row, but point where it does. */
    @Test
    void theLengthOfHalvesHidesNothing() {
        Random random = new Random(6);
        float[] longer = unit(random, 256);
        for (int i = 0; i < longer.length; i++) {
            longer[i] = Halves.fromHalf(Halves.toHalf(longer[i] * 1.008f));
        }
        float[] row = Length.divided(longer, Length.of(longer, 0, longer.length));
        try (RowStore<Owner> store = new RowStore<>(256)) {
            store.add(new Owner(), List.of(row));
            assertThat(store.bytes()).isEqualTo(64 * (2 * 256 + 3 * 32 + 8));
            assertThat(width(store, row, 1)).isLessThan(0.002);
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
                axis[(i + 1) % 64] = 0x1p-40f; // no half
                owners.add(new Owner());
                store.add(owners.get(i), List.of(i == 0 ? rounded : axis));
            }
            float[] query = new float[64];
            query[0] = 1;
            float before = lowestCut(store, query);
            owners.subList(0, 16).forEach(store::remove);
            assertThat(lowestCut(store, query)).isGreaterThan(before + 0.0005f);
        }
    }

    /** What an estimate has to be for a product of a half, where it has to be least. */
    private static float lowestCut(RowStore<Owner> store, float[] query) {
        float[] lowest = {1};
        try (RowSnapshot<Owner> snapshot = store.snapshot()) {
            snapshot.estimate(
                    query,
                    1,
                    new Taking(0, (number, estimates) -> lowest[0] = Math.min(lowest[0], estimates.cut(0.5))));
        }
        return lowest[0];
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
        return halves(unit(random, dimension));
    }

    private static float[] halves(float[] unit) {
        float[] row = new float[unit.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = Halves.fromHalf(Halves.toHalf(unit[i]));
        }
        return Length.divided(row, Length.of(row, 0, row.length));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
