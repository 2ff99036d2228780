package io.bulwark.perception.flagged;

import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.torch.RowMatrix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable snapshot of the flagged entries of all tenants for one encoder. Any thread; the native memory is freed when the
 * last snapshot that has it is closed.
 */
public final class FlaggedIndex implements AutoCloseable {

    private final Map<String, OfTenant> tenants = new HashMap<>();

    private FlaggedIndex() {}

    /**
     * A snapshot.
     *
     * @param contents what each tenant has
     * @throws IllegalArgumentException if a centre is of another dimension than the others of its tenant
     */
    public static FlaggedIndex of(Map<String, Contents> contents) {
        return new FlaggedIndex().with(contents);
    }

    /**
     * A snapshot that shares the memory of the tenants that did not change. To be made before this one is closed.
     *
     * @param changed what these tenants have now
     * @throws IllegalArgumentException if a centre is of another dimension than the others of its tenant
     */
    public FlaggedIndex with(Map<String, Contents> changed) {
        FlaggedIndex index = new FlaggedIndex();
        tenants.forEach((tenant, of) -> {
            if (!changed.containsKey(tenant)) {
                index.tenants.put(tenant, of.shared());
            }
        });
        changed.forEach((tenant, of) -> index.tenants.put(tenant, new OfTenant(of)));
        return index;
    }

    /** Entries of all tenants. */
    public int size() {
        return tenants.values().stream().mapToInt(of -> of.entries.size()).sum();
    }

    /** Whether no entry holds this file back, because a person called it SAFE. */
    boolean exempts(String tenant, String sha256) {
        OfTenant of = tenants.get(tenant);
        return of != null && of.exempt.contains(sha256);
    }

    /**
     * The entry that a view of each image lies deepest in, if one lies in any: one search for all.
     *
     * @param images of each the unit rows of its views, at least one
     * @param bound how far from an entry's own contents, in radians
     */
    List<Optional<Nearness>> nearest(String tenant, List<List<float[]>> images, double bound) {
        OfTenant of = tenants.get(tenant);
        return of == null || of.entries.isEmpty()
                ? Collections.nCopies(images.size(), Optional.empty())
                : of.nearest(images, bound);
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

    private static final class OfTenant {

        private static final int QUERY_BLOCK = 64;

        private final List<FlaggedEntry> entries;
        private final Set<String> exempt;
        private final int dimension;
        private final RowMatrix centres;

        private int holders = 1; // guarded by this

        private OfTenant(Contents contents) {
            entries = List.copyOf(contents.entries());
            exempt = Set.copyOf(contents.exempt());
            dimension = entries.isEmpty() ? 0 : entries.get(0).centre().length;
            for (FlaggedEntry entry : entries) {
                if (entry.centre().length != dimension) {
                    throw new IllegalArgumentException("Entry " + entry.id() + " has " + entry.centre().length
                            + " dimensions, the others of its tenant have " + dimension);
                }
            }
            centres = new RowMatrix(entries.stream().map(FlaggedEntry::centre).toList(), dimension);
        }

        private synchronized OfTenant shared() {
            holders++;
            return this;
        }

        private synchronized void release() {
            if (--holders == 0) {
                centres.close();
            }
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
            int count = queries.size();
            float[] block = new float[count * dimension];
            for (int i = 0; i < count; i++) {
                System.arraycopy(queries.get(i).row(), 0, block, i * dimension, dimension);
            }
            // No entry reaches farther; what the fp32 products leave open is looked at exactly (see MatrixBank).
            double least = Math.cos(Math.min(Math.PI, bound + FlaggedEntry.WIDEST)) - dimension * 0x1p-22;
            centres.multiply(block, count, (products, rows, firstRow) -> {
                for (int i = 0; i < rows * count; i++) {
                    if (products[i] >= least) {
                        Query query = queries.get(i % count);
                        offer(entries.get(firstRow + i / count), query, bound, deepest);
                    }
                }
            });
        }

        private static void offer(FlaggedEntry entry, Query query, double bound, List<Optional<Nearness>> deepest) {
            Nearness near = new Nearness(entry, query.view(), angle(Cosine.similarity(query.row(), entry.centre())));
            Optional<Nearness> before = deepest.get(query.image());
            if (near.distance() <= bound && (before.isEmpty() || Nearness.DEEPEST.compare(near, before.get()) < 0)) {
                deepest.set(query.image(), Optional.of(near));
            }
        }

        private record Query(int image, int view, float[] row) {}
    }

    static double angle(double similarity) {
        return Math.acos(Math.max(-1, Math.min(1, similarity)));
    }
}
