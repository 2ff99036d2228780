package io.bulwark.lab.concepts;

import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.invert.ContactSheet;
import io.bulwark.lab.invert.ContactSheet.Cell;
import io.bulwark.lab.invert.ExplicitWords;
import io.bulwark.lab.invert.InversionOptions;
import io.bulwark.lab.invert.InversionRun;
import io.bulwark.lab.invert.Side;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank concepts}. */
@Command(
        name = "concepts",
        description = {
            "Draws one sheet for each label of a bank: what the encoder takes for typical of it (the inversion of its mean,",
            "and the references nearest to it), its nearest conflicts with other labels, and references that look out of",
            "place because their neighbours have other labels. index.html lists the sheets, to be served to whom you let see them;",
            "moderation-stream's bulwark.console.concepts-url then links to it."
        })
public final class BankConceptsCommand extends OutputCommand implements Runnable {

    private static final int BATCH = 8;

    @Mixin
    private BankName bank;

    @Mixin
    private BankModelOptions model;

    @Mixin
    private InversionOptions inversion;

    @Option(
            names = "--pictures",
            paramLabel = "DIR",
            description =
                    "The folder that the bank was built from, whose pictures are shown (default: only their ids).")
    private Path pictures;

    @Option(names = "--listed", paramLabel = "N", description = "Of each kind, references listed at most.")
    private int listed = 5;

    @Option(names = "--i-know", description = "Draw labels that stand for explicit content, too.")
    private boolean known;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the sheets and a report.")
    private Path out;

    @Override
    public void run() {
        if (listed < 1) {
            throw CommandFailure.usage("--listed is " + listed + ", allowed are 1 and more");
        }
        Output output = output();
        ModelChoice choice = model.choice(false);
        EncoderDescription description = choice.description();
        BankAudit audit;
        try (BankTopic topic = bank.topic()) {
            audit = BankAudit.of(topic.read(), bank.name(), description, choice.plainRows());
        }
        if (audit.usable().isEmpty()) {
            throw CommandFailure.failed(
                    "the bank %s has no reference of the model '%s': fill it with 'bulwark bank build',"
                                    .formatted(bank.name(), description.name())
                            + " or name the model that it was filled with, with --model and --precision");
        }
        List<LabelFinding> findings = LabelFinding.of(description.fingerprint(), audit.usable(), listed);
        EncoderOptions running = inversion.with(EncoderOptions.onFirstDevice());
        try (Side side = Side.open(ModelOptions.open(choice.location(), output), running, inversion.size())) {
            Map<String, BufferedImage> inverted = inverted(side, findings, output);
            for (LabelFinding finding : findings) {
                print(finding, side, Optional.ofNullable(inverted.get(finding.label())), output);
            }
        }
        save(findings);
    }

    /** By label; several share each forward pass. */
    private Map<String, BufferedImage> inverted(Side side, List<LabelFinding> findings, Output output) {
        List<LabelFinding> drawn = findings.stream()
                .filter(finding -> known || !ExplicitWords.in(finding.label()))
                .toList();
        Map<String, BufferedImage> images = new HashMap<>();
        for (int from = 0; from < drawn.size(); from += BATCH) {
            List<LabelFinding> part = drawn.subList(from, Math.min(drawn.size(), from + BATCH));
            InversionRun.Inverted inverted = new InversionRun(
                            side.inversion(
                                    inversion.method(),
                                    part.stream().map(LabelFinding::mean).toList(),
                                    inversion.seed()),
                            inversion.start(side),
                            out.resolve("unfinished.safetensors"))
                    .run(output);
            for (int i = 0; i < part.size(); i++) {
                images.put(part.get(i).label(), Side.Pixels.image(inverted.pictures(), i, side.height(), side.width()));
            }
        }
        return images;
    }

    private void print(LabelFinding finding, Side side, Optional<BufferedImage> inverted, Output output) {
        boolean shown = known || !ExplicitWords.in(finding.label());
        Path sheet = out.resolve(fileName(finding.label()));
        new LabelSheet(side, shown ? Optional.ofNullable(pictures) : Optional.empty()).write(finding, inverted, sheet);
        Map<String, Object> fields = new LinkedHashMap<>(fields(finding));
        fields.put("sheet", sheet.toString());
        fields.put("drawn", inverted.isPresent());
        output.print(
                "%s: %d references, %d conflicts listed, %d out of place; %s%s"
                        .formatted(
                                finding.label(),
                                finding.references(),
                                finding.conflicts().size(),
                                finding.outOfPlace().size(),
                                sheet,
                                inverted.isPresent()
                                        ? ""
                                        : " (not drawn: the label stands for explicit content, --i-know)"),
                fields);
    }

    /** No label leads out of the folder, and no two have one name. */
    private static String fileName(String label) {
        String plain = label.replaceAll("[^A-Za-z0-9_-]", "_");
        return (plain.equals(label) ? plain : plain + "-" + Integer.toHexString(label.hashCode())) + ".png";
    }

    private static Map<String, Object> fields(LabelFinding finding) {
        return Fields.of(
                "label",
                finding.label(),
                "references",
                finding.references(),
                "typical",
                finding.typical(),
                "conflicts",
                finding.conflicts().stream()
                        .map(each -> Map.of(
                                "own", each.own(),
                                "other", each.other(),
                                "otherLabel", each.otherLabel(),
                                "similarity", each.similarity()))
                        .toList(),
                "outOfPlace",
                finding.outOfPlace().stream()
                        .map(each ->
                                Map.of("id", each.id(), "support", each.support(), "nearestLabel", each.nearestLabel()))
                        .toList());
    }

    private void save(List<LabelFinding> findings) {
        byte[] page = SheetsPage.of(
                bank.name(),
                findings.stream()
                        .map(finding -> new SheetsPage.Sheet(finding, fileName(finding.label())))
                        .toList());
        Results.json(
                out.resolve("concepts.json"),
                Map.of(
                        "labels",
                        findings.stream().map(BankConceptsCommand::fields).toList()));
        Path index = out.resolve(SheetsPage.FILE);
        try {
            Files.write(index, page);
        } catch (IOException e) {
            throw CommandFailure.failed(index + " cannot be written: " + e, e);
        }
    }

    /**
     * All sheets of a bank as one static page, for a web server of the keeper's: no script, and nothing from elsewhere.
     */
    static final class SheetsPage {

        /** Its file, beside the sheets. */
        static final String FILE = "index.html";

        /**
         * A sheet.
         *
         * @param file its name, beside the page
         */
        record Sheet(LabelFinding finding, String file) {}

        private SheetsPage() {}

        /** The page, in UTF-8. */
        static byte[] of(String bank, List<Sheet> sheets) {
            String title = "Labels of the bank " + escaped(bank);
            StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                            + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                            + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'\">\n"
                            + "<meta name=\"robots\" content=\"noindex\">\n<title>")
                    .append(title)
                    .append("</title>\n<h1>")
                    .append(title)
                    .append(
                            "</h1>\n<p>A sheet opens by its label. It shows pictures of the bank, not blurred.</p>\n<ul>\n");
            for (Sheet sheet : sheets) {
                LabelFinding finding = sheet.finding();
                page.append("<li><a href=\"%s\">%s</a>: %d references, %d conflicts listed, %d out of place</li>\n"
                        .formatted(
                                sheet.file(),
                                escaped(finding.label()),
                                finding.references(),
                                finding.conflicts().size(),
                                finding.outOfPlace().size()));
            }
            return page.append("</ul>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8);
        }

        private static String escaped(String text) {
            return text.replace("&", "&amp;")
                    .replace("<", "&lt;")
                    .replace(">", "&gt;")
                    .replace("\"", "&quot;");
        }
    }

    /**
     * One label's sheet: what is typical of it, its conflicts, and what looks out of place.
     *
     * @param side reads pictures
     * @param pictures the folder that the bank was built from; empty leaves grey squares in their places
     */
    record LabelSheet(Side side, Optional<Path> pictures) {

        private static final int SHOWN = 128;

        /**
         * Writes it.
         *
         * @param inverted the mean's inversion; empty where it is not drawn
         */
        void write(LabelFinding finding, Optional<BufferedImage> inverted, Path file) {
            ContactSheet sheet =
                    new ContactSheet("%s: %d references".formatted(finding.label(), finding.references()), SHOWN);
            List<Cell> first = new ArrayList<>();
            first.add(new Cell(inverted.orElseGet(LabelSheet::blank), List.of("inversion of the mean")));
            finding.typical().forEach(id -> first.add(new Cell(picture(id), List.of("typical", id))));
            sheet.row(first);
            if (!finding.conflicts().isEmpty()) {
                List<Cell> own = new ArrayList<>();
                List<Cell> other = new ArrayList<>();
                for (LabelFinding.Conflict conflict : finding.conflicts()) {
                    own.add(new Cell(picture(conflict.own()), List.of("near another label:", conflict.own())));
                    other.add(new Cell(
                            picture(conflict.other()),
                            List.of(
                                    Fields.text("%s, %.3f", conflict.otherLabel(), conflict.similarity()),
                                    conflict.other())));
                }
                sheet.row(own);
                sheet.row(other);
            }
            if (!finding.outOfPlace().isEmpty()) {
                sheet.row(finding.outOfPlace().stream()
                        .map(stray -> new Cell(
                                picture(stray.id()),
                                List.of("out of place?", "near " + stray.nearestLabel(), stray.id())))
                        .toList());
            }
            sheet.write(file);
        }

        private BufferedImage picture(String id) {
            Optional<Path> file = pictures.map(folder -> folder.resolve(StoredReference.picture(id)))
                    .filter(Files::isRegularFile);
            return file.map(found -> Side.Pixels.image(side.planes(found), 0, side.height(), side.width()))
                    .orElseGet(LabelSheet::blank);
        }

        private static BufferedImage blank() {
            BufferedImage blank = new BufferedImage(SHOWN, SHOWN, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = blank.createGraphics();
            graphics.setColor(Color.LIGHT_GRAY);
            graphics.fillRect(0, 0, SHOWN, SHOWN);
            graphics.dispose();
            return blank;
        }
    }
}
