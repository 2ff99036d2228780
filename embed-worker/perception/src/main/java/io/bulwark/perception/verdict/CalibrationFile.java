package io.bulwark.perception.verdict;

import io.bulwark.imaging.preprocess.View;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file whose label is known, with what a bank has near each of its views.
 *
 * @param label its class
 * @param views each by its name, with the references near it except the ones made from this very picture and from
 *     others of its cluster; at least one
 * @param cluster of near-duplicates, and of pictures of a contributor, that stand and fall together; empty where it
 *     stands alone
 */
public record CalibrationFile(String label, List<Opinion> views, Optional<String> cluster) {

    /** One that stands alone. */
    public CalibrationFile(String label, List<Opinion> views) {
        this(label, views, Optional.empty());
    }

    public CalibrationFile {
        views = List.copyOf(views);
        if (views.stream().allMatch(view -> View.isPlain(view.view()))) {
            throw new IllegalArgumentException(
                    "A file of label \"" + label + "\" has no view with content, at least one is needed");
        }
    }

    /** The same file in a cluster. */
    public CalibrationFile in(String name) {
        return new CalibrationFile(label, views, Optional.of(name));
    }

    /** The views that are evidence: those with content. */
    List<Opinion> evidence() {
        return views.stream().filter(view -> !View.isPlain(view.view())).toList();
    }

    /** Whether it is never SAFE, however harmless it looks, because not all of it is seen. */
    boolean neverPasses() {
        return views.stream().anyMatch(view -> View.isCoarse(view.view()) || View.isSampled(view.view()));
    }

    static CalibrationFile of(LeaveOneOut left) {
        return new CalibrationFile(
                left.reference().label(), List.of(new Opinion(left.reference().id(), left.near(), Map.of())));
    }

    /** Similarity of what is nearest to the view that is farthest from everything; -1 where nothing is there at all. */
    double farthest() {
        return evidence().stream()
                .mapToDouble(view -> view.neighbours().isEmpty()
                        ? -1
                        : view.neighbours().get(0).similarity())
                .min()
                .orElseThrow();
    }
}
