package io.bulwark.lab.audit;

import io.bulwark.cli.report.Proportion;
import io.bulwark.lab.audit.QueryTally.QueryEntry;
import io.bulwark.lab.experiment.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * What attackers got through, for people and for machines.
 *
 * @param about on what, against what, where
 * @param tallies one an attack
 * @param queries uploads of each attack at most
 * @param campaignAfter uploads after which people know of the attacker
 */
record QueryTable(String about, List<QueryTally> tallies, int queries, int campaignAfter) {

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

    String markdown() {
        StringBuilder text = new StringBuilder(about).append("\n\n| attack | index ");
        budgets()
                .forEach(
                        budget -> text.append("| passed within ").append(budget).append(' '));
        text.append("| with fewer than ")
                .append(campaignAfter)
                .append(" | median uploads | uploads held | CPU s a picture |\n|---|---")
                .append("|---".repeat(budgets().size() + 4))
                .append("|\n");
        for (QueryTally row : rows()) {
            line(text, row.name(), "without", row.without());
            line(text, row.name(), "with", row.with());
        }
        text.append("\n| attack | success with the index, by that without | where people stop it after ")
                .append(campaignAfter)
                .append(" |\n|---|---|---|\n");
        for (QueryTally row : rows()) {
            text.append(
                    "| %s | %s | %s |\n".formatted(row.name(), words(row.ratio()), words(row.ratio(campaignAfter))));
        }
        return text.toString();
    }

    private void line(StringBuilder text, String name, String index, List<QueryEntry> entries) {
        text.append("| %s | %s ".formatted(name, index));
        for (long budget : budgets()) {
            text.append("| ").append(QueryTally.passed(entries, budget)).append(' ');
        }
        OptionalLong median = QueryTally.median(entries);
        text.append(String.format(
                Locale.ROOT,
                "| %d of %d | %s | %.0f %% | %.1f |%n",
                soon(entries),
                passed(entries),
                median.isPresent() ? median.getAsLong() : "",
                100 * held(entries),
                cpu(entries)));
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
        return sum(entries.stream().mapToLong(QueryEntry::held))
                / sum(entries.stream().mapToLong(QueryEntry::queries));
    }

    private static double sum(LongStream numbers) {
        return numbers.sum();
    }

    private static double cpu(List<QueryEntry> entries) {
        return entries.stream().mapToDouble(QueryEntry::cpuSeconds).average().orElse(0);
    }

    Map<String, Object> json() {
        Map<String, Object> fields =
                Fields.of("about", about, "pictures", tallies.get(0).with().size(), "campaignAfter", campaignAfter);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (QueryTally row : rows()) {
            rows.add(json(row.name(), false, row.without()));
            rows.add(json(row.name(), true, row.with()));
        }
        fields.put("rows", rows);
        fields.put("ratios", rows().stream().map(this::ratios).toList());
        return fields;
    }

    private Map<String, Object> json(String name, boolean index, List<QueryEntry> entries) {
        Map<String, Object> fields = Fields.of("attack", name, "index", index);
        Map<String, Object> within = new LinkedHashMap<>();
        for (long budget : budgets()) {
            Proportion share = QueryTally.passed(entries, budget);
            within.put(Long.toString(budget), Fields.of(share));
        }
        fields.put("passed", passed(entries));
        fields.put("passedWithin", within);
        fields.put("passedBeforeCampaign", soon(entries));
        QueryTally.median(entries).ifPresent(median -> fields.put("medianQueries", median));
        fields.put("held", held(entries));
        fields.put("cpuSecondsEach", cpu(entries));
        return fields;
    }

    private Map<String, Object> ratios(QueryTally row) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("attack", row.name());
        put(fields, "ratio", row.ratio());
        put(fields, "ratioWithCampaigns", row.ratio(campaignAfter));
        return fields;
    }

    /** JSON has no infinity: an end that is not known is left out. */
    private static void put(Map<String, Object> fields, String name, QueryTally.PairedRatio ratio) {
        Map<String, Object> ends = Fields.of("value", ratio.value(), "low", ratio.low(), "high", ratio.high());
        ends.values().removeIf(end -> !Double.isFinite((double) end));
        fields.put(name, ends);
    }
}
