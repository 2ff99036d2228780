package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.NearReferences;
import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Map;

/**
 * What one view of an image says.
 *
 * @param view the view's name
 * @param near what the bank has near it
 * @param classProbabilities the head's answer by class, empty where there is no head
 */
public record Opinion(String view, NearReferences near, Map<String, Float> classProbabilities) {

    /** @param neighbours nearest references, nearest first, of which alone the view may be a copy */
    public Opinion(String view, List<Neighbour> neighbours, Map<String, Float> classProbabilities) {
        this(view, new NearReferences(neighbours), classProbabilities);
    }

    /** The references that vote, nearest first. */
    public List<Neighbour> neighbours() {
        return near.voting();
    }

    /** The same view with neither references nor classes, where these are not to be told. */
    public Opinion untold() {
        return new Opinion(view, List.of(), Map.of());
    }
}
