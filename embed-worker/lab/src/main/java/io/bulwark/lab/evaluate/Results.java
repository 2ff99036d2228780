package io.bulwark.lab.evaluate;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Results in a folder: a table, the same as JSON, and a curve for each norm. */
public record Results(Path out, Output output) {

    /** Writes and prints a report; the curve is that of the first column. */
    void write(TaskReport report) {
        save(report.task(), report.markdown(), report.json());
        output.print(report.markdown(), report.json());
    }

    /** Writes a table and the same as fields, without printing. */
    public void save(String name, String markdown, Map<String, Object> fields) {
        try {
            save(out.resolve(name + ".md"), markdown);
            save(
                    out.resolve(name + ".json"),
                    new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n");
        } catch (IOException impossible) {
            throw CommandFailure.failed("the report is no JSON: " + impossible, impossible);
        }
    }

    /** Draws one encoder's score over ε, a picture for each norm that occurs. */
    public void draw(Task task, String score, String encoder, Ledger ledger, List<ThreatModel> threats) {
        for (Norm norm : threats.stream().map(ThreatModel::norm).collect(Collectors.toSet())) {
            Curve curve = new Curve(
                    "%s under attack".formatted(task.name()), norm == Norm.LINF ? "l∞ ε in 1/255" : "l2 ε", score);
            SortedMap<Double, FileBootstrap> points = new TreeMap<>(Map.of(0.0, ledger.cleanOverFiles(task)));
            for (ThreatModel threat : threats) {
                if (threat.norm() == norm) {
                    points.put(threat.epsilon() * (norm == Norm.LINF ? 255 : 1), ledger.robustOverFiles(task, threat));
                }
            }
            curve.add(encoder, points);
            draw("%s-%s".formatted(task.name(), norm.label()), curve);
        }
    }

    /** Draws a curve into a PNG file of that name. */
    public void draw(String name, Curve curve) {
        Path file = out.resolve(name + ".png");
        try {
            curve.write(file);
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
        output.note("curve in " + file);
    }

    private void save(Path file, String text) {
        try {
            Files.createDirectories(out);
            Files.writeString(file, text);
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
    }
}
