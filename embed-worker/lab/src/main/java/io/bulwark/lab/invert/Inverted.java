package io.bulwark.lab.invert;

import java.util.List;

/**
 * What came of an inversion.
 *
 * @param pictures {@code [count, 3, height, width]} in [0, 1]
 * @param scores {@code [count]} of these: with targets of length 1, cosines
 * @param way pictures on the way, the start first and the last as in {@code pictures}, each of the same shape
 * @param memory bytes of this process in RAM when each of the way was taken now; empty where the system does not tell
 * @param seconds that it took now
 */
public record Inverted(float[] pictures, float[] scores, List<float[]> way, List<Long> memory, double seconds) {}
