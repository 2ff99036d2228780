package io.bulwark.perception.rows;

/**
 * What estimated products of one query with the rows of a view say of the exact ones, in double precision or rounded to fp32.
 * Valid until the callback that received it returns. One thread.
 */
public interface Estimates<T extends StoredRows> {

    RowView<T> view();

    /** A row's estimate, to be compared with {@link #cut}. */
    float told(int row);

    /** Every row whose estimate is lower than this has a product below {@code wanted}. */
    float cut(double wanted);

    /** Whether a row's product may be {@code wanted} or more, by what is known of this row. */
    boolean mayReach(int row, double wanted);

    /** A row's product is at least this. */
    double least(int row);

    /** A row's product is at most this. */
    double most(int row);
}
