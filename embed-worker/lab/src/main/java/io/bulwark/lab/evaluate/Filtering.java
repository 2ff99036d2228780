package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.ThreatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;

/**
 * How well flagged pictures are removed from a data set by a kNN decision of two classes. Under attack both directions
 * count at once: flagged pictures that evade lower the recall, harmless ones that are falsely flagged the precision.
 * Intervals are over the files of the pictures that a share is of.
 *
 * @param recall share of the flagged pictures that are removed
 * @param precision share of the removed pictures that are flagged; empty where none is removed
 */
public record Filtering(FileBootstrap recall, Optional<FileBootstrap> precision) {

    /** Of the draws. */
    private static final long SEED = 1;

    /**
     * On clean pictures.
     *
     * @param task whose questions were answered
     * @param flagged whether each question's picture is
     */
    public static Filtering clean(Ledger ledger, Task task, List<Boolean> flagged) {
        return of(task, flagged, ledger::cleanScore);
    }

    /** Under attack. */
    public static Filtering robust(Ledger ledger, Task task, List<Boolean> flagged, ThreatModel threat) {
        return of(task, flagged, question -> ledger.robustScore(question, threat));
    }

    private static Filtering of(Task task, List<Boolean> flagged, IntToDoubleFunction right) {
        List<Integer> ofFlagged = new ArrayList<>();
        List<Integer> removed = new ArrayList<>();
        for (int question = 0; question < flagged.size(); question++) {
            boolean answeredRight = right.applyAsDouble(question) > 0.5;
            if (flagged.get(question)) {
                ofFlagged.add(question);
            }
            if (flagged.get(question) == answeredRight) {
                removed.add(question);
            }
        }
        return new Filtering(
                share(task, ofFlagged, removed::contains),
                removed.isEmpty() ? Optional.empty() : Optional.of(share(task, removed, flagged::get)));
    }

    private static FileBootstrap share(Task task, List<Integer> questions, Predicate<Integer> counted) {
        return FileBootstrap.of(
                questions.stream()
                        .map(question -> counted.test(question) ? 1.0 : 0.0)
                        .toList(),
                questions.stream()
                        .map(question -> task.pictures().get(question).source())
                        .toList(),
                SEED);
    }
}
