package io.bulwark.perception.flagged;

import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedContents.StoredEntry;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.metric.Cosine.Length;
import io.bulwark.perception.rows.RowReader;
import io.bulwark.perception.rows.RowSnapshot;
import io.bulwark.perception.rows.RowSnapshot.Estimates;
import io.bulwark.perception.rows.RowSnapshot.RowView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * An immutable snapshot of the flagged entries of all tenants for one encoder. Any thread; the native memory is freed when the
 * last snapshot that has it is closed.
 */
public final class FlaggedIndex implements AutoCloseable {

    private final Map<String, OfTenant> tenants;

    FlaggedIndex(Map<String, OfTenant> tenants) {
        this.tenants = tenants;
    }

    /**
     * A snapshot of what never changes.
     *
     * @param contents what each tenant has
     * @throws IllegalArgumentException if a centre is of another dimension than the others
     */
    public static FlaggedIndex of(Map<String, Contents> contents) {
        int dimension = contents.values().stream()
                .flatMap(of -> of.entries().stream())
                .mapToInt(entry -> entry.centre().length)
                .findFirst()
                .orElse(1);
        try (FlaggedContents all = new FlaggedContents(dimension)) {
            contents.forEach((tenant, of) -> {
                of.entries().forEach(entry -> all.put(tenant, entry));
                of.exempt().forEach(sha256 -> all.exempt(tenant, "exempt " + sha256, sha256));
            });
            return all.snapshot();
        }
    }

    /** Entries of all tenants. */
    public int size() {
        return tenants.values().stream().mapToInt(of -> of.entries.rows()).sum();
    }

    /** Whether no entry holds this file back, because a person called it SAFE. */
    boolean exempts(String tenant, String sha256) {
        OfTenant of = tenants.get(tenant);
        return of != null && of.exempt.contains(sha256);
    }

    /** Whether a tenant has an entry. */
    private boolean knows(String tenant) {
        OfTenant of = tenants.get(tenant);
        return of != null && of.entries.rows() > 0;
    }

    /**
     * The entry that a view of each image lies deepest in, if one lies in any: one search for all.
     *
     * @param images of each the unit rows of its views, at least one
     * @param bound how far from an entry's centre, in radians
     */
    List<Optional<Nearness>> nearest(String tenant, List<List<float[]>> images, double bound) {
        return knows(tenant)
                ? tenants.get(tenant).nearest(images, bound)
                : Collections.nCopies(images.size(), Optional.empty());
    }

    /**
     * The greatest cosine between a view of an image and an entry's centre, however far: one search. Empty where the tenant has
     * no entry.
     *
     * @param views unit rows, at least one
     * @return in [0, 1]; 0 from a right angle on
     */
    OptionalDouble closest(String tenant, List<float[]> views) {
        return knows(tenant) ? OptionalDouble.of(tenants.get(tenant).closest(views)) : OptionalDouble.empty();
    }

    @Override
    public void close() {
        tenants.values().forEach(OfTenant::release);
    }

    /**
     * What one tenant has.
     *
     * @param exempt SHA-256 of the files that no entry holds back, lower-case hexadecimal
     */
    public record Contents(Collection<FlaggedEntry> entries, Set<String> exempt) {}

    /**
     * A view in an entry.
     *
     * @param view its index
     * @param angle to the centre, in radians
     */
    record Nearness(FlaggedEntry entry, int view, double angle) {

        private static final Comparator<Nearness> DEEPEST = Comparator.comparingDouble(Nearness::distance)
                .thenComparing(each -> each.entry().id());

        /** How far the view is from the entry's own contents at least, in radians; negative within its radius. */
        double distance() {
            return angle - entry.radius();
        }
    }

    /** What one tenant has. */
    record OfTenant(int dimension, RowSnapshot<StoredEntry> entries, Set<String> exempt) {

        private static final int QUERY_BLOCK = 64;
        /** How much the length of a centre, which is 1 within 0.001, may take from a product. */
        private static final double LENGTHS = 0.0011;
        /** Above what a product and a division leave out, of a cosine. */
        private static final double ROUNDING = 1e-6;

        private synchronized void release() {
            entries.close();
        }

        private List<Optional<Nearness>> nearest(List<List<float[]>> images, double bound) {
            List<Query> queries = new ArrayList<>();
            for (int image = 0; image < images.size(); image++) {
                for (int view = 0; view < images.get(image).size(); view++) {
                    queries.add(new Query(image, view, images.get(image).get(view)));
                }
            }
            List<Optional<Nearness>> deepest = new ArrayList<>(Collections.nCopies(images.size(), Optional.empty()));
            for (int from = 0; from < queries.size(); from += QUERY_BLOCK) {
                search(queries.subList(from, Math.min(from + QUERY_BLOCK, queries.size())), bound, deepest);
            }
            return deepest;
        }

        private synchronized void search(List<Query> queries, double bound, List<Optional<Nearness>> deepest) {
            float[] block = block(queries.stream().map(Query::row).toList());
            double most = Math.cos(Math.min(Math.PI, bound));
            RowReader reader = new RowReader(dimension);
            int[] asked = {-1};
            entries.reaching(block, queries.size(), most - LENGTHS, (number, view, row) -> {
                if (asked[0] != number) {
                    asked[0] = number;
                    reader.ask(block, number * dimension);
                }
                Query query = queries.get(number);
                StoredEntry entry = view.owner(row);
                double cosine = reader.product(view, row) / entry.length() + ROUNDING;
                // An entry that cannot be deeper than the deepest so far is not looked at exactly.
                if (cosine >= most && mayBeDeepest(angle(cosine) - entry.radius(), deepest.get(query.image()))) {
                    offer(entry.with(view.exact(row)), query, bound, deepest);
                }
            });
        }

        private static boolean mayBeDeepest(double distance, Optional<Nearness> sofar) {
            return sofar.isEmpty() || distance <= sofar.get().distance();
        }

        /** Side by side, each divided by its length. */
        private float[] block(List<float[]> rows) {
            float[] block = new float[rows.size() * dimension];
            for (int i = 0; i < rows.size(); i++) {
                float[] row = rows.get(i);
                System.arraycopy(Length.divided(row, Length.of(row, 0, dimension)), 0, block, i * dimension, dimension);
            }
            return block;
        }

        private synchronized double closest(List<float[]> views) {
            double most = 0;
            for (int from = 0; from < views.size(); from += QUERY_BLOCK) {
                List<float[]> some = views.subList(from, Math.min(from + QUERY_BLOCK, views.size()));
                Closest closest = new Closest(some, most);
                entries.estimate(block(some), some.size(), closest);
                most = closest.most;
            }
            return Math.min(1, most);
        }

        private static void offer(FlaggedEntry entry, Query query, double bound, List<Optional<Nearness>> deepest) {
            Nearness near = new Nearness(entry, query.view(), angle(Cosine.similarity(query.row(), entry.centre())));
            Optional<Nearness> before = deepest.get(query.image());
            if (near.angle() <= bound && (before.isEmpty() || Nearness.DEEPEST.compare(near, before.get()) < 0)) {
                deepest.set(query.image(), Optional.of(near));
            }
        }

        private record Query(int image, int view, float[] row) {}

        /** Keeps the greatest cosine so far and looks exactly at those rows alone that may have a greater one. */
        private static final class Closest implements RowSnapshot.Taker<StoredEntry> {

            private final List<float[]> views;
            private double most;

            Closest(List<float[]> views, double most) {
                this.views = views;
                this.most = most;
            }

            @Override
            public double about() {
                return most - LENGTHS;
            }

            @Override
            public void take(int query, Estimates<StoredEntry> estimates) {
                RowView<StoredEntry> view = estimates.view();
                int likely = -1;
                for (int row = 0; row < view.size(); row++) {
                    if (view.owner(row) != null && (likely < 0 || estimates.told(row) > estimates.told(likely))) {
                        likely = row;
                    }
                }
                if (likely >= 0 && estimates.mayReach(likely, most - LENGTHS)) {
                    look(views.get(query), view.exact(likely));
                }
                float cut = estimates.cut(most - LENGTHS);
                for (int row = 0; row < view.size(); row++) {
                    if (estimates.told(row) >= cut
                            && row != likely
                            && view.owner(row) != null
                            && estimates.mayReach(row, most - LENGTHS)) {
                        look(views.get(query), view.exact(row));
                    }
                }
            }

            private void look(float[] row, float[] centre) {
                most = Math.max(most, Cosine.similarity(row, centre));
            }
        }
    }

    static double angle(double similarity) {
        return Math.acos(Math.max(-1, Math.min(1, similarity)));
    }
}
