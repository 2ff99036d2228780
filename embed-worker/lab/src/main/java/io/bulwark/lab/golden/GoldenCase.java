package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One case of a manifest.
 *
 * @param id unique in the manifest
 * @param kind which check it takes
 * @param config of the original code
 * @param files paths by role, relative to the manifest; a path or a list of paths
 * @param tolerance largest difference by quantity
 */
public record GoldenCase(String id, String kind, JsonNode config, JsonNode files, JsonNode tolerance) {

    String file(String role) {
        String path = files.path(role).asText("");
        if (path.isEmpty()) {
            throw new IllegalArgumentException("case '" + id + "' names no file for '" + role + "'");
        }
        return path;
    }

    double tolerance(String quantity) {
        JsonNode value = tolerance.path(quantity);
        if (!value.isNumber()) {
            throw new IllegalArgumentException("case '" + id + "' has no tolerance for '" + quantity + "'");
        }
        return value.asDouble();
    }
}
