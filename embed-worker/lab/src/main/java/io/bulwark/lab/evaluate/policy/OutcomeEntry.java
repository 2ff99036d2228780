package io.bulwark.lab.evaluate.policy;

import io.bulwark.perception.verdict.Judgement.Outcome;

/**
 * Outcome of one attack on one picture, as it was decided and measured afterwards.
 *
 * @param track its name
 * @param threat what was allowed at the encoder's input; empty for the picture as it is
 * @param attack its name; empty for the picture as it is
 * @param picture SHA-256 of the file
 * @param outcome the decision
 * @param score of the decision, 1 is flagged
 * @param linf largest change of a value
 * @param l2 Euclidean length of the change, at the track's size
 */
public record OutcomeEntry(
        String track,
        String threat,
        String attack,
        String picture,
        Outcome outcome,
        double score,
        double linf,
        double l2) {

    /** What an entry is about; of each there is one. */
    record Key(String track, String threat, String attack, String picture) {}

    Key key() {
        return new Key(track, threat, attack, picture);
    }
}
