package io.bulwark.perception.bank;

import io.bulwark.perception.bank.BankContents.StoredReference;
import io.bulwark.perception.rows.RowReader;
import io.bulwark.perception.rows.RowSnapshot.Estimates;
import io.bulwark.perception.rows.RowSnapshot.RowView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The nearest k references of one query, given estimates of their rows' cosines with bounded errors: by the nearest of
 * all rows of each, and where references have variants once more by their own rows alone. Rows that may be as near as
 * the k-th reference of either is at least stay open; when those are too many they are looked at, which leaves k of
 * each.
 *
 * <p>A row is looked at once, whatever it is open for. So a query that leaves all rows open, as one does that is chosen
 * from the middle of references that are much alike, costs what a plain loop over the rows does, and the estimates.
 */
final class TopCandidates {

    private static final Comparator<Neighbour> NEAREST =
            Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId);
    private static final Comparator<Neighbour> MOST_ALIKE =
            Comparator.comparing(Neighbour::ownSimilarity).reversed().thenComparing(Neighbour::referenceId);

    private final int k;
    private final int most;
    private final Exact exact;
    private final Ranking voting;
    /** By own rows alone: never nearer than by all rows. */
    private final Optional<Ranking> alike;

    private final List<Candidate> open = new ArrayList<>();
    private int enough;

    /**
     * Begins with no reference.
     *
     * @param most rows that may stay open
     * @param variants whether references may have more rows than their own
     */
    TopCandidates(int k, int most, boolean variants, Exact exact) {
        this.k = k;
        this.most = most;
        this.exact = exact;
        this.voting = new Ranking(k, NEAREST);
        this.alike = variants ? Optional.of(new Ranking(k, MOST_ALIKE)) : Optional.empty();
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

        boolean isOwn() {
            return view.isFirst(row);
        }
    }

    /** What a row's cosine has to be, or more, for its reference to be among the nearest; -infinity as long as any may be. */
    double wanted() {
        return voting.wanted;
    }

    /** The same for a reference's own row, which may be among the most alike as well. */
    private double wantedOfOwn() {
        return alike.map(ranking -> Math.min(ranking.wanted, voting.wanted)).orElse(voting.wanted);
    }

    /** Offers the rows of a view. */
    void offer(Estimates<StoredReference> estimates) {
        RowView<StoredReference> view = estimates.view();
        float cut = estimates.cut(wantedOfOwn());
        for (int row = 0, rows = view.size(); row < rows; row++) {
            if (estimates.told(row) >= cut
                    && view.owner(row) != null
                    && estimates.mayReach(row, view.isFirst(row) ? wantedOfOwn() : wanted())) {
                add(view, row, estimates);
                cut = estimates.cut(wantedOfOwn());
            }
        }
    }

    /** The k nearest references by exact cosines; of equal ones that of the lower id. */
    List<Neighbour> nearest() {
        lookAtOpen();
        return List.copyOf(voting.known);
    }

    /** The same by the references' own rows alone; where there are no variants they are the nearest. */
    List<Neighbour> mostAlike() {
        lookAtOpen();
        return List.copyOf(alike.orElse(voting).known);
    }

    /** Rows that are open. */
    int open() {
        return open.size();
    }

    private void add(RowView<StoredReference> view, int row, Estimates<StoredReference> estimates) {
        open.add(new Candidate(view, row, estimates.most(row)));
        double least = estimates.least(row);
        voting.hold(view.owner(row), least);
        if (view.isFirst(row)) {
            alike.ifPresent(ranking -> ranking.hold(view.owner(row), least));
        }
        if (open.size() >= enough) {
            open.removeIf(candidate -> candidate.most() < wanted(candidate));
            if (open.size() > most / 2) {
                lookAtOpen();
            }
            enough = Math.min(most, 2 * open.size() + 8 * k);
        }
    }

    private double wanted(Candidate candidate) {
        return candidate.isOwn() ? wantedOfOwn() : wanted();
    }

    /** The most promising first: each raises what the others have to reach. */
    private void lookAtOpen() {
        open.sort(Comparator.comparingDouble(Candidate::most).reversed());
        for (Candidate candidate : open) {
            if (candidate.most() < wantedOfOwn()) {
                break;
            }
            if (candidate.most() >= wanted(candidate)) {
                lookAt(candidate);
            }
        }
        open.clear();
    }

    private void lookAt(Candidate candidate) {
        double cosine = exact.cosine(candidate) + RowReader.error();
        if (cosine < wanted(candidate)) {
            return;
        }
        Neighbour neighbour = exact.neighbour(candidate);
        if (cosine >= voting.wanted) {
            voting.keep(neighbour);
            voting.hold(candidate.reference(), neighbour.similarity());
        }
        if (candidate.isOwn()) {
            alike.ifPresent(ranking -> {
                ranking.keep(neighbour);
                ranking.hold(candidate.reference(), neighbour.ownSimilarity());
            });
        }
    }

    /** The k best references in one order. */
    private static final class Ranking {

        private final int k;
        private final Comparator<Neighbour> order;
        /** At least how near the k nearest references are, ascending; -infinity where fewer were seen. */
        private final double[] least;
        /** Which each of those is. */
        private final StoredReference[] holders;
        /** The best k of the exactly computed ones, the best first. */
        private final List<Neighbour> known = new ArrayList<>();

        private double wanted = Double.NEGATIVE_INFINITY;

        Ranking(int k, Comparator<Neighbour> order) {
            this.k = k;
            this.order = order;
            least = new double[k];
            Arrays.fill(least, Double.NEGATIVE_INFINITY);
            holders = new StoredReference[k];
        }

        /** Unless k are better, or it is kept already. */
        void keep(Neighbour neighbour) {
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
        void hold(StoredReference reference, double cosine) {
            if (cosine <= least[0]) {
                return;
            }
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
    }

    /**
     * References by exact cosines, for the queries of one search. One thread.
     *
     * <p>A row is first multiplied to within {@link RowReader#error}, and to the last bit only where that may put it
     * among the nearest. Of rows that are copies but for their last bits that is nearly each: from then on they are
     * multiplied to the last bit at once, so that no query has more than a sixteenth of its rows multiplied twice.
     */
    static final class ExactRows {

        /** Cosines to the last bit that a query may ask for, beyond a sixteenth of its rows. */
        private static final int SOME = 128;

        private final float[] queries;
        private final int dimension;
        private final RowReader reader;
        private int last = -1;
        /** Of the row that was looked at last; NaN where it was not computed. */
        private float lastExact;
        /** Those with variants, of the last query. Most that one query asks for are wanted twice, side by side. */
        private final Map<StoredReference, ExactReference> exact = new IdentityHashMap<>();

        private long products; // of the last query
        private long exactAfterwards; // of these, to the last bit as well
        private long opened;
        private long cosines;

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
                    if (exactAfterwards > SOME + products / 16) {
                        return cosineAtOnce(candidate);
                    }
                    double cosine = reader.product(candidate.view(), candidate.row());
                    products++;
                    if (!reader.again()) {
                        cosines++;
                        lastExact = Float.NaN;
                    }
                    return cosine;
                }

                @Override
                public Neighbour neighbour(Candidate candidate) {
                    use(number);
                    long before = cosines;
                    StoredReference reference = candidate.reference();
                    Neighbour neighbour = reference.variants().isEmpty()
                            ? new Neighbour(reference.id(), reference.label(), lastExact(candidate))
                            : exactOf(candidate).neighbour();
                    exactAfterwards += cosines - before;
                    return neighbour;
                }
            };
        }

        /**
         * A reference with variants.
         *
         * @param cosines of its rows, its own first
         */
        private record ExactReference(Neighbour neighbour, float[] cosines) {}

        /** Rows that were looked at. */
        long opened() {
            return opened;
        }

        /** Cosines that were computed, within the error or to the last bit, each the work of a plain loop's step. */
        long cosines() {
            return cosines;
        }

        private void use(int number) {
            if (number != last) {
                last = number;
                exact.clear();
                products = 0;
                exactAfterwards = 0;
                reader.ask(queries, number * dimension);
            }
        }

        private double cosineAtOnce(Candidate candidate) {
            if (!candidate.reference().variants().isEmpty()) {
                return exactOf(candidate)
                        .cosines()[candidate.row() - candidate.view().first(candidate.row())];
            }
            lastExact = Float.NaN;
            return lastExact(candidate);
        }

        private float lastExact(Candidate candidate) {
            if (Float.isNaN(lastExact)) {
                lastExact = cosine(candidate.view(), candidate.row());
            }
            return lastExact;
        }

        private ExactReference exactOf(Candidate candidate) {
            return exact.computeIfAbsent(candidate.reference(), reference -> computed(candidate));
        }

        /** By the nearest of its rows; of equal ones the first, its own before its variants'. */
        private ExactReference computed(Candidate candidate) {
            StoredReference reference = candidate.reference();
            RowView<StoredReference> view = candidate.view();
            int first = view.first(candidate.row());
            float[] found = new float[1 + reference.variants().size()];
            found[0] = cosine(view, first);
            Neighbour nearest = new Neighbour(reference.id(), reference.label(), found[0]);
            for (int row = 1; row < found.length; row++) {
                found[row] = cosine(view, first + row);
                if (found[row] > nearest.similarity()) {
                    Optional<String> name = Optional.of(reference.variants().get(row - 1));
                    nearest = new Neighbour(reference.id(), reference.label(), found[row], name, found[0]);
                }
            }
            return new ExactReference(nearest, found);
        }

        /** A row's cosine with the last query, to the last bit. */
        private float cosine(RowView<StoredReference> view, int row) {
            cosines++;
            return UnitRow.cosine(queries, last * dimension, view.exact(row));
        }
    }
}
