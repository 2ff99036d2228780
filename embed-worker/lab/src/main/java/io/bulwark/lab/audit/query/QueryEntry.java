package io.bulwark.lab.audit.query;

/**
 * What one attack came to on one picture, at a worker without or with an index: a line of the ledger.
 *
 * @param picture SHA-256 of the file as it was given
 * @param attack its name
 * @param index whether the worker has the picture as an entry
 * @param passed whether an upload within the threat model was SAFE
 * @param queries the number of that upload, from 1; where none passed, how many were in vain
 * @param held of these, the ones that were answered with REVIEW
 * @param cpuSeconds of the whole process
 */
record QueryEntry(
        String picture, String attack, boolean index, boolean passed, long queries, long held, double cpuSeconds) {

    /** What an entry is about; of each there is one. */
    record Key(String picture, String attack, boolean index) {}

    Key key() {
        return new Key(picture, attack, index);
    }

    /** Whether this many uploads were enough. */
    boolean passedWithin(long uploads) {
        return passed && queries <= uploads;
    }
}
