/**
 * The perceptual metric and how well it does: similarity of embeddings, two-alternative forced choice, retrieval, kNN.
 * What may enter: arithmetic on embeddings; no encoder, no bank.
 *
 * <p>Everything here is arithmetic on embeddings, in binary64, without an encoder or a native library: the slow,
 * obviously right version that also evaluates the fast ones. Ties go to the lower index everywhere, so that a number can
 * be reproduced; PyTorch's {@code topk} keeps no order among equals.
 *
 * <pre>{@code
 * double similarity = Cosine.similarity(embeddingOfA, embeddingOfB);
 * Choice choice = Choice.between(reference, left, right);      // which is nearer, by what margin
 * Ranking ranking = Ranking.of(query, gallery);
 * double averagePrecision = ranking.averagePrecision(relevant);
 * }</pre>
 */
package io.bulwark.perception.metric;
