package io.bulwark.perception.bank;

/**
 * A reference near a query.
 *
 * @param referenceId its id
 * @param label its class
 * @param similarity cosine of the two embeddings, in [-1, 1]
 */
public record Neighbour(String referenceId, String label, float similarity) {}
