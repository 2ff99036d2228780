package io.bulwark.perception.bank;

import io.bulwark.perception.rows.Estimate;
import io.bulwark.perception.rows.RowView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The nearest k references of one query, given estimates of their rows' cosines with bounded errors. Rows that may be as near
 * as the k-th reference is at least stay open; when those are too many they are looked at exactly, which leaves k of them.
 */
final class TopCandidates {

    private static final Comparator<Neighbour> NEAREST =
            Comparator.comparing(Neighbour::similarity).reversed().thenComparing(Neighbour::referenceId);
    private static final Comparator<Neighbour> MOST_ALIKE =
            Comparator.comparing(Neighbour::ownSimilarity).reversed().thenComparing(Neighbour::referenceId);

    private final int k;
    private final int most;
    private final boolean ownAlone;
    private final Function<Candidate, Neighbour> exact;
    /** At least how near the k nearest references are, ascending; -infinity where fewer were seen. */
    private final double[] least;
    /** Which each of those is. */
    private final StoredReference[] holders;

    private final List<Candidate> open = new ArrayList<>();
    /** The best k of those that were looked at exactly. */
    private final Map<StoredReference, Neighbour> known = new IdentityHashMap<>();

    private double wanted = Double.NEGATIVE_INFINITY;
    private int enough;

    /**
     * Begins with no reference.
     *
     * @param most rows that may stay open
     * @param ownAlone whether variants' rows are left out
     * @param exact the neighbour that a candidate's reference is
     */
    TopCandidates(int k, int most, boolean ownAlone, Function<Candidate, Neighbour> exact) {
        this.k = k;
        this.most = most;
        this.ownAlone = ownAlone;
        this.exact = exact;
        least = new double[k];
        Arrays.fill(least, Double.NEGATIVE_INFINITY);
        holders = new StoredReference[k];
        enough = Math.min(most, 8 * k);
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

    /**
     * Offers the rows of a view.
     *
     * @param estimates of their products with the query
     */
    void offer(float[] estimates, RowView<StoredReference> view, double error) {
        float cut = Estimate.cut(wanted, error);
        for (int row = 0, rows = view.size(); row < rows; row++) {
            float estimate = estimates[row];
            if (estimate >= cut && view.owner(row) != null && (!ownAlone || view.isFirst(row))) {
                add(view, row, estimate, error);
                cut = Estimate.cut(wanted, error);
            }
        }
    }

    /** The k nearest references by exact cosines; of equal ones that of the lower id. */
    List<Neighbour> nearest() {
        lookAtOpen();
        return known.values().stream().sorted(order()).toList();
    }

    /** Rows that are open. */
    int open() {
        return open.size();
    }

    private void add(RowView<StoredReference> view, int row, float estimate, double error) {
        open.add(new Candidate(view, row, Estimate.most(estimate, error)));
        hold(view.owner(row), Estimate.least(estimate, error));
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
            if (!known.containsKey(candidate.reference())) {
                Neighbour neighbour = exact.apply(candidate);
                known.put(candidate.reference(), neighbour);
                hold(candidate.reference(), ownAlone ? neighbour.ownSimilarity() : neighbour.similarity());
            }
        }
        open.clear();
        List<Map.Entry<StoredReference, Neighbour>> best = known.entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .sorted(Map.Entry.comparingByValue(order()))
                .limit(k)
                .toList();
        known.clear();
        best.forEach(entry -> known.put(entry.getKey(), entry.getValue()));
    }

    private Comparator<Neighbour> order() {
        return ownAlone ? MOST_ALIKE : NEAREST;
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
}
