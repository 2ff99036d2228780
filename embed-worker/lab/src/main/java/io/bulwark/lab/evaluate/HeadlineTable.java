package io.bulwark.lab.evaluate;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A clean encoder's numbers beside a robust one's. Filled section by section by one thread. */
final class HeadlineTable implements Results.Report {

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
    private final List<String> encoders;
    private final Map<String, Section> sections = new LinkedHashMap<>();

    /**
     * Rows of one score and track.
     *
     * @param task what was asked
     * @param ledgers the clean encoder's and the robust one's
     */
    private record Section(Task task, List<Ledger> ledgers, List<ThreatModel> threats) {

        /** Of the same questions; the later ledgers know what the earlier ones knew. */
        Section with(Section later) {
            return new Section(
                    later.task,
                    later.ledgers,
                    Stream.concat(threats.stream(), later.threats.stream()).toList());
        }
    }

    private record Row(String score, String threat, List<FileBootstrap> values) {}

    /**
     * @param about on what, how attacked, where
     * @param encoders names of the clean one and the robust one
     */
    HeadlineTable(String about, List<String> encoders) {
        this.about = about;
        this.encoders = encoders;
    }

    /**
     * Adds rows. A section of that title is extended and its numbers are read again: a perturbation of one norm may
     * lie in a ball of another.
     */
    void add(String title, Task task, List<Ledger> ledgers, List<ThreatModel> threats) {
        sections.merge(title, new Section(task, ledgers, threats), Section::with);
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        sections.forEach((title, section) -> {
            rows.add(new Row(
                    title,
                    "clean",
                    section.ledgers().stream()
                            .map(ledger -> ledger.cleanOverFiles(section.task()))
                            .toList()));
            for (ThreatModel threat : section.threats()) {
                rows.add(new Row(
                        title,
                        threat.toString(),
                        section.ledgers().stream()
                                .map(ledger -> ledger.robustOverFiles(section.task(), threat))
                                .toList()));
            }
        });
        return rows;
    }

    @Override
    public String markdown() {
        Markdown text = new Markdown()
                .text(about + " 95 % intervals over files (bootstrap).")
                .header("score, track, pictures asked", "threat model", encoders);
        rows().forEach(row -> text.row(row.score(), row.threat(), row.values()));
        return text + PUBLISHED;
    }

    @Override
    public Map<String, Object> json() {
        return Fields.of(
                "about",
                about,
                "clean",
                encoders.get(0),
                "robust",
                encoders.get(1),
                "rows",
                rows().stream()
                        .map(row -> Map.of(
                                "score", row.score(),
                                "threat", row.threat(),
                                "clean", Fields.of(row.values().get(0)),
                                "robust", Fields.of(row.values().get(1))))
                        .toList());
    }
}
