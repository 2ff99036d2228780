package io.bulwark.perception.bank;

import io.bulwark.perception.rows.RowReader;
import io.bulwark.perception.rows.RowSnapshot.Estimates;
import io.bulwark.perception.rows.RowView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The nearest k references of one query, given estimates of their rows' cosines with bounded errors. Rows that may be as near
 * as the k-th reference is at least stay open; when those are too many they are looked at, which leaves k of them.
 */
final class TopCandidates {

    private static final Comparator<Neighbour> NEAREST =
            Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId);
    private static final Comparator<Neighbour> MOST_ALIKE =
            Comparator.comparing(Neighbour::ownSimilarity).reversed().thenComparing(Neighbour::referenceId);

    private final int k;
    private final int most;
    private final boolean ownAlone;
    private final Exact exact;
    /** At least how near the k nearest references are, ascending; -infinity where fewer were seen. */
    private final double[] least;
    /** Which each of those is. */
    private final StoredReference[] holders;

    private final List<Candidate> open = new ArrayList<>();
    /** The best k of the exactly computed ones, the best first. */
    private final List<Neighbour> known = new ArrayList<>();

    private double wanted = Double.NEGATIVE_INFINITY;
    private int enough;

    /**
     * Begins with no reference.
     *
     * @param most rows that may stay open
     * @param ownAlone whether variants' rows are left out
     */
    TopCandidates(int k, int most, boolean ownAlone, Exact exact) {
        this.k = k;
        this.most = most;
        this.ownAlone = ownAlone;
        this.exact = exact;
        least = new double[k];
        Arrays.fill(least, Double.NEGATIVE_INFINITY);
        holders = new StoredReference[k];
        enough = Math.min(most, 8 * k);
    }

    /** Looks at rows themselves. */
    interface Exact {

        /** A row's cosine within {@link RowReader#error}. */
        double cosine(Candidate candidate);

        /** The neighbour that the reference is whose row's cosine was asked for last. */
        Neighbour neighbour(Candidate candidate);
    }

    /**
     * A row that was near enough when it was seen.
     *
     * @param row its number in the view
     * @param most its cosine is at most this
     */
    record Candidate(RowView<StoredReference> view, int row, double most) {

        StoredReference reference() {
            return view.owner(row);
        }
    }

    /** What a row's cosine has to be, or more, for its reference to be among the nearest; -infinity as long as any may be. */
    double wanted() {
        return wanted;
    }

    /** Offers the rows of a view. */
    void offer(Estimates<StoredReference> estimates) {
        RowView<StoredReference> view = estimates.view();
        float cut = estimates.cut(wanted);
        for (int row = 0, rows = view.size(); row < rows; row++) {
            if (estimates.told(row) >= cut
                    && view.owner(row) != null
                    && (!ownAlone || view.isFirst(row))
                    && estimates.mayReach(row, wanted)) {
                add(view, row, estimates);
                cut = estimates.cut(wanted);
            }
        }
    }

    /** The k nearest references by exact cosines; of equal ones that of the lower id. */
    List<Neighbour> nearest() {
        lookAtOpen();
        return List.copyOf(known);
    }

    /** Rows that are open. */
    int open() {
        return open.size();
    }

    private void add(RowView<StoredReference> view, int row, Estimates<StoredReference> estimates) {
        open.add(new Candidate(view, row, estimates.most(row)));
        hold(view.owner(row), estimates.least(row));
        if (open.size() >= enough) {
            open.removeIf(candidate -> candidate.most() < wanted);
            if (open.size() > most / 2) {
                lookAtOpen();
            }
            enough = Math.min(most, 2 * open.size() + 8 * k);
        }
    }

    /** The most promising first: each raises what the others have to reach. */
    private void lookAtOpen() {
        open.sort(Comparator.comparingDouble(Candidate::most).reversed());
        for (Candidate candidate : open) {
            if (candidate.most() < wanted) {
                break;
            }
            if (exact.cosine(candidate) + RowReader.error() >= wanted) {
                Neighbour neighbour = exact.neighbour(candidate);
                keep(neighbour);
                hold(candidate.reference(), ownAlone ? neighbour.ownSimilarity() : neighbour.similarity());
            }
        }
        open.clear();
    }

    /** Unless k are better, or it is kept already. */
    private void keep(Neighbour neighbour) {
        Comparator<Neighbour> order = ownAlone ? MOST_ALIKE : NEAREST;
        int place = known.size();
        int compared = 1;
        while (place > 0 && (compared = order.compare(neighbour, known.get(place - 1))) < 0) {
            place--;
        }
        if (compared != 0 && place < k) {
            known.add(place, neighbour);
            if (known.size() > k) {
                known.remove(k);
            }
        }
    }

    /** A reference that is held already takes its own place, any other that of the farthest. */
    private void hold(StoredReference reference, double cosine) {
        int place = 0;
        for (int i = 0; i < k; i++) {
            if (holders[i] == reference) {
                place = i;
            }
        }
        if (cosine <= least[place]) {
            return;
        }
        while (place + 1 < k && least[place + 1] < cosine) {
            least[place] = least[place + 1];
            holders[place] = holders[place + 1];
            place++;
        }
        least[place] = cosine;
        holders[place] = reference;
        wanted = clamped(least[0]);
    }

    /** Cosines beyond 1 are as good as 1, and those beyond -1 as bad. */
    private static double clamped(double cosine) {
        return cosine <= -1 ? Double.NEGATIVE_INFINITY : Math.min(cosine, 1);
    }

    /** References by exact cosines, for the queries of one search. One thread. */
    static final class ExactRows {

        private final float[] queries;
        private final int dimension;
        private final RowReader reader;
        private int last = -1;
        /** Of the row that was looked at last; NaN where it was not computed. */
        private float lastExact;
        /** Those with variants, of the last query. Most that one query asks for are wanted twice, side by side. */
        private final Map<StoredReference, Neighbour> neighbours = new IdentityHashMap<>();

        private long opened;

        /** @param queries {@code [Q, dimension]} row-major */
        ExactRows(float[] queries, int dimension) {
            this.queries = queries;
            this.dimension = dimension;
            reader = new RowReader(dimension);
        }

        /** For one of the queries. */
        TopCandidates.Exact of(int number) {
            return new TopCandidates.Exact() {

                @Override
                public double cosine(Candidate candidate) {
                    use(number);
                    opened++;
                    double cosine = reader.product(candidate.view(), candidate.row());
                    if (!reader.again()) {
                        lastExact = Float.NaN;
                    }
                    return cosine;
                }

                @Override
                public Neighbour neighbour(Candidate candidate) {
                    use(number);
                    StoredReference reference = candidate.reference();
                    return reference.variants().isEmpty()
                            ? new Neighbour(reference.id(), reference.label(), exact(number * dimension, candidate))
                            : neighbours.computeIfAbsent(reference, each -> nearest(number * dimension, candidate));
                }
            };
        }

        /** Rows that were looked at. */
        long opened() {
            return opened;
        }

        private void use(int number) {
            if (number != last) {
                last = number;
                neighbours.clear();
                reader.ask(queries, number * dimension);
            }
        }

        /** By the nearest of its rows; of equal ones the first, its own before its variants'. */
        private Neighbour nearest(int offset, Candidate candidate) {
            StoredReference reference = candidate.reference();
            RowView<StoredReference> view = candidate.view();
            int first = view.first(candidate.row());
            float own = UnitRow.cosine(queries, offset, view.exact(first));
            Neighbour nearest = new Neighbour(reference.id(), reference.label(), own);
            for (int variant = 0; variant < reference.variants().size(); variant++) {
                float similarity = UnitRow.cosine(queries, offset, view.exact(first + 1 + variant));
                if (similarity > nearest.similarity()) {
                    Optional<String> name = Optional.of(reference.variants().get(variant));
                    nearest = new Neighbour(reference.id(), reference.label(), similarity, name, own);
                }
            }
            return nearest;
        }

        private float exact(int offset, Candidate candidate) {
            if (Float.isNaN(lastExact)) {
                lastExact = UnitRow.cosine(queries, offset, candidate.view().exact(candidate.row()));
            }
            return lastExact;
        }
    }
}
