package io.bulwark.perception.flagged;

import io.bulwark.perception.metric.Cosine.Length;
import io.bulwark.perception.rows.RowStore;
import io.bulwark.perception.rows.RowStore.StoredRows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is flagged now, of all tenants and for one encoder, which changes entry by entry, and the snapshots made of it. What is
 * put replaces what has the same tenant and id. Owned by one thread; its snapshots go to any, and outlive it.
 */
public final class FlaggedContents implements AutoCloseable {

    private final int dimension;
    private final Map<String, OfTenant> tenants = new HashMap<>();

    /** @param dimension of the encoder's embeddings, at least 1 */
    public FlaggedContents(int dimension) {
        this.dimension = dimension;
    }

    /**
     * Puts an entry.
     *
     * @throws IllegalArgumentException if its centre is of another dimension
     */
    public void put(String tenant, FlaggedEntry entry) {
        if (entry.centre().length != dimension) {
            throw new IllegalArgumentException("Entry " + entry.id() + " has " + entry.centre().length
                    + " dimensions, the encoder's have " + dimension);
        }
        remove(tenant, entry.id());
        OfTenant of = tenants.computeIfAbsent(tenant, each -> new OfTenant(dimension));
        StoredEntry stored = new StoredEntry(entry);
        of.rows.add(stored, List.of(entry.centre()));
        of.entries.put(entry.id(), stored);
    }

    /**
     * Puts an exemption: no entry holds this file back.
     *
     * @param sha256 of the file, lower-case hexadecimal
     */
    public void exempt(String tenant, String id, String sha256) {
        remove(tenant, id);
        tenants.computeIfAbsent(tenant, each -> new OfTenant(dimension)).exempt.put(id, sha256);
    }

    /** Removes what has this id, if anything has. */
    public void remove(String tenant, String id) {
        OfTenant of = tenants.get(tenant);
        if (of == null) {
            return;
        }
        StoredEntry present = of.entries.remove(id);
        if (present != null) {
            of.rows.remove(present);
        }
        of.exempt.remove(id);
        if (of.entries.isEmpty() && of.exempt.isEmpty()) {
            of.rows.close();
            tenants.remove(tenant);
        }
    }

    /** What is flagged now. The caller closes it. */
    public FlaggedIndex snapshot() {
        Map<String, FlaggedIndex.OfTenant> of = new HashMap<>();
        tenants.forEach((tenant, contents) -> of.put(
                tenant,
                new FlaggedIndex.OfTenant(dimension, contents.rows.snapshot(), Set.copyOf(contents.exempt.values()))));
        return new FlaggedIndex(of);
    }

    /** Lets all content go; the snapshots keep theirs. */
    @Override
    public void close() {
        tenants.values().forEach(of -> of.rows.close());
        tenants.clear();
    }

    private static final class OfTenant {

        private final RowStore<StoredEntry> rows;
        private final Map<String, StoredEntry> entries = new HashMap<>();
        private final Map<String, String> exempt = new HashMap<>();

        private OfTenant(int dimension) {
            rows = RowStore.sketched(dimension);
        }
    }

    /** An entry whose centre lies in a store. */
    static final class StoredEntry extends StoredRows {

        private final String id;
        private final Optional<String> label;
        private final double radius;
        private final double length;

        StoredEntry(FlaggedEntry entry) {
            this.id = entry.id();
            this.label = entry.label();
            this.radius = entry.radius();
            this.length = Length.of(entry.centre(), 0, entry.centre().length);
        }

        /** Angle up to which contents were merged into it, in radians. */
        double radius() {
            return radius;
        }

        /** Of its centre. */
        double length() {
            return length;
        }

        /** The entry that it is, given its centre. */
        FlaggedEntry with(float[] centre) {
            return new FlaggedEntry(id, label, centre, radius);
        }
    }

    /**
     * Near-duplicates that are NSFW in force.
     *
     * @param id as on the topic
     * @param label why, where something is named
     * @param centre unit row; not copied, not to be modified
     * @param radius the angle in radians from the centre to the farthest of them, in [0, {@value #WIDEST}]
     */
    public record FlaggedEntry(String id, Optional<String> label, float[] centre, double radius) {

        /** What is merged lies within this angle of the centre, in radians. */
        public static final double WIDEST = 0.1;

        /** @throws IllegalArgumentException if the radius is not allowed */
        public FlaggedEntry {
            if (!(radius >= 0 && radius <= WIDEST)) {
                throw new IllegalArgumentException(
                        "Entry " + id + " has a radius of " + radius + ", allowed is 0 to " + WIDEST + " radians");
            }
        }
    }
}
