package io.bulwark.lab.audit;

/**
 * What one attack or edit came to on one picture, and what the detectors make of its upload: a line of the ledger.
 *
 * @param picture SHA-256 of the file as it was given
 * @param attack its name, {@value #BENIGN} of an edit by somebody who attacks nobody
 * @param goal what the attacker wants; of an edit, its title
 * @param won whether he has it; of an edit, whether its upload was decided
 * @param scores of the upload
 */
record DetectEntry(String picture, String attack, String goal, boolean won, DetectScores scores) {

    /** What stands for an attack where there is none. */
    static final String BENIGN = "benign";

    /** What an entry is about; of each there is one. */
    record Key(String picture, String attack, String goal) {}

    Key key() {
        return new Key(picture, attack, goal);
    }
}
