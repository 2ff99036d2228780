package io.bulwark.deploy.monitoring;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a program exports, in Prometheus' text format.
 *
 * @param metrics of each metric its labels, of each label the values that were seen
 */
record Exposition(Map<String, Map<String, Set<String>>> metrics) {

    private static final Pattern SAMPLE = Pattern.compile("([A-Za-z_:][A-Za-z0-9_:]*)(\\{.*})? \\S+( \\d+)?");
    private static final Pattern LABEL = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** Reads the answers of one or more programs. */
    static Exposition of(String... texts) {
        Map<String, Map<String, Set<String>>> metrics = new TreeMap<>();
        for (String text : texts) {
            text.lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .forEach(line -> {
                        Matcher sample = SAMPLE.matcher(line);
                        if (!sample.matches()) {
                            throw new IllegalArgumentException("no sample: " + line);
                        }
                        Map<String, Set<String>> labels =
                                metrics.computeIfAbsent(sample.group(1), name -> new TreeMap<>());
                        if (sample.group(2) != null) {
                            LABEL.matcher(sample.group(2))
                                    .results()
                                    .forEach(label -> labels.computeIfAbsent(label.group(1), name -> new TreeSet<>())
                                            .add(label.group(2)));
                        }
                    });
        }
        return new Exposition(metrics);
    }
}
