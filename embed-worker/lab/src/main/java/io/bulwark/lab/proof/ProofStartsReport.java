package io.bulwark.lab.proof;

import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.proof.ProofStarts.Kind;
import io.bulwark.lab.proof.ProofStarts.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How long starts took, and what follows for more decisions where they took longer than before by more than their noise.
 *
 * @param decisions between both
 * @param before starts without them, by kind
 * @param after the same kinds with them
 */
record ProofStartsReport(int decisions, Map<Kind, List<Start>> before, Map<Kind, List<Start>> after) {

    /** Of a start beside what several differ by: health is asked every half second, a session ends within three. */
    private static final double LEAST_NOISE = 3;

    /** The noise of fewer starts is not known. */
    private static final int LEAST_STARTS = 3;

    /** Several values of one measure. */
    private record Values(List<Double> sorted) {

        static Values of(List<Start> starts, ToDoubleFunction<Start> measure) {
            return new Values(
                    starts.stream().mapToDouble(measure).sorted().boxed().toList());
        }

        double median() {
            return sorted.get(sorted.size() / 2);
        }

        double spread() {
            return sorted.get(sorted.size() - 1) - sorted.get(0);
        }

        String text(String format) {
            return sorted.size() == 1 || spread() == 0
                    ? Fields.text(format, median())
                    : Fields.text(
                            format + " (" + format + " to " + format + ")",
                            median(),
                            sorted.get(0),
                            sorted.get(sorted.size() - 1));
        }
    }

    void publish(Experiment.Stage stage) {
        stage.publish("growth-starts", markdown(), fields());
    }

    String markdown() {
        Markdown page = new Markdown()
                .line("Seconds from the start after SIGKILL, the median (least to most) of several.")
                .header(
                        "start of a moderation-stream",
                        "without decisions",
                        Fields.text("with %,d", decisions),
                        "10 million, assumed",
                        "1 billion, assumed");
        after.forEach((kind, starts) -> {
            page.row(
                    kind.text() + ": records read from changelogs",
                    Values.of(before.get(kind), Start::records).text("%,.0f"),
                    Values.of(starts, Start::records).text("%,.0f"),
                    "",
                    "");
            row(page, kind, "ready", Start::ready);
            row(page, kind, "caught up, active and standby", Start::caughtUp);
        });
        return page.line("")
                .text(
                        "start(n) = without decisions + n × (measured − without decisions) / decisions measured, where the"
                                + " difference is more than the noise: what the starts of one kind differ by, at least "
                                + Fields.text("%.0f", LEAST_NOISE)
                                + " s. Without a standby all moderation-streams are killed,"
                                + " and one restores everything.")
                .toString();
    }

    private void row(Markdown page, Kind kind, String name, ToDoubleFunction<Start> measure) {
        Values without = Values.of(before.get(kind), measure);
        Values with = Values.of(after.get(kind), measure);
        List<Object> cells = new ArrayList<>();
        cells.add(kind.text() + ": " + name);
        cells.add(without.text("%.1f"));
        cells.add(with.text("%.1f"));
        for (double more : ProofGrowthReport.MORE) {
            cells.add(
                    Math.min(without.sorted.size(), with.sorted.size()) < LEAST_STARTS
                            ? "too few starts"
                            : isNoise(without, with)
                                    ? "within the noise"
                                    : Fields.text("%,.0f", start(more, without.median(), with.median())));
        }
        page.row(cells.toArray());
    }

    private static boolean isNoise(Values without, Values with) {
        return with.median() - without.median() <= Math.max(LEAST_NOISE, Math.max(without.spread(), with.spread()));
    }

    /** Seconds with more decisions, by a line through a start without and one with the measured ones. */
    double start(double more, double without, double with) {
        return without + more * (with - without) / decisions;
    }

    Map<String, Object> fields() {
        return Fields.of(
                "decisions",
                decisions,
                "starts",
                after.entrySet().stream()
                        .map(entry -> Fields.of(
                                "standbys", entry.getKey().standbys(),
                                "wiped", entry.getKey().wiped(),
                                "before",
                                        before.get(entry.getKey()).stream()
                                                .map(Start::fields)
                                                .toList(),
                                "after",
                                        entry.getValue().stream()
                                                .map(Start::fields)
                                                .toList()))
                        .toList());
    }
}
