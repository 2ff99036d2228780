package io.bulwark.perception.verdict;

import java.util.List;
import java.util.Optional;

/**
 * What is known of an image when it is decided.
 *
 * @param tenant whose policy applies
 * @param sha256 of the file, lower-case hexadecimal; empty where there is no file
 * @param views at least one
 */
public record SeenImage(String tenant, Optional<String> sha256, List<SeenView> views) {

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
                DEFAULT_TENANT, Optional.empty(), List.of(new SeenView(view, embedding, headProbabilities)));
    }
}
