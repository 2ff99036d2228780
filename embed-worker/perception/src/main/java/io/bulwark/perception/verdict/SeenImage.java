package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.ContentHashes;
import java.util.List;

/**
 * What is known of an image when it is decided.
 *
 * @param tenant whose policy applies
 * @param hashes by which the file may be known
 * @param views at least one
 */
public record SeenImage(String tenant, ContentHashes hashes, List<SeenView> views) {

    /** The tenant of whoever names none. */
    public static final String DEFAULT_TENANT = "default";

    /**
     * One view as an encoder sees it.
     *
     * @param name of the view
     * @param embedding unit row; not copied, not to be modified
     * @param headProbabilities of the package's classifier, in the order of its classes; empty where it has none
     */
    public record SeenView(String name, float[] embedding, float[] headProbabilities) {}

    /** A picture without a file, seen in one view, of the tenant {@value #DEFAULT_TENANT}. */
    public static SeenImage of(String view, float[] embedding, float[] headProbabilities) {
        return new SeenImage(
                DEFAULT_TENANT, ContentHashes.NONE, List.of(new SeenView(view, embedding, headProbabilities)));
    }
}
