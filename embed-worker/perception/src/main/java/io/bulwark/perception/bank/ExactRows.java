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
    private final double[] query;
    private int last = -1;
    /** Those of the last query. Most that one query asks for are wanted twice, side by side. */
    private final Map<StoredReference, Neighbour> neighbours = new IdentityHashMap<>();

    private long opened;

    /** @param queries {@code [Q, dimension]} row-major */
    ExactRows(float[] queries, int dimension) {
        this.queries = queries;
        this.dimension = dimension;
        reader = new RowReader(dimension);
        query = new double[dimension];
    }

    /** For one of the queries. */
    TopCandidates.Exact of(int number) {
        return new TopCandidates.Exact() {

            @Override
            public double cosine(Candidate candidate) {
                use(number);
                opened++;
                return reader.product(candidate.view(), candidate.row(), query);
            }

            @Override
            public Neighbour neighbour(Candidate candidate) {
                use(number);
                return neighbours.computeIfAbsent(candidate.reference(), reference -> nearest(number, candidate));
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
            for (int i = 0; i < dimension; i++) {
                query[i] = queries[number * dimension + i];
            }
        }
    }

    /** By the nearest of its rows; of equal ones the first, its own before its variants'. */
    private Neighbour nearest(int number, Candidate candidate) {
        StoredReference reference = candidate.reference();
        RowView<StoredReference> view = candidate.view();
        int offset = number * dimension;
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
}
