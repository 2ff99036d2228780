package io.bulwark.lab.invert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.invert.ContactSheet.Cell;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One target inverted with a model and, beside it, with another: {@code @Mixin SideBySide sides}. Writes the pictures,
 * the way to each as a strip, a sheet of all and a report.
 */
final class SideBySide {

    private static final int SHOWN = 192;
    private static final int SHOWN_ON_THE_WAY = 112;
    private static final String NO_MODEL = "none";

    @Mixin
    private ModelOptions model;

    @Mixin
    private InversionOptions inversion;

    @Option(
            names = "--beside",
            paramLabel = "LOCATION",
            description =
                    "A second model for the sheet, as --model takes it, or none (default: the default model's clean"
                            + " parent beside the default model, else none).")
    private String beside;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for what is written.")
    private Path out;

    @Option(names = "--i-know", description = "Take labels and texts that stand for explicit content as targets, too.")
    private boolean known;

    /** The model and how to open it. */
    ModelOptions model() {
        return model;
    }

    /** Refuses labels and texts that stand for explicit content. */
    void permit(String text) {
        ExplicitWords.refuse(text, known);
    }

    /** What one model was asked for, and gave. */
    private record Finding(Side side, InversionTarget target, InversionRun.Inverted inverted) {

        BufferedImage image() {
            return Side.Pixels.image(inverted.pictures(), 0, side.height(), side.width());
        }
    }

    /**
     * Inverts with each model, and writes.
     *
     * @param target of an encoder
     * @param original a picture that the target was made of, for the sheet
     */
    int run(Output output, BiFunction<ModelPackage, Side, InversionTarget> target, Optional<Path> original) {
        List<Side> opened = new ArrayList<>();
        try {
            List<Finding> findings = new ArrayList<>();
            for (String location : locations()) {
                ModelPackage found = ModelOptions.open(location, output);
                Side side = Side.open(found, inversion.with(model.options()), inversion.size());
                opened.add(side);
                findings.add(invert(side, target.apply(found, side), findings.size(), output));
            }
            report(findings, original, output);
            return ExitCodes.OK;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } finally {
            opened.forEach(Side::close);
        }
    }

    private List<String> locations() {
        String second = beside;
        if (second == null) {
            second = model.location().equals(ModelPackage.DEFAULT) ? ModelPackage.CLEAN_PARENT : NO_MODEL;
        }
        return second.equals(NO_MODEL) ? List.of(model.location()) : List.of(model.location(), second);
    }

    private Finding invert(Side side, InversionTarget target, int number, Output output) {
        Path unfinished = out.resolve("unfinished" + suffix(number) + ".safetensors");
        InversionRun.Inverted inverted = new InversionRun(
                        side.inversion(inversion.method(), List.of(target), inversion.seed()),
                        inversion.start(side),
                        unfinished)
                .run(output);
        return new Finding(side, target, inverted);
    }

    private static String suffix(int number) {
        return number == 0 ? "" : "-beside";
    }

    private void report(List<Finding> findings, Optional<Path> original, Output output) {
        String name = findings.get(0).target().name();
        List<Map<String, Object>> sides = new ArrayList<>();
        List<Cell> cells = new ArrayList<>();
        original.ifPresent(file -> cells.add(original(findings.get(0).side(), file)));
        for (int i = 0; i < findings.size(); i++) {
            Finding finding = findings.get(i);
            Map<String, Object> fields = fields(finding, i);
            List<String> caption = new ArrayList<>(List.of(
                    finding.side().description().name(),
                    Fields.text("own score %.3f", finding.inverted().scores()[0])));
            if (findings.size() == 2) {
                double transfer = transfer(finding, findings.get(1 - i));
                fields.put("transfer", transfer);
                caption.add(Fields.text("other's %.3f", transfer));
            }
            sides.add(fields);
            cells.add(new Cell(finding.image(), caption));
            ContactSheet.write(finding.image(), out.resolve("picture" + suffix(i) + ".png"));
            strip(finding, i);
        }
        ContactSheet sheet = new ContactSheet(name, SHOWN);
        sheet.row(cells);
        sheet.write(out.resolve("sheet.png"));
        Map<String, Object> report = Fields.of(
                "target", name, "method", inversion.method().describe(), "seed", inversion.seed(), "sides", sides);
        save(report);
        output.print(text(name, sides), report);
    }

    private static Cell original(Side side, Path file) {
        return new Cell(
                Side.Pixels.image(side.planes(file), 0, side.height(), side.width()),
                List.of("the target", file.getFileName().toString()));
    }

    private Map<String, Object> fields(Finding finding, int number) {
        return Fields.of(
                "model",
                finding.side().description().name(),
                "fingerprint",
                finding.side().description().fingerprint(),
                "height",
                finding.side().height(),
                "width",
                finding.side().width(),
                "score",
                finding.inverted().scores()[0],
                "seconds",
                finding.inverted().seconds(),
                "residentBytes",
                finding.inverted().memory(),
                "picture",
                out.resolve("picture" + suffix(number) + ".png").toString(),
                "way",
                out.resolve("way" + suffix(number) + ".png").toString());
    }

    /** The score of one side's picture, as a file of 8 bits, under the other side's encoder. */
    private static double transfer(Finding of, Finding under) {
        float[] seen = under.side()
                .embed(List.of(Side.Pixels.picture(
                        of.inverted().pictures(),
                        0,
                        of.side().height(),
                        of.side().width())))[0];
        return UnitEmbedding.of(seen).dot(under.target().direction());
    }

    private void strip(Finding finding, int number) {
        Side side = finding.side();
        ContactSheet strip = new ContactSheet(
                "%s, %s".formatted(finding.target().name(), side.description().name()), SHOWN_ON_THE_WAY);
        List<Cell> cells = new ArrayList<>();
        List<float[]> way = finding.inverted().way();
        for (int i = 0; i < way.size(); i++) {
            int step = i == way.size() - 1
                    ? inversion.method().steps()
                    : (int) Math.ceil((double) inversion.method().steps() * i / (way.size() - 1));
            cells.add(new Cell(Side.Pixels.image(way.get(i), 0, side.height(), side.width()), List.of("step " + step)));
        }
        strip.row(cells);
        strip.write(out.resolve("way" + suffix(number) + ".png"));
    }

    private String text(String name, List<Map<String, Object>> sides) {
        StringBuilder text = new StringBuilder(
                name + ", " + inversion.method().describe() + ", look at " + out.resolve("sheet.png") + "\n");
        for (Map<String, Object> side : sides) {
            text.append(
                    Fields.text("%s: score %.3f, %.1f s", side.get("model"), side.get("score"), side.get("seconds")));
            if (side.containsKey("transfer")) {
                text.append(Fields.text(", under the other encoder %.3f", side.get("transfer")));
            }
            text.append("\n");
        }
        return text.toString().stripTrailing();
    }

    private void save(Map<String, Object> report) {
        Path file = out.resolve("inversion.json");
        try {
            Files.writeString(
                    file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
    }
}
