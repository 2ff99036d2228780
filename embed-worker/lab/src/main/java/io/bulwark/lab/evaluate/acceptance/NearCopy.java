package io.bulwark.lab.evaluate.acceptance;

/**
 * A test file that looks like a file of the bank: another copy of the same picture, or one that the encoder cannot tell
 * from it.
 *
 * @param file the test file
 * @param of the most similar file of the bank
 * @param similarity cosine of their whole views, the least where the test file is transparent and has two
 */
public record NearCopy(LabelledFile file, LabelledFile of, double similarity) {}
