package io.bulwark.lab.evaluate.policy;

import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.nio.file.Path;

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
record OutcomeEntry(
        String track,
        String threat,
        String attack,
        String picture,
        Outcome outcome,
        double score,
        double linf,
        double l2) {

    /** What an entry is about; of each there is one. */
    public record Key(String track, String threat, String attack, String picture) {}

    Key key() {
        return new Key(track, threat, attack, picture);
    }

    /**
     * What is known of attacks.
     *
     * @param identity of what decides, one line; attacks and pictures are named by each entry
     * @throws LedgerFile.LedgerException if the file is about something else, or is no ledger
     */
    public static LedgerFile.Entries<Key, OutcomeEntry> ledger(Path file, String identity) {
        return LedgerFile.Entries.open(
                file, identity, "outcomes of another model, bank or policy", OutcomeEntry.class, OutcomeEntry::key);
    }
}
