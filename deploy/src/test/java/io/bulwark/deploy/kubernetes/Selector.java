package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A label selector. Only {@code matchLabels} is used in the manifests, and nothing else is understood here.
 *
 * @param labels that must all be there
 */
record Selector(Map<String, String> labels) {

    /** One with {@code matchLabels}, or without any restriction. */
    static Selector of(JsonNode node) {
        if (node.has("matchExpressions")) {
            throw new AssertionError("matchExpressions are not understood here: " + node);
        }
        return new Selector(Manifest.texts(node.path("matchLabels")));
    }

    boolean matches(Map<String, String> candidate) {
        return candidate.entrySet().containsAll(labels.entrySet());
    }
}
