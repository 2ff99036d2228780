/**
 * Unit rows that change, off the heap in 16 bits and a little more, and their products with queries. What may enter: what a
 * bank of references and an index of flagged content have in common; no label, no vote, no event.
 *
 * <pre>{@code
 * RowStore<Entry> store = new RowStore<>(1280);
 * store.add(entry, List.of(row));
 * try (RowSnapshot<Entry> rows = store.snapshot()) {
 *     rows.estimate(queries, 8, taker);
 * }
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>bf16 chooses, the exact row decides.</b> What is multiplied is each element's upper 16 bits, rounded: half of the
 *       memory to read, which is what a search costs. Beside it lies what was rounded off, so that the fp32 row comes back
 *       bit for bit ({@link io.bulwark.perception.rows.RowForm}). A product's error is bounded from the row's and the query's
 *       own rounding errors, as measured; the caller computes exactly all that the bound leaves open, and so answers
 *       like a plain loop over the fp32 rows.
 *   <li><b>Errors at a right angle.</b> Pictures are much alike, and what the bound leaves open is what a search costs there. Each
 *       row and each query has a scale that leaves of its error only what is at a right angle to it, and of this a row that is
 *       near meets only the sine of the angle: at a cosine of 0.97 a quarter. What libtorch rounds its bf16 products by is
 *       kept small by adding the opposite of what is looked for before it rounds. Together the bound is an eighth of what bf16
 *       alone leaves ({@link io.bulwark.perception.rows.AskedRows.BfloatEstimates}). A product with the query in two
 *       bf16 parts costs 40 % more, one in fp32 over rows that are converted in the cache some ten times as much.
 *   <li><b>No file.</b> References travel in fp16. Of such a row three bits an element and its length are enough besides
 *       bf16: 1,000,000 rows of 1,280 take 3.05 GB, all in memory. The lower halves in a memory-mapped file were weighed: they
 *       would need a disk of 2.6 GB in every pod, and be read where a search waits. Rows that come from elsewhere take four
 *       bytes an element.
 *   <li><b>bf16, not fp16 or bytes.</b> Processors multiply bf16 (AVX512-BF16, AMX) where few multiply fp16. Bytes would
 *       be read in half the time, but their bound leaves thousands of rows open, and the exact rows would not fit beside
 *       them.
 *   <li><b>Not Java's vectors.</b> They are an incubating module, which every command line would have to name, and multiply
 *       in fp32: half of the speed.
 *   <li><b>Sketches</b> ({@link io.bulwark.perception.rows.Sketch}) where all rows within a narrow angle are searched, as in the
 *       flagged index, and not the nearest ones, however far: 128 elements instead of 1,280. Of clip art among itself 17 of
 *       1,000 rows are within a cosine of 0.98, and the elements that vary most leave 19 open, the first ones in order 393.
 *       Where sketches rule out too few, whole rows are multiplied. A sketch takes 512 bytes.
 *   <li><b>Segments.</b> Adding writes into the last one, removing leaves a gap, and one that is a quarter gaps is emptied into
 *       the last. So a change costs what it changes, and at most a third more memory is held than is needed.
 *   <li><b>Snapshots</b> share segments. What a snapshot sees is never written again; a segment is freed with the last
 *       that sees it.
 * </ul>
 */
package io.bulwark.perception.rows;
