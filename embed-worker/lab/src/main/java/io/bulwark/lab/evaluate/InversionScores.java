package io.bulwark.lab.evaluate;

import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap.GroupedMean;
import io.bulwark.lab.invert.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Scores of inversions with one encoder under another. One thread. */
final class InversionScores {

    private final String targets;
    private final String maker;
    private final String judge;
    private final List<String> files = new ArrayList<>();
    private final List<Double> own = new ArrayList<>();
    private final List<Double> cosines = new ArrayList<>();
    private final List<Double> percentiles = new ArrayList<>();
    private final List<Double> ofLabel = new ArrayList<>();

    /**
     * @param targets what was inverted
     * @param maker the encoder that it was inverted with
     * @param judge the encoder that judged
     */
    InversionScores(String targets, String maker, String judge) {
        this.targets = targets;
        this.maker = maker;
        this.judge = judge;
    }

    /**
     * Adds a picture.
     *
     * @param file that its target comes from
     * @param ownCosine under the maker
     */
    void add(String file, double ownCosine, Transfer.Score score) {
        files.add(file);
        own.add(ownCosine);
        cosines.add(score.cosine());
        percentiles.add(score.percentile());
        ofLabel.add(score.ofLabel());
    }

    String targets() {
        return targets;
    }

    String judge() {
        return judge;
    }

    /** By how much its percentiles are above another's of the same pictures. */
    GroupedMean percentilesAbove(InversionScores other, long seed) {
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < percentiles.size(); i++) {
            differences.add(percentiles.get(i) - other.percentiles.get(i));
        }
        return GroupedMean.of(differences, files, seed);
    }

    private Map<String, GroupedMean> means(long seed) {
        Map<String, GroupedMean> means = new LinkedHashMap<>();
        means.put("own cosine", GroupedMean.of(own, files, seed));
        means.put("transfer cosine", GroupedMean.of(cosines, files, seed));
        means.put("percentile", GroupedMean.of(percentiles, files, seed).asShare());
        means.put("nearest of its label", GroupedMean.of(ofLabel, files, seed).asShare());
        return means;
    }

    List<Object> cells(long seed) {
        Map<String, GroupedMean> means = means(seed);
        return Stream.concat(
                        Stream.of(
                                targets,
                                maker,
                                judge,
                                "%d (%d)"
                                        .formatted(
                                                files.size(),
                                                means.get("own cosine").files())),
                        means.values().stream())
                .toList();
    }

    Map<String, Object> json(long seed) {
        Map<String, Object> fields = Fields.of("targets", targets, "invertedWith", maker, "judgedBy", judge);
        means(seed).forEach((name, mean) -> fields.put(name.replace(' ', '-'), json(mean)));
        return fields;
    }

    static Map<String, Object> json(GroupedMean mean) {
        return Map.of(
                "value",
                mean.value(),
                "low",
                mean.low(),
                "high",
                mean.high(),
                "n",
                mean.scores(),
                "files",
                mean.files());
    }
}
