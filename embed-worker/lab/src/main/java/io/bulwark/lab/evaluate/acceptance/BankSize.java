package io.bulwark.lab.evaluate.acceptance;

/**
 * How the test files are decided by part of the bank, with its own calibration.
 *
 * @param files of the bank, at least 2
 * @param flagged outcomes of the flagged test files
 * @param safe outcomes of the safe ones
 */
public record BankSize(int files, Outcomes flagged, Outcomes safe) {}
