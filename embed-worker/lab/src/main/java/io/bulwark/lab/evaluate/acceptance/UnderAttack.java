package io.bulwark.lab.evaluate.acceptance;

/**
 * How test files are decided after an attacker who knows all changed their pixels: flagged ones to be decided SAFE, safe
 * ones to be decided NSFW.
 *
 * @param attack which, with its iterations and restarts
 * @param threat norm and ε
 * @param track what the attacker sets
 * @param flagged outcomes of the attacked flagged files
 * @param flaggedBefore of the same files, before the attack
 * @param safe outcomes of the attacked safe files
 * @param safeBefore of the same files, before the attack
 */
public record UnderAttack(
        String attack,
        String threat,
        String track,
        Outcomes flagged,
        Outcomes flaggedBefore,
        Outcomes safe,
        Outcomes safeBefore) {}
