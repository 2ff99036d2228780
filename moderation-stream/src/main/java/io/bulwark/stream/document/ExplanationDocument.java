package io.bulwark.stream.document;

import java.util.List;

/**
 * Where the decision about a picture comes from, measured on the preview's copy of it. Pictures are PNG, in Base64.
 *
 * @param view that decided about the copy
 * @param decision about the copy
 * @param score of that view, in [0, 1]; 1 is flagged
 * @param margin how much nearer the view lies to flagged references than to others
 * @param nearest references that vote, nearest first
 * @param picture the view
 * @param gradient the view in grey, and over it what each part adds to the margin (red) or takes off (blue), by the mean
 *     gradient over noisy copies
 * @param occlusion the same by deleting parts
 * @param agreement rank correlation of the two maps, in [-1, 1]
 * @param seconds that it took
 * @param encoder name of the model
 * @param bankVersion of the references
 */
public record ExplanationDocument(
        String view,
        String decision,
        double score,
        double margin,
        List<NearDocument> nearest,
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
     * @param flagged whether its label is flagged by the tenant's policy
     */
    public record NearDocument(String referenceId, String label, double similarity, boolean flagged) {}

    /** Whether nothing is missing and the pictures begin as PNG files do. */
    public boolean isWhole() {
        return view != null
                && decision != null
                && nearest != null
                && encoder != null
                && bankVersion != null
                && isPng(picture)
                && isPng(gradient)
                && isPng(occlusion);
    }

    private static boolean isPng(byte[] bytes) {
        return bytes != null && bytes.length > 8 && (bytes[0] & 0xff) == 0x89 && bytes[1] == 'P' && bytes[2] == 'N';
    }
}
