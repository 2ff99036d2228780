package io.bulwark.perception.flagged;

import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.PacBound;
import java.util.Arrays;
import java.util.List;

/**
 * A bound for the flagged index, found on harmless files that nothing else saw. A further harmless file, drawn as those were,
 * is held back with a probability of at most {@code rate}, which holds with confidence {@code 1 - delta} over the draw of
 * the files ({@link PacBound}: the bound is an order statistic of their distances). The promise is for the entries at hand,
 * however they are merged: any of them may be a centre, and none is wider than {@link FlaggedEntry#WIDEST}.
 *
 * @param files that were looked at
 * @param entries that they were compared with
 * @param allowed of the files may be held back
 * @param held of the files, by the bound that was found
 * @param similarity cosine of the bound, rounded up: {@code bulwark.flagged.similarity}
 */
public record FlaggedCalibration(int files, int entries, int allowed, int held, double similarity) {

    private static final double DECIMALS = 1e4;

    /**
     * How far a file is from the nearest content, any of which may be an entry's centre: the least angle of its views, in radians.
     *
     * @param views unit rows, at least one
     * @param contents unit rows of the same encoder, at least one
     */
    public static double distance(List<float[]> views, List<float[]> contents) {
        double most = -1;
        for (float[] view : views) {
            for (float[] content : contents) {
                most = Math.max(most, Cosine.similarity(view, content));
            }
        }
        return FlaggedIndex.angle(most);
    }

    /**
     * The widest bound that keeps the promise.
     *
     * @param distances of the files, as {@link #distance} gives them
     * @param entries that they were compared with
     * @param rate of harmless files that may be held back, in (0, 1)
     * @param delta that the promise may fail with, in (0, 1)
     * @throws IllegalArgumentException if the files are too few for the rate, or so near to the entries that no bound keeps it
     */
    public static FlaggedCalibration of(double[] distances, int entries, double rate, double delta) {
        int allowed = PacBound.allowed(distances.length, rate, delta);
        if (allowed < 0) {
            throw new IllegalArgumentException(distances.length + " harmless files cannot promise a rate of " + rate
                    + ", at least " + PacBound.fewest(rate, delta) + " are needed");
        }
        double[] ascending = distances.clone();
        Arrays.sort(ascending);
        // Rounded up, so that the file on the bound is outside; beyond a quarter turn everything is alike.
        double nearest = Math.min(ascending[allowed], Math.PI / 2);
        double similarity = (Math.floor(Math.cos(nearest) * DECIMALS) + 1) / DECIMALS;
        if (FlaggedIndex.angle(similarity) < FlaggedEntry.WIDEST) {
            throw new IllegalArgumentException((allowed + 1) + " of the " + distances.length
                    + " harmless files are as near to flagged pictures as merging reaches, allowed are " + allowed
                    + ": look whether they are copies of flagged pictures");
        }
        double bound = FlaggedIndex.angle(similarity);
        int held = (int)
                Arrays.stream(distances).filter(distance -> distance <= bound).count();
        return new FlaggedCalibration(distances.length, entries, allowed, held, similarity);
    }
}
