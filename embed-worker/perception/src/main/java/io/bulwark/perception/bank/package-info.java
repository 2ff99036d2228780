/**
 * Labelled reference embeddings and exact nearest-neighbour search in the perceptual metric (cosine of unit rows).
 *
 * <p>What may enter: types about references, their search and what is calibrated on them. No labels' meaning: which
 * labels are flagged is the {@linkplain io.bulwark.perception.verdict policy's}.
 *
 * <pre>{@code
 * try (BankBuilder references = new BankBuilder(encoder.description().fingerprint(), 1280, Clock.systemUTC())) {
 *     references.put(LabelledEmbedding.ofHalf("r-1", "weapons", event.getEmbedding()));
 *     try (Bank bank = references.snapshot()) {
 *         List<Neighbour> near = bank.nearest(embedding, 1, 11).get(0);
 *     }
 * }
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Exact, never approximate.</b> A reference that an index misses is a hole for an attacker, and below a million
 *       references one matrix product is fast enough ({@link io.bulwark.perception.bank.KnnBenchmark} measures it).
 *   <li><b>Re-scored candidates.</b> A matrix product's last bits depend on how the library blocks it: on the batch's
 *       size and the row's place; and it is made of 16-bit rows ({@link io.bulwark.perception.rows}). So the product only
 *       chooses candidates (all that may be as near as the k-th is at least, by the products' error bound), whose cosines
 *       with the exact rows are summed in double precision, in one order. A query's neighbours thus do not depend on the
 *       batch it was in, and two identical references are a tie on every machine. Asking the library's own top-k was
 *       rejected: it keeps no order among ties.
 *   <li><b>Several rows, one vote.</b> A reference may have rows of everyday variants of its picture. The search counts
 *       references, each by its nearest row, while it chooses candidates. Searching for more rows and throwing doubles away
 *       afterwards was rejected: with six rows a reference it takes six times the neighbours to be sure of k.
 *   <li><b>Plain rows are known by comparison</b> ({@link io.bulwark.perception.bank.PlainRows}), when a bank is loaded. A
 *       mark on the topic was rejected: the banks that matter were written without one. What a picture of one colour becomes
 *       is no row of a real picture, and where it is near to one, so is every blank upload.
 *   <li><b>Snapshots.</b> A bank never changes; an update makes the next one, which shares what did not change.
 *   <li><b>A version that adds up.</b> Equal banks have one version, and a change costs one reference's hash: the sum of all
 *       references' hashes in a group where making two equal sums is hard ({@code LatticeHash}). A Merkle tree was weighed:
 *       it needs an order, and 32 bytes of heap a reference.
 * </ul>
 */
package io.bulwark.perception.bank;
