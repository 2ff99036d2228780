package io.bulwark.perception.bank;

import io.bulwark.perception.bank.TopCandidates.Candidate;
import io.bulwark.perception.rows.RowReader;
import io.bulwark.perception.rows.RowView;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** References by exact cosines, for the queries of one search. One thread. */
final class ExactRows {

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
