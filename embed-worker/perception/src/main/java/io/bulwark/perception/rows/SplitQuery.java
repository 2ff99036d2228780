package io.bulwark.perception.rows;

import io.bulwark.perception.safetensors.Halves;

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
