package io.bulwark.lab.evaluate.acceptance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a report is of.
 *
 * @param model its name
 * @param fingerprint the encoder's, at least 12 characters
 * @param bank how many files and rows it has, in words
 * @param policy its settings' names and values, in order
 * @param machine where it ran, in words
 */
public record Subject(String model, String fingerprint, String bank, Map<String, String> policy, String machine) {

    public Subject {
        policy = Collections.unmodifiableMap(new LinkedHashMap<>(policy));
    }
}
