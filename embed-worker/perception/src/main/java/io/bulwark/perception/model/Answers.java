package io.bulwark.perception.model;

/**
 * What a program's entry for gradients answers to a batch.
 *
 * @param count pictures in the batch
 * @param embeddings {@code [count, D]} row-major, not normalised
 * @param logits {@code [count, C]} row-major, of the classifier head; empty where there is none
 */
public record Answers(int count, float[] embeddings, float[] logits) {}
