/**
 * Whether Bulwark works on somebody's own pictures: labelled files in, how they were decided out.
 *
 * <p>What may enter: the division of the files, the test files' way to a decision and what the decisions add up to. How a
 * file is decided is behind {@link io.bulwark.perception.evaluate.acceptance.FileJudge}; what people do with pictures is
 * {@link io.bulwark.perception.evaluate.everyday}'s. Nothing here prints. Example:
 *
 * <pre>{@code
 * Split split = Split.of(filesByLabel, Set.of("weapons"));
 * FileJudge judge = ...; // a bank of split.bank(), calibrated on split.calibration()
 * AcceptanceRun run = new AcceptanceRun(judge, decoder, progress);
 * List<TestedFile> tested = run.test(split, 50);
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A file's hash says where it belongs.</b> A file added later moves no other file, so that reports before and
 *       after can be compared. The price is that sides are only about as large as they are meant to be, and that a label
 *       of a few files may miss a side. Cutting a sorted list at exact shares was rejected for the files that it moves.
 *   <li><b>The unit is the file.</b> Intervals are over files, never over their edits, which stand and fall together.
 *   <li><b>Copies that differ in a byte are not recognised.</b> A recompressed copy of a bank file among the test files
 *       makes the result look better than it is, and the report says so.
 *   <li><b>Bounds of sums are sums of bounds.</b> What combines two shares, such as the precision at a prevalence, takes
 *       the worse end of both intervals. That is at least as wide as an interval of independent errors, which add up in
 *       squares (Zou and Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 2008),
 *       and easier to explain.
 * </ul>
 */
package io.bulwark.perception.evaluate.acceptance;
