package io.bulwark.lab.explain.serve;

import java.util.List;

/**
 * Where a decision comes from, as it is sent: Jackson writes pictures in Base64.
 *
 * @param view that decided
 * @param decision about the copy: SAFE, NSFW or REVIEW
 * @param score of that view, in [0, 1]; 1 is flagged
 * @param margin how much nearer the view lies to flagged references than to others
 * @param nearest references that vote, nearest first
 * @param picture PNG of the view
 * @param gradient PNG of the map by smoothed gradient over the view
 * @param occlusion PNG of the map by occlusion over the view
 * @param agreement rank correlation of the two maps, in [-1, 1]
 * @param seconds that it took
 * @param encoder its name
 * @param bankVersion of the references
 */
record Explanation(
        String view,
        String decision,
        double score,
        double margin,
        List<Near> nearest,
        byte[] picture,
        byte[] gradient,
        byte[] occlusion,
        double agreement,
        double seconds,
        String encoder,
        String bankVersion) {

    /**
     * A reference near the view.
     *
     * @param similarity cosine, in [-1, 1]
     * @param flagged whether its label is flagged
     */
    record Near(String referenceId, String label, double similarity, boolean flagged) {}
}
