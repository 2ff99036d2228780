package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowSnapshot.Estimates;
import io.bulwark.perception.rows.RowSnapshot.RowView;
import io.bulwark.perception.rows.RowStore.StoredRows;
import io.bulwark.perception.safetensors.ElementType.Halves;
import io.bulwark.perception.torch.RowBlock;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Queries as they are multiplied.
 *
 * @param rounded {@code [count, D]} in bf16
 * @param split what is to be known of each
 * @param summing what summing a product may be off
 */
record AskedRows(float[] rounded, SplitQuery[] split, double summing) {

    /** @param queries {@code [count, dimension]} row-major, of lengths that are 1 within 0.01 */
    static AskedRows of(float[] queries, int count, int dimension) {
        float[] rounded = new float[count * dimension];
        SplitQuery[] split = new SplitQuery[count];
        Arrays.setAll(split, query -> SplitQuery.of(queries, query * dimension, dimension, rounded));
        return new AskedRows(rounded, split, RowBlock.summing(dimension));
    }

    /**
     * Multiplies them with rows.
     *
     * @param view whose rows they are
     * @param rows its own, or their sketches
     * @param about the products that estimates are to say most of; infinite where that is not known
     * @param taker told of each query in its order
     */
    <T extends StoredRows> void multiply(
            RowView<T> view, RoundedRows.View rows, double about, BiConsumer<Integer, Estimates<T>> taker) {
        float offset = offset(about);
        rows.block()
                .multiply(
                        rounded,
                        split.length,
                        rows.used(),
                        offset,
                        (query, products) -> taker.accept(
                                query, new BfloatEstimates<>(view, rows, products, offset, split[query], summing)));
    }

    private static float offset(double about) {
        return RowBlock.addsFirst() && !Double.isInfinite(about)
                ? -Halves.fromBfloat(Halves.toBfloat((float) about))
                : 0;
    }

    /**
     * Estimates by the product of a row and a query in bf16.
     *
     * <p>With row r = s u + e and query q = t p + f, u and p their bf16, s and t such that e is at a right angle to r
     * and f to q: q r = s t p u + f r + q e - f e. Of q only what is at a right angle to r meets e, and of r only what
     * is so to q meets f. So what bf16 rounded off matters the less the nearer the two are: the sine of the angle
     * between them, times (|q| |e| + |r| |f|).
     *
     * @param view whose rows they are
     * @param rows what the products are with: the view's rows, or their sketches
     * @param told products and offset
     * @param offset what is in them
     * @param summing what summing a product may be off
     */
    record BfloatEstimates<T extends StoredRows>(
            RowView<T> view, RoundedRows.View rows, float[] told, float offset, SplitQuery query, double summing)
            implements Estimates<T> {

        private static final double ROUNDING = RowBlock.rounding();
        /** Above the length of any row. */
        private static final double LENGTH = 1.001;
        /**
         * Above what right angles are off by, what the length in a sketch is rounded by, and all rounding that is done
         * here.
         */
        private static final double TINY = 1e-6;

        @Override
        public float told(int row) {
            return told[row];
        }

        @Override
        public float cut(double wanted) {
            double left = wanted - error(wanted, rows.error()) - query.scale() * rows.mostScale() * summing;
            double sum = left / (query.scale() * (left > 0 ? rows.mostScale() : rows.leastScale())) + offset;
            return Math.nextDown((float) (sum / (sum > 0 ? 1 + ROUNDING : 1 - ROUNDING)));
        }

        @Override
        public boolean mayReach(int row, double wanted) {
            double scale = scale(row);
            return scale * sum(row) + noise(row, scale) + error(wanted, rows.errors()[row]) >= wanted;
        }

        @Override
        public double least(int row) {
            double scale = scale(row);
            double middle = scale * sum(row) - noise(row, scale);
            double error = rows.errors()[row];
            // The first bound may be wide; what it says of the angle makes the second narrower.
            return middle - error(middle - error(0, error), error);
        }

        @Override
        public double most(int row) {
            double scale = scale(row);
            // Were it more, the angle would be smaller than that of the least, and the error with it.
            return scale * sum(row) + noise(row, scale) + error(least(row), rows.errors()[row]);
        }

        private double scale(int row) {
            return query.scale() * rows.scales()[row];
        }

        private double sum(int row) {
            return (double) told[row] - offset;
        }

        private double noise(int row, double scale) {
            return scale * (summing + ROUNDING * Math.abs(told[row]));
        }

        /** What bf16 may hide in a product of this much or more, given what is missing of the row. */
        private double error(double product, double ofRow) {
            double cosine = product / (query.length() * LENGTH);
            double sine = cosine <= 0 ? 1 : Math.sqrt(Math.max(0, 1 - cosine * cosine));
            return sine * (query.length() * ofRow + LENGTH * query.error()) + query.error() * ofRow + TINY;
        }
    }

    /**
     * A query as it is multiplied: in bf16, times a scale that leaves a difference at a right angle to the query.
     *
     * @param length of the query, about 1
     * @param scale what the rounded query is to be multiplied with
     * @param error length of what is then still missing
     */
    record SplitQuery(double length, double scale, double error) {

        /** @param rounded takes the query in bf16, in the same place */
        static SplitQuery of(float[] queries, int from, int dimension, float[] rounded) {
            double own = 0;
            double both = 0;
            for (int i = from; i < from + dimension; i++) {
                rounded[i] = Halves.fromBfloat(Halves.toBfloat(queries[i]));
                own += (double) queries[i] * queries[i];
                both += (double) queries[i] * rounded[i];
            }
            double scale = own / both;
            double squares = 0;
            for (int i = from; i < from + dimension; i++) {
                double difference = queries[i] - scale * rounded[i];
                squares += difference * difference;
            }
            return new SplitQuery(Math.sqrt(own), scale, Math.sqrt(squares));
        }
    }
}
