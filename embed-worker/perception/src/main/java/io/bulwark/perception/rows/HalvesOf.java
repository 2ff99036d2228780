package io.bulwark.perception.rows;

import io.bulwark.perception.metric.Length;
import io.bulwark.perception.safetensors.Halves;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the halves that a unit row was made of, if it was: references travel in fp16 and are brought back to length 1. Nothing
 * depends on finding them but memory.
 */
final class HalvesOf {

    /** How far the length of halves may be from 1. */
    private static final float TOLERANCE = 0.01f;

    private HalvesOf() {}

    /** The halves, as fp32, which divided by their length are this row, bit for bit. */
    static Optional<float[]> row(float[] row) {
        int greatest = 0;
        for (int i = 1; i < row.length; i++) {
            if (Math.abs(row[i]) > Math.abs(row[greatest])) {
                greatest = i;
            }
        }
        float magnitude = Math.abs(row[greatest]);
        // One half for each length that is allowed: some forty, of which the first elements leave one.
        int first = Halves.toHalf(magnitude * (1 - TOLERANCE));
        int last = Halves.toHalf(magnitude * (1 + TOLERANCE));
        for (int half = first; half <= last; half++) {
            Optional<float[]> halves = divided(row, Halves.fromHalf((short) half) / (double) magnitude);
            if (halves.isPresent()) {
                return halves;
            }
        }
        return Optional.empty();
    }

    /** @param length of the halves but for the rounding of one element, which is up to three units in the last place of each */
    private static Optional<float[]> divided(float[] row, double length) {
        float[] halves = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            halves[i] = Halves.fromHalf(Halves.toHalf((float) (row[i] * length)));
            if (Math.abs((float) (halves[i] / length) - row[i]) > 4 * Math.ulp(row[i])) {
                return Optional.empty();
            }
        }
        boolean same = Arrays.equals(Length.divided(halves, Length.of(halves, 0, halves.length)), row);
        return same ? Optional.of(halves) : Optional.empty();
    }
}
