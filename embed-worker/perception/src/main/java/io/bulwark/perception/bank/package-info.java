/**
 * Labelled reference embeddings and exact nearest-neighbour search in the perceptual metric (cosine of unit rows).
 *
 * <p>What may enter: types about references, their search and what is calibrated on them. No labels' meaning: which
 * labels are flagged is the {@linkplain io.bulwark.perception.verdict policy's}.
 *
 * <pre>{@code
 * BankBuilder references = new BankBuilder(encoder.description().fingerprint(), 1280, Clock.systemUTC());
 * references.put(LabelledEmbedding.ofHalf("r-1", "weapons", event.getEmbedding()));
 * try (Bank bank = references.snapshot()) {
 *     List<Neighbour> near = bank.nearest(embedding, 1, 11).get(0);
 * }
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Exact, never approximate.</b> A reference that an index misses is a hole for an attacker, and below a million
 *       references one matrix product is fast enough ({@link io.bulwark.perception.bank.KnnBenchmark} measures it).
 *   <li><b>Re-scored candidates.</b> A matrix product's last bits depend on how the library blocks it: on the batch's
 *       size and the row's place. So the product only chooses candidates (all within its error bound of the k-th), whose
 *       cosines are summed again in double precision, in one order. A query's neighbours thus do not depend on the batch
 *       it was in, and two identical references are a tie on every machine. Asking the library's own top-k was rejected:
 *       it keeps no order among ties.
 *   <li><b>Several rows, one vote.</b> A reference may have rows of everyday variants of its picture. The search counts
 *       references, each by its nearest row, while it chooses candidates. Searching for more rows and throwing doubles away
 *       afterwards was rejected: with six rows a reference it takes six times the neighbours to be sure of k.
 *   <li><b>Snapshots.</b> A bank never changes; an update builds the next one and closes the last.
 * </ul>
 */
package io.bulwark.perception.bank;
