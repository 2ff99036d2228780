package io.bulwark.perception.verdict;

import io.bulwark.perception.bank.Neighbour;
import java.util.List;
import java.util.Map;

/**
 * What one view of an image says.
 *
 * @param view the view's name
 * @param neighbours nearest references, nearest first
 * @param classProbabilities the head's answer by class, empty where there is no head
 */
public record Opinion(String view, List<Neighbour> neighbours, Map<String, Float> classProbabilities) {}
