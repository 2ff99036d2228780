package io.bulwark.perception.flagged;

import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * An immutable snapshot of the flagged entries of all tenants for one encoder. Any thread; the native memory is freed by
 * {@link #close()}.
 */
public final class FlaggedIndex implements AutoCloseable {

    /** The nearest that are looked at before all are. */
    private static final int NEAREST = 16;

    private final Map<String, OfTenant> tenants = new HashMap<>();

    private FlaggedIndex() {}

    /**
     * A snapshot.
     *
     * @param contents what each tenant has
     * @throws io.bulwark.perception.bank.InvalidReferenceException if a centre is no unit row, or of another dimension than
     *     the others of its tenant
     */
    public static FlaggedIndex of(Map<String, Contents> contents) {
        FlaggedIndex index = new FlaggedIndex();
        contents.forEach((tenant, of) -> index.tenants.put(tenant, new OfTenant(of)));
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
     * The entry that a view lies deepest in, if it lies in any.
     *
     * @param rows unit rows of the encoder, one a view
     * @param bound how far from an entry's own contents, in radians
     */
    Optional<Nearness> nearest(String tenant, List<float[]> rows, double bound) {
        OfTenant of = tenants.get(tenant);
        return of == null || of.entries.isEmpty() ? Optional.empty() : of.nearest(rows, bound);
    }

    @Override
    public void close() {
        tenants.values().forEach(of -> of.bank.close());
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

        /** How far the view is from the entry's own contents at least, in radians; negative within its radius. */
        double distance() {
            return angle - entry.radius();
        }
    }

    private static final class OfTenant {
        private final Map<String, FlaggedEntry> entries = new HashMap<>();
        private final Set<String> exempt;
        private final MatrixBank bank;

        private OfTenant(Contents contents) {
            contents.entries().forEach(entry -> entries.put(entry.id(), entry));
            exempt = Set.copyOf(contents.exempt());
            bank = MatrixBank.of(
                    "flagged",
                    contents.entries().stream()
                            .map(entry -> new LabelledEmbedding(entry.id(), "flagged", entry.centre()))
                            .toList());
        }

        private Optional<Nearness> nearest(List<float[]> rows, double bound) {
            int dimension = rows.get(0).length;
            float[] queries = new float[rows.size() * dimension];
            for (int view = 0; view < rows.size(); view++) {
                System.arraycopy(rows.get(view), 0, queries, view * dimension, dimension);
            }
            List<List<Neighbour>> found = bank.nearest(queries, rows.size(), NEAREST);
            List<Nearness> near = new ArrayList<>();
            for (int view = 0; view < rows.size(); view++) {
                List<Neighbour> nearest = found.get(view);
                boolean more = nearest.size() < entries.size()
                        && angle(nearest.get(nearest.size() - 1).similarity()) <= bound + FlaggedEntry.WIDEST;
                near.addAll(
                        more
                                ? all(rows.get(view), view)
                                : nearest.stream().map(of(view)).toList());
            }
            return near.stream()
                    .filter(each -> each.distance() <= bound)
                    .min(Comparator.comparingDouble(Nearness::distance)
                            .thenComparing(each -> each.entry().id()));
        }

        private Function<Neighbour, Nearness> of(int view) {
            return neighbour -> new Nearness(entries.get(neighbour.referenceId()), view, angle(neighbour.similarity()));
        }

        /** Where more than the nearest may hold it. */
        private List<Nearness> all(float[] row, int view) {
            return bank.nearest(row, 1, entries.size()).get(0).stream()
                    .map(of(view))
                    .toList();
        }
    }

    static double angle(double similarity) {
        return Math.acos(Math.max(-1, Math.min(1, similarity)));
    }
}
