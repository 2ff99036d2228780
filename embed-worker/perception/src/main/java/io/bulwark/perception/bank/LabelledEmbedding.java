package io.bulwark.perception.bank;

/**
 * One reference of a bank.
 *
 * @param id unique in the bank
 * @param label its class; the policy says which are flagged
 * @param embedding unit row of the bank's dimension; not copied, not to be modified
 */
public record LabelledEmbedding(String id, String label, float[] embedding) {}
