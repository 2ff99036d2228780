/**
 * Whether Bulwark works on a user's own pictures: labelled files in, their decisions out.
 *
 * <p>What may enter: the division of the files, their way to a bank, a policy and decisions, and what the decisions add
 * up to. How a file is decoded and embedded is behind {@link io.bulwark.cli.picture.FileViewer}; what
 * people do with pictures is {@link io.bulwark.cli.everyday}'s. Nothing here prints. Example:
 *
 * <pre>{@code
 * Split split = Split.of(filesByLabel, Set.of("weapons"));
 * Sights sights = Sights.of(split, viewer, progress);
 * try (CalibratedBank bank = CalibratedBank.of(encoder, split.bank(), split.calibration(), sights, goal)) {
 *     FileJudge judge = file -> bank.judge(Sha256.digest(file).hex(), sights.of(file));
 *     List<TestedFile> tested = new AcceptanceRun(judge, 1, decoder, progress).test(split, 50);
 * }
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A file's hash says where it belongs.</b> A file added later moves no other file, so that reports before and
 *       after can be compared. The price is that sides are only about as large as they are meant to be, and that a
 *       label of a few files may miss a side. Cutting a sorted list at exact shares was rejected for the files that it
 *       moves.
 *   <li><b>The unit is the file, or the contributor where it is known.</b> Intervals are over files, never over their
 *       edits, which stand and fall together. Photographs of one person share background, light and camera: so
 *       contributors are given apart for references and questions, their names divide references into bank and
 *       calibration, and intervals draw contributors. They are not merged where they share copies, as {@code evaluate
 *       photographs} merges them.
 *   <li><b>What is fitted and what promises see different files.</b> Temperature, floor and the similarity of known
 *       content come from the bank's files, each by all the others. So all calibration files are left for the
 *       thresholds, whose promise needs as many as it can get: with 2 % at 95 % at least 149 of each kind. Fitting on
 *       half of the calibration files was rejected for the files that it takes from the promise.
 *   <li><b>An edited file is not known by its hash.</b> Its bytes are others, so SHA-256 never helps it; that it looks
 *       like a reference may. An unedited test file is never in the bank, for equal files are on one side.
 *   <li><b>Test edits are of fixed strength, and no bank has them.</b> Variants in the bank and versions of calibration
 *       files are drawn by other chance and at other strengths ({@link io.bulwark.cli.everyday.EverydayVariants}), and
 *       collages of calibration files take their other pictures from the bank's files, those of tests from the
 *       calibration's.
 *   <li><b>Copies that differ in a byte are counted, not removed.</b> A recompressed copy of a bank file among the test
 *       files makes the result look better than it is. The report says how many look like copies, and what the result
 *       is without them; uploads are copies of known pictures too, so neither number alone is the truth.
 *   <li><b>Only the attack of one who knows all is run.</b> Its result is the least of what can be hoped for, so that a
 *       weaker attack's would add nothing but time.
 *   <li><b>Bounds of sums are sums of bounds.</b> What combines two shares, such as the precision at a prevalence,
 *       takes the worse end of both intervals. That is at least as wide as an interval of independent errors, which add
 *       up in squares (Zou and Donner, "Construction of confidence limits about effect measures", Statistics in
 *       Medicine 2008), and easier to explain.
 * </ul>
 *
 * <p>{@code bulwark evaluate acceptance} is the command; it writes a page, JSON and curves.
 */
package io.bulwark.lab.evaluate.acceptance;
