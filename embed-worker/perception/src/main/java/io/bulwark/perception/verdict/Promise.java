package io.bulwark.perception.verdict;

/**
 * What a threshold promises of files to come that are like those it was found on.
 *
 * @param files that it was found on and that nothing else saw, those of a cluster as one
 * @param errors that the threshold makes on them: a cluster is one where one of its files is
 * @param rate of errors that is not exceeded, in [0, 1]
 * @param confidence with which, in [0, 1)
 * @param kept whether the rate is the one that was asked for; else there were too few files for it, or no threshold makes
 *     so few errors, and this is the lowest that can be promised
 */
public record Promise(int files, int errors, double rate, double confidence, boolean kept) {

    /**
     * The promise of a threshold.
     *
     * @param errors that it makes
     * @param allowed errors that it was allowed before it was known
     * @param wanted rate
     * @param delta probability with which it may fail
     */
    static Promise of(int files, int errors, int allowed, double wanted, double delta) {
        boolean kept = errors <= PacBound.allowed(files, wanted, delta);
        double rate = kept ? wanted : PacBound.promised(files, Math.max(errors, allowed), delta);
        return new Promise(files, errors, rate, 1 - delta, kept);
    }
}
