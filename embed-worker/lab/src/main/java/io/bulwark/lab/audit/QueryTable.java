package io.bulwark.lab.audit;

import io.bulwark.lab.audit.QueryTally.QueryEntry;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What attackers got through, for people and for machines.
 *
 * @param about on what, against what, where
 * @param tallies one an attack
 * @param queries uploads of each attack at most
 * @param campaignAfter uploads after which people know of the attacker
 */
record QueryTable(String about, List<QueryTally> tallies, int queries, int campaignAfter) implements Results.Report {

    private static final List<Long> BUDGETS = List.of(10L, 100L, 1000L);

    /** Budgets that are told of, ascending. */
    private List<Long> budgets() {
        TreeSet<Long> budgets = new TreeSet<>(List.of((long) queries));
        BUDGETS.stream().filter(budget -> budget < queries).forEach(budgets::add);
        return List.copyOf(budgets);
    }

    /** All tallies, and the best of several; not of the joint attack, which has to raise no alarm either. */
    private List<QueryTally> rows() {
        List<QueryTally> rows = new ArrayList<>(tallies);
        List<QueryTally> alike = tallies.stream()
                .filter(tally -> !tally.name().equals(QueryOptions.QueryKind.JOINT.toString()))
                .toList();
        addBest(rows, "hopskipjump", alike);
        addBest(rows, "square", alike);
        if (alike.size() > 1) {
            rows.add(QueryTally.best("best of them, each alone", alike));
        }
        return rows;
    }

    private static void addBest(List<QueryTally> rows, String family, List<QueryTally> alike) {
        List<QueryTally> some =
                alike.stream().filter(tally -> tally.name().startsWith(family)).toList();
        if (some.size() > 1 && some.size() < alike.size()) {
            rows.add(QueryTally.best("best of " + family + ", each alone", some));
        }
    }

    @Override
    public String markdown() {
        Markdown text = new Markdown()
                .text(about)
                .header(
                        "attack",
                        "index",
                        budgets().stream()
                                .map(budget -> "passed within " + budget)
                                .toList(),
                        "with fewer than " + campaignAfter,
                        "median uploads",
                        "uploads held",
                        "CPU s a picture");
        for (QueryTally row : rows()) {
            line(text, row.name(), "without", row.without());
            line(text, row.name(), "with", row.with());
        }
        text.header("attack", "success with the index, by that without", "where people stop it after " + campaignAfter);
        rows().forEach(row -> text.row(row.name(), words(row.ratio()), words(row.ratio(campaignAfter))));
        return text.toString();
    }

    private void line(Markdown text, String name, String index, List<QueryEntry> entries) {
        OptionalLong median = QueryTally.median(entries);
        text.row(
                name,
                index,
                budgets().stream()
                        .map(budget -> QueryTally.passed(entries, budget))
                        .toList(),
                "%d of %d".formatted(soon(entries), passed(entries)),
                median.isPresent() ? median.getAsLong() : "",
                Fields.text("%.0f %%", 100 * held(entries)),
                Fields.text("%.1f", cpu(entries)));
    }

    private static String words(QueryTally.PairedRatio ratio) {
        return Double.isNaN(ratio.value()) ? "nothing passed" : ratio.toString();
    }

    private long soon(List<QueryEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.passedWithin(campaignAfter - 1L))
                .count();
    }

    private static long passed(List<QueryEntry> entries) {
        return entries.stream().filter(QueryEntry::passed).count();
    }

    private static double held(List<QueryEntry> entries) {
        return (double) entries.stream().mapToLong(QueryEntry::held).sum()
                / entries.stream().mapToLong(QueryEntry::queries).sum();
    }

    private static double cpu(List<QueryEntry> entries) {
        return entries.stream().mapToDouble(QueryEntry::cpuSeconds).average().orElse(0);
    }

    @Override
    public Map<String, Object> json() {
        return Fields.of(
                "about",
                about,
                "pictures",
                tallies.get(0).with().size(),
                "campaignAfter",
                campaignAfter,
                "rows",
                rows().stream()
                        .flatMap(row ->
                                Stream.of(json(row.name(), false, row.without()), json(row.name(), true, row.with())))
                        .toList(),
                "ratios",
                rows().stream()
                        .map(row -> Fields.of(
                                "attack", row.name(),
                                "ratio", json(row.ratio()),
                                "ratioWithCampaigns", json(row.ratio(campaignAfter))))
                        .toList());
    }

    private Map<String, Object> json(String name, boolean index, List<QueryEntry> entries) {
        Map<String, Object> within = new LinkedHashMap<>();
        budgets().forEach(budget -> within.put(budget.toString(), Fields.of(QueryTally.passed(entries, budget))));
        OptionalLong median = QueryTally.median(entries);
        return Fields.of(
                "attack",
                name,
                "index",
                index,
                "passed",
                passed(entries),
                "passedWithin",
                within,
                "passedBeforeCampaign",
                soon(entries),
                "medianQueries",
                median.isPresent() ? median.getAsLong() : null,
                "held",
                held(entries),
                "cpuSecondsEach",
                cpu(entries));
    }

    /** JSON has no infinity: an end that is not known is left out. */
    private static Map<String, Object> json(QueryTally.PairedRatio ratio) {
        Map<String, Object> ends = Fields.of("value", ratio.value(), "low", ratio.low(), "high", ratio.high());
        ends.values().removeIf(end -> !Double.isFinite((double) end));
        return ends;
    }
}
