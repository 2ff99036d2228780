package io.bulwark.lab.evaluate.explanation;

import io.bulwark.lab.evaluate.GroupedMean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores by what was scored, each with the file that it comes from, in the order of the files. One thread. */
final class Scored {

    private final Map<String, List<Double>> scores = new LinkedHashMap<>();
    private final Map<String, List<String>> files = new LinkedHashMap<>();

    /** Adds what is known of a file. */
    void add(String file, Map<String, Double> each) {
        each.forEach((what, score) -> {
            scores.computeIfAbsent(what, name -> new ArrayList<>()).add(score);
            files.computeIfAbsent(what, name -> new ArrayList<>()).add(file);
        });
    }

    /** The means, in the order in which the first of each was added. */
    Map<String, GroupedMean> means(long seed) {
        Map<String, GroupedMean> means = new LinkedHashMap<>();
        scores.forEach((what, values) -> means.put(what, GroupedMean.of(values, files.get(what), seed)));
        return means;
    }

    /** The mean of one minus another, of the same files. */
    GroupedMean difference(String one, String other, long seed) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < scores.get(one).size(); i++) {
            differences.add(scores.get(one).get(i) - scores.get(other).get(i));
        }
        return GroupedMean.of(differences, files.get(one), seed);
    }
}
