package io.bulwark.perception.verdict;

import java.util.Optional;

/**
 * What becomes of an image that shows a label.
 *
 * @param action what is done
 * @param thresholds of this label alone; empty where it is judged together with the others of its action, by the sum of
 *     their scores
 */
public record LabelRule(Action action, Optional<Thresholds> thresholds) {

    /** What is done about a label. */
    public enum Action {
        /** NSFW where the score says so. */
        FLAG,
        /** A person looks: never more than REVIEW. */
        REVIEW,
        /** Nothing. A label without a rule is ignored, too. */
        IGNORE
    }

    /** The rule that is judged together with the others of its action. */
    public static LabelRule of(Action action) {
        return new LabelRule(action, Optional.empty());
    }
}
