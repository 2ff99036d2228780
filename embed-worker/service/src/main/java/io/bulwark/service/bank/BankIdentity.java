package io.bulwark.service.bank;

import java.util.Set;

/**
 * Which references are the worker's.
 *
 * @param bankName {@code bulwark.bank.name}
 * @param modelFingerprint of the encoder that runs
 * @param dimension of its embeddings
 * @param flaggedLabels {@code bulwark.policy.flagged-labels}
 */
public record BankIdentity(String bankName, String modelFingerprint, int dimension, Set<String> flaggedLabels) {}
