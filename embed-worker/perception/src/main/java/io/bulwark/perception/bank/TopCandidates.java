package io.bulwark.perception.bank;

import io.bulwark.perception.rows.Estimate;
import io.bulwark.perception.rows.RowView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The references that may be the nearest k of one query, given estimates of their rows' cosines with bounded errors: all
 * those of which a row may be as near as the k-th reference is at least.
 */
final class TopCandidates {

    private final int k;
    /** At least how near the k nearest references are, ascending; -infinity where fewer were seen. */
    private final double[] least;
    /** Which each of those is. */
    private final StoredReference[] holders;

    private final List<Candidate> candidates = new ArrayList<>();
    private double wanted = Double.NEGATIVE_INFINITY;
    private int enough;

    TopCandidates(int k) {
        this.k = k;
        least = new double[k];
        Arrays.fill(least, Double.NEGATIVE_INFINITY);
        holders = new StoredReference[k];
        enough = 8 * k;
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
     * @param ownAlone whether variants' rows are left out
     */
    void offer(float[] estimates, RowView<StoredReference> view, double error, boolean ownAlone) {
        float cut = Estimate.cut(wanted, error);
        for (int row = 0, rows = view.size(); row < rows; row++) {
            float estimate = estimates[row];
            if (estimate >= cut && view.owner(row) != null && (!ownAlone || view.isFirst(row))) {
                add(view, row, estimate, error);
                cut = Estimate.cut(wanted, error);
            }
        }
    }

    /** One row of each reference that may be among the nearest. */
    List<Candidate> references() {
        dropHopeless();
        Map<StoredReference, Candidate> of = new IdentityHashMap<>();
        candidates.forEach(candidate -> of.putIfAbsent(candidate.reference(), candidate));
        return List.copyOf(of.values());
    }

    private void add(RowView<StoredReference> view, int row, float estimate, double error) {
        candidates.add(new Candidate(view, row, Estimate.most(estimate, error)));
        hold(view.owner(row), Estimate.least(estimate, error));
        wanted = clamped(least[0]);
        if (candidates.size() > enough) {
            dropHopeless();
            enough = 2 * candidates.size() + 8 * k;
        }
    }

    private void dropHopeless() {
        candidates.removeIf(candidate -> candidate.most() < wanted);
    }

    /** Cosines beyond 1 are as good as 1, and those beyond -1 as bad. */
    private static double clamped(double cosine) {
        return cosine <= -1 ? Double.NEGATIVE_INFINITY : Math.min(cosine, 1);
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
    }
}
