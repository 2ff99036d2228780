package io.bulwark.perception.flagged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex.Contents;
import io.bulwark.perception.flagged.FlaggedIndex.Nearness;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.metric.Cosine.Length;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlaggedIndexTest {

    /** Many entries at nearly the same place, of different widths: the nearest centre is not what holds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_entry_that_is_found_is_that_of_the_plain_loop(long seed) {
        Random random = new Random(seed);
        List<FlaggedEntry> entries = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            entries.add(entry("e" + i, around(random, 0.15), random.nextDouble() * FlaggedEntry.WIDEST));
        }
        try (FlaggedIndex index = FlaggedIndex.of(Map.of("default", new Contents(entries, Set.of())))) {
            for (int query = 0; query < 40; query++) {
                float[] row = around(random, 0.3);
                double bound = random.nextDouble() * 0.3;
                assertThat(nearest(index, "default", List.of(row), bound)
                                .map(near -> near.entry().id()))
                        .isEqualTo(plain(entries, row, bound).map(FlaggedEntry::id));
            }
        }
    }

    /** Enough rows and elements that a search looks at few elements of each row first. */
    @Test
    void of_many_entries_that_are_alike_the_one_that_is_found_is_that_of_the_plain_loop() {
        int dimension = 512;
        Random random = new Random(6);
        List<float[]> kinds = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            kinds.add(gaussian(random, dimension));
        }
        List<FlaggedEntry> entries = new ArrayList<>();
        for (int i = 0; i < 1500; i++) {
            float[] centre = beside(kinds.get(i % 30), 0.1 * random.nextDouble(), random);
            entries.add(
                    entry("e" + i, i % 2 == 0 ? halves(centre) : centre, random.nextDouble() * FlaggedEntry.WIDEST));
        }
        List<List<float[]>> images = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            images.add(List.of(beside(kinds.get(i % 30), 0.3 * random.nextDouble(), random)));
        }
        try (FlaggedIndex index = FlaggedIndex.of(Map.of("default", new Contents(entries, Set.of())))) {
            List<Optional<FlaggedIndex.Nearness>> found = index.nearest("default", images, 0.2);
            for (int i = 0; i < images.size(); i++) {
                assertThat(found.get(i).map(near -> near.entry().id()))
                        .isEqualTo(plain(entries, images.get(i).get(0), 0.2).map(FlaggedEntry::id));
            }
            assertThat(found).anyMatch(Optional::isEmpty).anyMatch(Optional::isPresent);
        }
    }

    private static float[] gaussian(Random random, int dimension) {
        float[] row = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return row;
    }

    /** A unit row, that far from another as a share of its length. */
    private static float[] beside(float[] other, double share, Random random) {
        float[] row = gaussian(random, other.length);
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) (other[i] + share * row[i]);
        }
        return Length.divided(row, Length.of(row, 0, row.length));
    }

    /** As it travels. */
    private static float[] halves(float[] row) {
        float[] rounded = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            rounded[i] = Halves.fromHalf(Halves.toHalf(row[i]));
        }
        return Length.divided(rounded, Length.of(rounded, 0, row.length));
    }

    private static Optional<FlaggedEntry> plain(List<FlaggedEntry> entries, float[] row, double bound) {
        FlaggedEntry best = null;
        double least = Double.POSITIVE_INFINITY;
        for (FlaggedEntry entry : entries) {
            double dot = 0;
            for (int i = 0; i < row.length; i++) {
                dot += (double) row[i] * entry.centre()[i];
            }
            double angle = Math.acos(Math.min(1, dot));
            double distance = angle - entry.radius();
            if (angle <= bound && distance < least) {
                least = distance;
                best = entry;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Entries come ever nearer to the first view, so what was the nearest so far is not it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_closest_centre_is_that_of_the_plain_loop_in_whatever_order_they_lie(long seed) {
        Random random = new Random(seed);
        List<float[]> views = List.of(around(random, 0.5), around(random, 2), around(random, 9));
        List<FlaggedEntry> entries = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            entries.add(entry("e" + i, around(random, 0.3 + i % 7), random.nextDouble() * FlaggedEntry.WIDEST));
        }
        entries.sort(Comparator.comparingDouble(each -> Cosine.similarity(views.get(0), each.centre())));
        double most = entries.stream()
                .flatMapToDouble(each -> views.stream().mapToDouble(row -> Cosine.similarity(row, each.centre())))
                .max()
                .orElseThrow();
        try (FlaggedIndex index = FlaggedIndex.of(Map.of("default", new Contents(entries, Set.of())))) {
            assertThat(index.closest("default", views)).hasValue(most);
            assertThat(index.closest("other", views)).isEmpty();
        }
    }

    @Test
    void the_view_is_told_that_lies_deepest() {
        try (FlaggedIndex index = FlaggedIndex.of(Map.of(
                "default", new Contents(List.of(entry("e", at(0), 0), entry("f", at(1), 0)), Set.of())))) {
            Nearness near =
                    nearest(index, "default", List.of(at(0.3), at(1.1)), 0.4).orElseThrow();
            assertThat(near.view()).isEqualTo(1);
            assertThat(near.entry().id()).isEqualTo("f");
            assertThat(near.angle()).isBetween(0.099, 0.101);
        }
    }

    @Test
    void tenants_have_nothing_of_each_other() {
        try (FlaggedIndex index =
                FlaggedIndex.of(Map.of("acme", new Contents(List.of(entry("e", at(0), 0)), Set.of("sha"))))) {
            assertThat(nearest(index, "acme", List.of(at(0)), 0.1)).isPresent();
            assertThat(nearest(index, "other", List.of(at(0)), 0.1)).isEmpty();
            assertThat(index.exempts("acme", "sha")).isTrue();
            assertThat(index.exempts("other", "sha")).isFalse();
            assertThat(index.size()).isEqualTo(1);
        }
    }

    @Test
    void a_tenant_with_exemptions_alone_holds_nothing_back() {
        try (FlaggedIndex index = FlaggedIndex.of(Map.of("acme", new Contents(List.of(), Set.of("sha"))))) {
            assertThat(nearest(index, "acme", List.of(at(0)), 3)).isEmpty();
        }
    }

    @Test
    void a_wider_entry_than_merging_makes_is_refused() {
        assertThatThrownBy(() -> entry("wide", at(0), 0.11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wide", "0.11", "0.1");
    }

    @Test
    void each_image_of_a_search_has_its_own_answer() {
        try (FlaggedIndex index = FlaggedIndex.of(Map.of(
                "default", new Contents(List.of(entry("e", at(0), 0), entry("f", at(1), 0)), Set.of())))) {
            List<List<float[]>> images = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                images.add(List.of(at(2.5), at(i % 2 == 0 ? 0.05 : 1.05)));
                images.add(List.of(at(2)));
            }
            List<Optional<Nearness>> found = index.nearest("default", images, 0.1);

            assertThat(found).hasSize(100);
            for (int i = 0; i < 100; i += 4) {
                assertThat(found.get(i).orElseThrow().entry().id()).isEqualTo("e");
                assertThat(found.get(i + 1)).isEmpty();
                assertThat(found.get(i + 2).orElseThrow().entry().id()).isEqualTo("f");
                assertThat(found.get(i + 2).orElseThrow().view()).isEqualTo(1);
            }
        }
    }

    @Test
    void a_snapshot_stays_what_it_was_and_outlives_what_it_came_from() {
        FlaggedIndex before;
        FlaggedIndex after;
        try (FlaggedContents contents = new FlaggedContents(2)) {
            contents.put("acme", entry("e", at(0), 0));
            contents.put("kids", entry("f", at(1), 0));
            contents.exempt("kids", "x", "sha");
            before = contents.snapshot();
            contents.remove("kids", "f");
            contents.remove("kids", "x");
            contents.put("acme", entry("e", at(2), 0));
            after = contents.snapshot();
        }

        assertThat(before.size()).isEqualTo(2);
        assertThat(nearest(before, "acme", List.of(at(0)), 0.1)).isPresent();
        assertThat(nearest(before, "kids", List.of(at(1)), 0.1)).isPresent();
        assertThat(before.exempts("kids", "sha")).isTrue();
        before.close();
        assertThat(after.size()).isEqualTo(1);
        assertThat(nearest(after, "acme", List.of(at(0)), 0.1)).isEmpty();
        assertThat(nearest(after, "acme", List.of(at(2)), 0.1)).isPresent();
        assertThat(nearest(after, "kids", List.of(at(1)), 0.1)).isEmpty();
        assertThat(after.exempts("kids", "sha")).isFalse();
        after.close();
    }

    private static Optional<Nearness> nearest(FlaggedIndex index, String tenant, List<float[]> rows, double bound) {
        return index.nearest(tenant, List.of(rows), bound).get(0);
    }

    static FlaggedEntry entry(String id, float[] centre, double radius) {
        return new FlaggedEntry(id, Optional.of("gore"), centre, radius);
    }

    /** A unit row at this angle on a circle. */
    static float[] at(double angle) {
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    private static float[] around(Random random, double spread) {
        float[] row = new float[16];
        row[0] = 1;
        double squares = 0;
        for (int i = 0; i < row.length; i++) {
            row[i] += (float) (random.nextGaussian() * spread / 4);
            squares += (double) row[i] * row[i];
        }
        for (int i = 0; i < row.length; i++) {
            row[i] /= (float) Math.sqrt(squares);
        }
        return row;
    }
}
