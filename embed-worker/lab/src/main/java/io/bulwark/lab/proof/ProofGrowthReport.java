package io.bulwark.lab.proof;

import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import java.util.List;
import java.util.Map;

/**
 * What growth measured, and what follows for more decisions. Marked: <em>measured</em>, or <em>assumed</em>, which is a
 * line through two measurements.
 *
 * @param grown bytes that came with the decisions
 * @param seconds in which they were decided and listed
 * @param before seconds of a start before, with an empty state
 * @param starts after them
 */
record ProofGrowthReport(ProofSizes grown, double seconds, double before, List<Start> starts, List<Latency> latencies) {

    private static final List<Double> MORE = List.of(1e7, 1e9);
    private static final double SMALL = 1;

    /**
     * From the start after SIGKILL until a moderation-stream is ready.
     *
     * @param wiped whether what it had on disk was removed
     */
    record Start(int standbys, boolean wiped, double seconds) {

        String text() {
            return standbys + " standby, state " + (wiped ? "wiped" : "as SIGKILL left it");
        }

        /** In a cluster of that many decisions, by a line through this start and one without state. */
        double with(double decisions, double before, long measured) {
            return before + decisions * Math.max(0, seconds - before) / measured;
        }
    }

    /** @param millis of each request that was answered */
    record Latency(String what, List<Double> millis) {

        /** @param share 0 to 1 */
        double percentile(double share) {
            List<Double> sorted = millis.stream().sorted().toList();
            return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.ceil(sorted.size() * share) - 1);
        }
    }

    void publish(Experiment.Stage stage) {
        stage.publish("growth", markdown(), fields());
    }

    private double each(Map<String, Double> sizes) {
        return sizes.values().stream().mapToDouble(Double::doubleValue).sum() / grown.cases();
    }

    private double changelogs() {
        return grown.topics().entrySet().stream()
                        .filter(topic -> topic.getKey().endsWith("-changelog"))
                        .mapToDouble(Map.Entry::getValue)
                        .sum()
                / grown.cases();
    }

    String markdown() {
        Markdown page = new Markdown()
                .line(
                        "%,d decisions on new images, decided and listed in %.0f s: %.0f a second.",
                        grown.cases(), seconds, grown.cases() / seconds)
                .header("what a decision takes", "bytes", "basis");
        rows(page, "state, active and standby together: ", grown.stores());
        rows(page, "topic, one copy, before compaction: ", grown.topics());
        rows(page, "PostgreSQL, with indexes: ", grown.tables());
        page.header("start of a moderation-stream", "s, measured", "10 M decisions, assumed", "1 billion, assumed")
                .row("before, without decisions", seconds(before), "", "");
        for (Start start : starts) {
            page.row(
                    start.text(),
                    seconds(start.seconds),
                    MORE.stream()
                            .map(decisions -> seconds(start.with(decisions, before, grown.cases())))
                            .toList());
        }
        page.header("request", "p50 ms", "p95 ms", "answers", "basis");
        latencies.forEach(latency -> page.row(
                latency.what,
                seconds(latency.percentile(0.5)),
                seconds(latency.percentile(0.95)),
                latency.millis.size(),
                "measured"));
        page.header("all decisions", "state of one copy", "changelogs of one broker", "PostgreSQL", "basis");
        page.row(
                "measured",
                total(each(grown.stores()) / 2, grown.cases()),
                total(changelogs(), grown.cases()),
                total(each(grown.tables()), grown.cases()),
                "measured");
        for (double decisions : MORE) {
            page.row(
                    Fields.text("%,.0f", decisions),
                    total(each(grown.stores()) / 2, decisions),
                    total(changelogs(), decisions),
                    total(each(grown.tables()), decisions),
                    "assumed: linear");
        }
        return page.line("")
                .text("bytes(n) = n × bytes of a decision; start(n) = start without decisions + n × (start measured −"
                        + " start without decisions) / decisions measured. Latencies are not extrapolated.")
                .toString();
    }

    private void rows(Markdown page, String of, Map<String, Double> sizes) {
        sizes.forEach((name, bytes) -> {
            double each = bytes / grown.cases();
            if (each >= SMALL) {
                page.row(of + name, Fields.text("%.0f", each), "measured");
            }
        });
        page.row("**" + of + "all**", Fields.text("%.0f", each(sizes)), "measured");
    }

    private static String seconds(double value) {
        return Fields.text("%,.1f", value);
    }

    private static String total(double each, double decisions) {
        return Fields.text("%,.1f GB", each * decisions / 1e9);
    }

    Map<String, Object> fields() {
        return Fields.of(
                "decisions", grown.cases(),
                "seconds", seconds,
                "stateBytes", each(grown.stores()),
                "changelogBytes", changelogs(),
                "topicBytes", each(grown.topics()),
                "databaseBytes", each(grown.tables()),
                "stores", grown.stores(),
                "topics", grown.topics(),
                "tables", grown.tables(),
                "startBefore", before,
                "starts",
                        starts.stream()
                                .map(start -> Fields.of(
                                        "standbys", start.standbys, "wiped", start.wiped, "seconds", start.seconds))
                                .toList(),
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
