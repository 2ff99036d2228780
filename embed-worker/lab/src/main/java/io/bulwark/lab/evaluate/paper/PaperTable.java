package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.report.Share;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The table as it is filled, in the paper's form: a section for each data set, a row for each model, part and attack, a
 * column for each threat model, figures in percent, and the published figure and the difference beside ours. One thread.
 */
final class PaperTable implements Results.Report {

    /** Columns of figures in the order of the spec; the clean one first. */
    private final List<String> threats;

    private final String machine;
    private final Map<String, String> attacks;
    private final Map<Key, Map<String, Cell>> rows = new LinkedHashMap<>();

    /**
     * @param threats columns, {@code clean} first
     * @param attacks what each attack is, by its label
     * @param machine where this runs
     */
    PaperTable(List<String> threats, Map<String, String> attacks, String machine) {
        this.threats = List.copyOf(threats);
        this.attacks = attacks;
        this.machine = machine;
    }

    /**
     * A row.
     *
     * @param data the data set
     * @param score what its figures are
     * @param model the row's name
     * @param part of the data set: {@code all}, {@code mean}, or one of several
     * @param attack label
     */
    record Key(String data, String score, String model, String part, String attack) {}

    /**
     * A figure.
     *
     * @param measured here; null in a row of published figures alone
     * @param published in percent
     */
    record Cell(Share measured, OptionalDouble published) {

        /** Ours minus the published one, in points. */
        OptionalDouble difference() {
            return measured == null || published.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(100 * measured.value() - published.getAsDouble());
        }
    }

    /** Columns, the clean one first. */
    List<String> threats() {
        return threats;
    }

    /** Adds a figure, or replaces it. */
    void put(Key row, String threat, Cell cell) {
        rows.computeIfAbsent(row, key -> new LinkedHashMap<>()).put(threat, cell);
    }

    /** A figure; null where there is none. */
    Cell cell(Key row, String threat) {
        return rows.getOrDefault(row, Map.of()).get(threat);
    }

    @Override
    public String markdown() {
        Markdown text = new Markdown()
                .line("Figures in %%, 95 %% intervals over files (bootstrap). Difference: ours minus published.");
        attacks.forEach((label, attack) -> text.line("- %s attack: %s", label, attack));
        text.line("- track: pixels after resize; the query is perturbed. %s.", machine);
        sections().forEach((section, keys) -> {
            text.section(section);
            boolean anyPublished = keys.stream()
                    .flatMap(key -> rows.get(key).values().stream())
                    .anyMatch(cell -> cell.published().isPresent());
            List<Object> columns = new ArrayList<>(List.of("model", "part", "attack"));
            for (String threat : threats) {
                columns.add(threat);
                columns.addAll(anyPublished ? List.of("published", "difference") : List.of());
            }
            columns.add("questions");
            text.header(columns.toArray());
            for (Key key : keys) {
                List<Object> cells = new ArrayList<>(List.of(Markdown.escaped(key.model()), key.part(), key.attack()));
                for (String threat : threats) {
                    Cell cell = rows.get(key).get(threat);
                    cells.add(measured(cell));
                    if (anyPublished) {
                        cells.add(published(cell));
                        cells.add(difference(cell));
                    }
                }
                cells.add(questions(key));
                text.row(cells.toArray());
            }
            curve(text, keys);
        });
        return text.toString();
    }

    /** Figures of threat models that are no columns. */
    private void curve(Markdown text, List<Key> keys) {
        List<String> further = keys.stream()
                .flatMap(key -> rows.get(key).keySet().stream())
                .distinct()
                .filter(threat -> !threats.contains(threat))
                .toList();
        if (further.isEmpty()) {
            return;
        }
        text.header("published attack over ε", "part", further);
        for (Key key : keys) {
            if (further.stream().anyMatch(rows.get(key)::containsKey)) {
                text.row(
                        Markdown.escaped(key.model()),
                        key.part(),
                        further.stream()
                                .map(threat -> measured(rows.get(key).get(threat)))
                                .toList());
            }
        }
    }

    private Map<String, List<Key>> sections() {
        return rows.keySet().stream()
                .collect(Collectors.groupingBy(
                        key -> key.data() + ", " + key.score(), LinkedHashMap::new, Collectors.toList()));
    }

    private Object questions(Key key) {
        return rows.get(key).values().stream()
                .filter(cell -> cell.measured() != null)
                .findFirst()
                .<Object>map(cell -> cell.measured().trials())
                .orElse("–");
    }

    private static String measured(Cell cell) {
        return cell == null || cell.measured() == null
                ? "–"
                : Fields.text(
                        "%.1f [%.1f, %.1f]",
                        100 * cell.measured().value(),
                        100 * cell.measured().low(),
                        100 * cell.measured().high());
    }

    private static String published(Cell cell) {
        return cell == null || cell.published().isEmpty()
                ? "–"
                : Fields.text("%.1f", cell.published().getAsDouble());
    }

    private static String difference(Cell cell) {
        return cell == null || cell.difference().isEmpty()
                ? "–"
                : Fields.text("%+.1f", cell.difference().getAsDouble());
    }

    /** The same for a paper: a table of {@code booktabs} for each section, published figure and difference in brackets. */
    String latex() {
        StringBuilder text = new StringBuilder(
                "% needs \\usepackage{booktabs}; figures in percent, in brackets:" + " published, difference\n");
        sections().forEach((section, keys) -> {
            text.append("\n% ")
                    .append(section)
                    .append("\n\\begin{tabular}{lll")
                    .append("r".repeat(threats.size()))
                    .append("}\n\\toprule\nmodel & part & attack");
            threats.forEach(threat -> text.append(" & ").append(escaped(threat)));
            text.append(" \\\\\n\\midrule\n");
            for (Key key : keys) {
                text.append(escaped(key.model())).append(" & ").append(escaped(key.part()));
                text.append(" & ").append(escaped(key.attack()));
                threats.forEach(
                        threat -> text.append(" & ").append(latex(rows.get(key).get(threat))));
                text.append(" \\\\\n");
            }
            text.append("\\bottomrule\n\\end{tabular}\n");
        });
        return text.toString();
    }

    private static String latex(Cell cell) {
        if (cell == null) {
            return "--";
        }
        String ours = cell.measured() == null
                ? "--"
                : Fields.text("%.1f", 100 * cell.measured().value());
        if (cell.published().isEmpty()) {
            return ours;
        }
        return cell.difference().isEmpty()
                ? Fields.text("%s (%s)", ours, published(cell))
                : Fields.text("%s (%s, $%s$)", ours, published(cell), difference(cell));
    }

    private static String escaped(String text) {
        return text.replaceAll("([_%&#$])", "\\\\$1");
    }

    @Override
    public Map<String, Object> json() {
        List<Map<String, Object>> cells = new ArrayList<>();
        rows.forEach((key, row) -> row.forEach((threat, cell) -> cells.add(Fields.of(
                "data", key.data(),
                "score", key.score(),
                "model", key.model(),
                "part", key.part(),
                "attack", key.attack(),
                "threat", threat,
                "measured", cell.measured() == null ? null : Fields.of(cell.measured()),
                "published", cell.published(),
                "difference", cell.difference()))));
        return Fields.of("machine", machine, "attacks", attacks, "rows", cells);
    }
}
