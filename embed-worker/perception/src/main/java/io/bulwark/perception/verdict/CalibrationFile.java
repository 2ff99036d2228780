package io.bulwark.perception.verdict;

import java.util.List;
import java.util.Map;

/**
 * A file whose label is known, with what a bank has near each of its views.
 *
 * @param label its class
 * @param views each by its name, with the references near it but for those that were made from this very picture; at least
 *     one
 */
public record CalibrationFile(String label, List<Opinion> views) {

    public CalibrationFile {
        if (views.isEmpty()) {
            throw new IllegalArgumentException("A file of label \"" + label + "\" has no view, at least one is needed");
        }
        views = List.copyOf(views);
    }

    static CalibrationFile of(LeaveOneOut left) {
        return new CalibrationFile(
                left.reference().label(), List.of(new Opinion(left.reference().id(), left.near(), Map.of())));
    }

    /** Similarity of what is nearest to the view that is farthest from everything; -1 where nothing is there at all. */
    double farthest() {
        return views.stream()
                .mapToDouble(view -> view.neighbours().isEmpty()
                        ? -1
                        : view.neighbours().get(0).similarity())
                .min()
                .orElseThrow();
    }
}
