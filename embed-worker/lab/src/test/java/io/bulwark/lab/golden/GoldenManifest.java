package io.bulwark.lab.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A folder of cases.
 *
 * @param cases in the manifest's order
 * @param files the folder's files
 */
public record GoldenManifest(List<GoldenManifest.GoldenCase> cases, GoldenFiles files) {

    /** The manifest's name. */
    public static final String FILE = "manifest.json";

    public GoldenManifest {
        cases = List.copyOf(cases);
    }

    /**
     * Reads a folder's manifest.
     *
     * @throws IOException if there is none, or it has no cases or no index of files; the message names the folder
     */
    public static GoldenManifest read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException(folder + " has no " + FILE + ": give the folder of a golden set");
        }
        JsonNode root = new ObjectMapper().readTree(file.toFile());
        if (!root.path("cases").isArray() || !root.path("file_index").isObject()) {
            throw new IOException(file + " is no manifest of a golden set: it lacks 'cases' or 'file_index'");
        }
        List<GoldenCase> cases = new ArrayList<>();
        for (JsonNode node : root.path("cases")) {
            cases.add(new GoldenCase(
                    node.path("id").asText(),
                    node.path("kind").asText(),
                    node.path("config"),
                    node.path("files"),
                    node.path("tolerance")));
        }
        Map<String, String> checksums = new HashMap<>();
        root.path("file_index")
                .properties()
                .forEach(entry -> checksums.put(
                        entry.getKey(), entry.getValue().path("sha256").asText()));
        return new GoldenManifest(cases, new GoldenFiles(folder, checksums));
    }

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
}
