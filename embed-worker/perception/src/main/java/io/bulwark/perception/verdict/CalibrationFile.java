package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;

/**
 * A file whose label is known, with what a bank has near each of its views.
 *
 * @param label its class
 * @param views the nearest references of each view, nearest first, without those that were made from this very picture;
 *     at least one view
 */
public record CalibrationFile(String label, List<List<Neighbour>> views) {

    public CalibrationFile {
        if (views.isEmpty()) {
            throw new IllegalArgumentException("A file of label \"" + label + "\" has no view, at least one is needed");
        }
        views = List.copyOf(views);
    }

    static CalibrationFile of(LeaveOneOut left) {
        return new CalibrationFile(left.reference().label(), List.of(left.nearest()));
    }

    /** Similarity of what is nearest to the view that is farthest from everything; -1 where nothing is there at all. */
    double farthest() {
        return views.stream()
                .mapToDouble(nearest -> nearest.isEmpty() ? -1 : nearest.get(0).similarity())
                .min()
                .orElseThrow();
    }
}
