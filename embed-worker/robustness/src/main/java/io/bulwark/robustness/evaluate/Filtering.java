package io.bulwark.robustness.evaluate;

import io.bulwark.robustness.attack.ThreatModel;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well flagged pictures are removed from a data set by a kNN decision of two classes. Under attack both directions
 * count at once: flagged pictures that evade lower the recall, harmless ones that are falsely flagged the precision.
 *
 * @param recall share of the flagged pictures that are removed
 * @param precision share of the removed pictures that are flagged; empty where none is removed
 */
public record Filtering(Proportion recall, Optional<Proportion> precision) {

    /**
     * On clean pictures.
     *
     * @param flagged whether each question's picture is
     */
    public static Filtering clean(Ledger ledger, List<Boolean> flagged) {
        return of(flagged, ledger::cleanScore);
    }

    /** Under attack. */
    public static Filtering robust(Ledger ledger, List<Boolean> flagged, ThreatModel threat) {
        return of(flagged, question -> ledger.robustScore(question, threat));
    }

    private static Filtering of(List<Boolean> flagged, IntToDoubleFunction right) {
        int all = (int) flagged.stream().filter(one -> one).count();
        int found = 0;
        int falselyRemoved = 0;
        for (int question : IntStream.range(0, flagged.size()).toArray()) {
            boolean answeredRight = right.applyAsDouble(question) > 0.5;
            found += flagged.get(question) && answeredRight ? 1 : 0;
            falselyRemoved += !flagged.get(question) && !answeredRight ? 1 : 0;
        }
        int removed = found + falselyRemoved;
        return new Filtering(
                Proportion.of(found, all),
                removed == 0 ? Optional.empty() : Optional.of(Proportion.of(found, removed)));
    }
}
