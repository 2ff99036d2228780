package io.bulwark.deploy.kubernetes;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The settings that a workload's pod finds in its files: the shared ones, and the overlay's, which win. Each file says
 * its rank: above what is built into the programs (250, and 260 beside them), below the environment (300). Without a
 * word a file would have the rank of the environment variable that names it.
 *
 * @param values by key
 */
record Settings(Map<String, String> values) {

    private static final String ORDINAL = "config_ordinal";
    private static final String SHARED = "270";
    private static final String OWN = "280";

    static Settings of(Overlay overlay, String workload) {
        Map<String, String> files = Manifest.texts(configMap(overlay, workload).at("/data"));
        Properties shared = read(files.get("settings.properties"));
        Properties own = new Properties();
        Stream.of("overlay.properties", "kafka.properties")
                .map(files::get)
                .filter(Objects::nonNull)
                .map(Settings::read)
                .forEach(own::putAll);
        if (!SHARED.equals(shared.getProperty(ORDINAL)) || !own.isEmpty() && !OWN.equals(own.getProperty(ORDINAL))) {
            throw new AssertionError(overlay + ": settings of " + workload + " must have " + ORDINAL + "=" + SHARED
                    + ", the overlay's " + OWN);
        }
        Map<String, String> values = new TreeMap<>();
        shared.forEach((key, value) -> values.put(key.toString(), value.toString()));
        own.forEach((key, value) -> values.put(key.toString(), value.toString()));
        values.remove(ORDINAL);
        return new Settings(values);
    }

    /** What a workload mounts as its settings. */
    static Manifest configMap(Overlay overlay, String workload) {
        String name = Manifest.each(overlay.workloads()
                        .filter(candidate -> candidate.name().equals(workload))
                        .findFirst()
                        .orElseThrow()
                        .podSpec()
                        .path("volumes"))
                .filter(volume -> volume.path("name").asText().equals("settings"))
                .map(volume -> volume.at("/configMap/name").asText())
                .findFirst()
                .orElseThrow();
        return overlay.one("ConfigMap", name);
    }

    String get(String key) {
        return Optional.ofNullable(values.get(key)).orElseThrow(() -> new AssertionError(key + " is not set"));
    }

    /** A setting that is a time, in whole seconds: {@code 12s}. */
    int seconds(String key) {
        return Integer.parseInt(get(key).replaceFirst("s$", ""));
    }

    private static Properties read(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return properties;
    }
}
