package io.bulwark.perception.verdict;

import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.Bank.HashMatch;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an image when it is decided.
 *
 * @param tenant whose policy applies
 * @param hashes by which the file may be known
 * @param found what a bank knows of these hashes, where one was asked before; a bank of another version is asked again
 * @param views at least one
 */
public record SeenImage(String tenant, ContentHashes hashes, Optional<HashMatch.Found> found, List<SeenView> views) {

    /** The tenant of uploads that name none. */
    public static final String DEFAULT_TENANT = "default";

    /** A probability with the rounding of a softmax in half precision. */
    private static final float HEAD_MOST = 1.01f;

    /** An image whose hashes no bank was asked for yet. */
    public SeenImage(String tenant, ContentHashes hashes, List<SeenView> views) {
        this(tenant, hashes, Optional.empty(), views);
    }

    /**
     * Why nothing can be decided of it: the encoder's answer for a view is zero, not a number or infinite, or its head's
     * is. Empty where all is well.
     */
    public Optional<String> fault() {
        return views.stream()
                .filter(view -> !view.isSound())
                .findFirst()
                .map(
                        view -> "What the encoder gives for the view " + view.name()
                                + " is no embedding: it is not finite, or not of length 1, or its class probabilities are none");
    }

    /** The views that are evidence: those with content. Empty where none has any. */
    public List<SeenView> evidence() {
        return views.stream().filter(view -> !View.isPlain(view.name())).toList();
    }

    /** Whether no view has content, so that there is no evidence of anything. */
    public boolean isPlain() {
        return evidence().isEmpty();
    }

    /**
     * One view as an encoder sees it.
     *
     * @param name of the view
     * @param embedding unit row; not copied, not to be modified
     * @param headProbabilities of the package's classifier, in the order of its classes; empty where it has none
     */
    public record SeenView(String name, float[] embedding, float[] headProbabilities) {

        private boolean isSound() {
            boolean headIsSound = true;
            for (float probability : headProbabilities) {
                headIsSound &= probability >= 0 && probability <= HEAD_MOST;
            }
            return headIsSound && Bank.takes(embedding);
        }
    }

    /** A picture without a file, seen in one view, of the tenant {@value #DEFAULT_TENANT}. */
    public static SeenImage of(String view, float[] embedding, float[] headProbabilities) {
        return new SeenImage(
                DEFAULT_TENANT, ContentHashes.NONE, List.of(new SeenView(view, embedding, headProbabilities)));
    }
}
