package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.LabelRule.Action;

/**
 * How much speaks for one label.
 *
 * @param label of the bank, or a class of the head
 * @param score its share of the vote, or the head's probability, in [0, 1]
 * @param action what the policy does about it
 */
public record LabelScore(String label, double score, Action action) {}
