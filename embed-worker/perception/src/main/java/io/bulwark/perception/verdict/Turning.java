package io.bulwark.perception.verdict;

import java.util.OptionalInt;

/**
 * How firmly a vote stands: the least changes of the bank after which the view would be decided otherwise, whether more
 * gravely or less. Known content and the similarity floor are left out: it is the vote that is measured.
 *
 * @param insertions references that would have to be inserted at the view itself, of whatever label
 * @param relabels voting neighbours that would have to get another label
 */
public record Turning(OptionalInt insertions, OptionalInt relabels) {

    /** Where no vote decided, or no number of changes turns it. */
    public static final Turning NONE = new Turning(OptionalInt.empty(), OptionalInt.empty());
}
