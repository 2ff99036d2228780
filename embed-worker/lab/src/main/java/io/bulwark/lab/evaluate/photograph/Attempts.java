package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.experiment.LedgerFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What attackers got from each question, in a file where one is named, so that a run that was stopped goes on. One
 * thread. A change counts within every threat model that allows it, whichever attack found it: no figure under a ball is
 * better than under a smaller one.
 */
final class Attempts {

    private static final String OTHERS = "attacks on another encoder, bank, vote or thresholds";

    private final LedgerFile.Entries<Key, Attempt> entries;

    private Attempts(LedgerFile.Entries<Key, Attempt> entries) {
        this.entries = entries;
    }

    /** In memory alone. */
    static Attempts unwritten() {
        return new Attempts(LedgerFile.Entries.unwritten(Attempt::key));
    }

    /**
     * Opens a ledger, or begins it.
     *
     * @param identity of what margins depend on, one line
     * @throws LedgerFile.LedgerException if the file is about something else, or is no ledger
     */
    static Attempts open(Path file, String identity) {
        return new Attempts(LedgerFile.Entries.open(file, identity, OTHERS, Attempt.class, Attempt::key));
    }

    /** What an attempt is about; of each there is one. */
    record Key(String question, String threat, String attacker) {}

    /**
     * One attack on one question, as it was verified afterwards.
     *
     * @param question its file
     * @param threat what was allowed
     * @param attacker its name
     * @param margins of the encoder, then of the parent where there is one
     * @param linf largest change of a value
     * @param l2 Euclidean length of the change
     */
    record Attempt(String question, String threat, String attacker, double[] margins, double linf, double l2) {

        Key key() {
            return new Key(question, threat, attacker);
        }

        private boolean fits(ThreatModel other) {
            double size = other.norm() == Norm.LINF ? linf : l2;
            return size <= other.epsilon() + ThreatModel.Verification.TOLERANCE;
        }
    }

    boolean knows(Photograph question, ThreatModel threat, Attacker attacker) {
        return of(question, threat, attacker).isPresent();
    }

    private Optional<Attempt> of(Photograph question, ThreatModel threat, Attacker attacker) {
        return entries.of(new Key(question.file().toString(), threat.toString(), attacker.name()));
    }

    /**
     * Records what was found, once it is verified.
     *
     * @param margins of each encoder, {@code [encoders][questions]}
     * @throws IllegalStateException if an attack broke its threat model
     */
    void record(
            List<Photograph> questions,
            ThreatModel threat,
            Attacker attacker,
            float[] clean,
            float[] found,
            List<double[]> margins) {
        int count = questions.size();
        threat.verify(clean, found, count).require();
        double[] linf = ThreatModel.linf(0).verify(clean, found, count).sizes();
        double[] l2 = ThreatModel.l2(0).verify(clean, found, count).sizes();
        for (int i = 0; i < count; i++) {
            int row = i;
            entries.record(new Attempt(
                    questions.get(i).file().toString(),
                    threat.toString(),
                    attacker.name(),
                    margins.stream().mapToDouble(of -> of[row]).toArray(),
                    linf[i],
                    l2[i]));
        }
    }

    /**
     * Margins of a question that attackers may bring about within a threat model.
     *
     * @param attackers whose attempts count
     * @param tried all threats that were attacked within
     * @return {@code [encoders]} each
     */
    List<double[]> within(ThreatModel threat, Photograph question, List<Attacker> attackers, List<ThreatModel> tried) {
        List<double[]> margins = new ArrayList<>();
        for (Attacker attacker : attackers) {
            for (ThreatModel other : tried) {
                of(question, other, attacker)
                        .filter(attempt -> attempt.fits(threat))
                        .ifPresent(attempt -> margins.add(attempt.margins()));
            }
        }
        return margins;
    }
}
