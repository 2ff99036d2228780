package io.bulwark.lab.evaluate;

import io.bulwark.perception.evaluate.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A clean encoder's numbers beside a robust one's. Filled row by row by one thread. */
final class HeadlineTable {

    /** Croce et al., SaTML 2025: NIGHTS 2AFC accuracy in %, clean, l∞ 4/255, l2 3. Not measured here. */
    private static final String PUBLISHED = """

            For orientation, numbers that were published and not measured here (Croce, Schlarmann, Singh, Hein, SaTML 2025;
            2AFC accuracy on NIGHTS in %, APGD with 100 iterations):

            | encoder | clean | linf 4/255 | l2 3 |
            |---|---|---|---|
            | OpenCLIP ConvNeXt-B | 87.2 | 0.0 | 0.0 |
            | R-CLIP_F (FARE) ConvNeXt-B | 90.6 | 74.3 | 66.1 |
            | R-CLIP_T (TeCoA) ConvNeXt-B | 92.3 | 81.9 | 78.5 |
            """;

    private final String about;
    private final List<Row> rows = new ArrayList<>();

    private record Row(String score, String threat, List<Proportion> values) {}

    /** @param about on what, how attacked, where */
    HeadlineTable(String about) {
        this.about = about;
    }

    /** @param values the clean encoder's and the robust one's */
    void add(String score, String threat, List<Proportion> values) {
        rows.add(new Row(score, threat, values));
    }

    String markdown() {
        StringBuilder text = new StringBuilder(about + ". 95 % intervals (Wilson).\n\n");
        text.append("| score, track | threat model | clean encoder | robust encoder |\n|---|---|---|---|\n");
        for (Row row : rows) {
            text.append("| %s | %s | %s | %s |\n"
                    .formatted(
                            row.score(),
                            row.threat(),
                            row.values().get(0),
                            row.values().get(1)));
        }
        return text.append(PUBLISHED).toString();
    }

    Map<String, Object> json() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("about", about);
        fields.put(
                "rows",
                rows.stream()
                        .map(row -> Map.of(
                                "score", row.score(),
                                "threat", row.threat(),
                                "clean", TaskReport.json(row.values().get(0)),
                                "robust", TaskReport.json(row.values().get(1))))
                        .toList());
        return fields;
    }
}
