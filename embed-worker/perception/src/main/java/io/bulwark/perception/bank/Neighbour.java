package io.bulwark.perception.bank;

import java.util.Optional;

/**
 * A reference near a query.
 *
 * @param referenceId its id
 * @param label its class
 * @param similarity cosine of the query and the nearest of the reference's rows, in [-1, 1]
 * @param variant which of its variants that row is; empty where it is the reference's own
 * @param ownSimilarity cosine of the query and the reference's own row, at most {@code similarity}
 */
public record Neighbour(
        String referenceId, String label, float similarity, Optional<String> variant, float ownSimilarity) {

    /** A reference whose own row is the nearest of its rows. */
    public Neighbour(String referenceId, String label, float similarity) {
        this(referenceId, label, similarity, Optional.empty(), similarity);
    }
}
