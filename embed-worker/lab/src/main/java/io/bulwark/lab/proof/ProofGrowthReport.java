package io.bulwark.lab.proof;

import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What decisions took, and what follows for more of them. Marked: <em>measured</em>, or <em>assumed</em>, which is a
 * line through two measurements.
 *
 * @param decisions on as many images
 * @param seconds in which they were decided and listed
 * @param copies of each store, active and standby
 * @param grown bytes that came meanwhile
 */
record ProofGrowthReport(int decisions, double seconds, int copies, ProofSizes grown) {

    static final List<Double> MORE = List.of(1e7, 1e9);
    private static final double SMALL = 1;

    /** Topics that these decisions do not write: the probe's uploads do, or brokers that note groups and commits. */
    private static final Set<String> APART = Set.of(
            "images.uploaded",
            "moderation.embeddings",
            "__cluster_metadata",
            "__consumer_offsets",
            "__transaction_state");

    /** @param millis of each request that was answered */
    record Latency(String what, List<Double> millis) {

        /** @param share 0 to 1 */
        double percentile(double share) {
            List<Double> sorted = millis.stream().sorted().toList();
            return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(sorted.size() * share) - 1);
        }

        /** Beside the sizes, as {@code growth-requests}. */
        static void publish(Experiment.Stage stage, List<Latency> latencies) {
            Markdown page = new Markdown().header("request", "p50 ms", "p95 ms", "answers", "basis");
            latencies.forEach(latency -> page.row(
                    latency.what,
                    Fields.text("%,.1f", latency.percentile(0.5)),
                    Fields.text("%,.1f", latency.percentile(0.95)),
                    latency.millis.size(),
                    "measured"));
            stage.publish("growth-requests", page.toString(), fields(latencies));
        }

        static Map<String, Object> fields(List<Latency> latencies) {
            return Fields.of(
                    "latencies",
                    latencies.stream()
                            .map(latency -> Fields.of(
                                    "request", latency.what,
                                    "p50Millis", latency.percentile(0.5),
                                    "p95Millis", latency.percentile(0.95),
                                    "answers", latency.millis.size()))
                            .toList());
        }
    }

    void publish(Experiment.Stage stage) {
        stage.publish("growth", markdown(), fields());
    }

    private double each(Map<String, Double> sizes) {
        return sizes.values().stream().mapToDouble(Double::doubleValue).sum() / decisions;
    }

    /** Topics that grow with decisions. */
    private Map<String, Double> topics() {
        Map<String, Double> topics = new TreeMap<>(grown.topics());
        topics.keySet().removeAll(APART);
        return topics;
    }

    private double changelogs() {
        return topics().entrySet().stream()
                        .filter(topic -> topic.getKey().endsWith("-changelog"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum()
                / decisions;
    }

    String markdown() {
        Markdown page = new Markdown()
                .line(
                        "%,d decisions on new images, decided and listed in %.0f s: %.0f a second. The probe's two"
                                + " images a second came besides.",
                        decisions, seconds, decisions / seconds)
                .header("what a decision takes", "bytes", "basis");
        rows(page, "state, active and standby together: ", grown.stores());
        rows(page, "topic, one copy, before compaction: ", topics());
        Map<String, Double> apart = new TreeMap<>(grown.topics());
        apart.keySet().retainAll(APART);
        apart.forEach((topic, bytes) -> page.row(
                "not in the sum: " + topic, Fields.text("%.0f", bytes / decisions), "measured, not by decisions"));
        rows(page, "PostgreSQL, with indexes: ", grown.tables());
        page.header("all decisions", "state of one copy", "changelogs of one broker", "PostgreSQL", "basis");
        row(page, "measured", decisions, "measured");
        for (double more : MORE) {
            row(page, Fields.text("%,.0f", more), more, "assumed: linear");
        }
        return page.line("").text("bytes(n) = n × bytes of a decision.").toString();
    }

    private void row(Markdown page, String title, double all, String basis) {
        page.row(
                title,
                total(each(grown.stores()) / copies, all),
                total(changelogs(), all),
                total(each(grown.tables()), all),
                basis);
    }

    private void rows(Markdown page, String of, Map<String, Double> sizes) {
        sizes.forEach((name, bytes) -> {
            double each = bytes / decisions;
            if (each >= SMALL) {
                page.row(of + name, Fields.text("%.0f", each), "measured");
            }
        });
        page.row("**" + of + "all**", Fields.text("%.0f", each(sizes)), "measured");
    }

    private static String total(double each, double decisions) {
        return Fields.text("%,.1f GB", each * decisions / 1e9);
    }

    Map<String, Object> fields() {
        return Fields.of(
                "decisions", decisions,
                "seconds", seconds,
                "stateBytes", each(grown.stores()),
                "changelogBytes", changelogs(),
                "topicBytes", each(topics()),
                "databaseBytes", each(grown.tables()),
                "stores", grown.stores(),
                "topics", grown.topics(),
                "tables", grown.tables());
    }
}
