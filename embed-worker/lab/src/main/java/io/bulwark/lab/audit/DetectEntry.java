package io.bulwark.lab.audit;

/**
 * What one attack came to on one picture, and what the detectors make of its upload: a line of the ledger.
 *
 * @param picture SHA-256 of the file as it was given
 * @param attack its name
 * @param goal what the attacker wants
 * @param won whether he has it
 * @param scores of the upload
 */
record DetectEntry(String picture, String attack, String goal, boolean won, DetectScores scores) {

    /** What an entry is about; of each there is one. */
    record Key(String picture, String attack, String goal) {}

    Key key() {
        return new Key(picture, attack, goal);
    }
}
