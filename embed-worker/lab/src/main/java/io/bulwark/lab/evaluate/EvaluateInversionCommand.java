package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap.GroupedMean;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.invert.ContactSheet;
import io.bulwark.lab.invert.ContactSheet.Cell;
import io.bulwark.lab.invert.ExplicitWords;
import io.bulwark.lab.invert.InversionOptions;
import io.bulwark.lab.invert.InversionRun;
import io.bulwark.lab.invert.InversionTarget;
import io.bulwark.lab.invert.Side;
import io.bulwark.lab.invert.Transfer;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate inversion}. */
@Command(
        name = "inversion",
        description = {
            "Inverts pictures and label means with a robust encoder and with a clean one, and lets each judge what was made",
            "with the other: the cosine with the target, its percentile among random pairs of references, and whether the",
            "nearest references have the target's label. 95 %% intervals are over files (bootstrap). What was inverted stays",
            "in the output folder, so that a run that was cut off, or that is repeated, goes on from there."
        })
public final class EvaluateInversionCommand extends OutputCommand implements Callable<Integer> {

    private static final int PAIRS = 10_000;
    private static final int ON_SHEET = 8;
    private static final int SHOWN = 128;

    @Mixin
    private ModelOptions model;

    @Mixin
    private InversionOptions inversion;

    @Mixin
    private RunOptions.References references;

    @Option(
            names = "--other",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The encoder to compare with; a location as --model takes it.")
    private String other;

    @Option(
            names = "--judge",
            paramLabel = "LOCATION",
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "A further encoder that judges what either of the two made, at its own input size; may be"
                    + " repeated.")
    private List<String> judges = List.of();

    @Option(
            names = "--queries",
            paramLabel = "DIR",
            required = true,
            description = "The same, of the pictures that are inverted.")
    private Path queries;

    @Option(names = "--images", description = "Number of pictures to invert, evenly spread.")
    private Integer images = 50;

    @Option(names = "--batch", description = "Pictures inverted at once.")
    private int batch = 8;

    @Option(names = "--nearest", paramLabel = "K", description = "References that are asked for their label.")
    private int nearest = 5;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for the results and a sheet.")
    private Path out;

    @Option(names = "--i-know", description = "Invert the means of labels that stand for explicit content, too.")
    private boolean known;

    /** An encoder, and what it knows of the pictures. */
    private record Party(Side side, List<LabelledEmbedding> references, Transfer transfer, float[][] queries) {

        String name() {
            return side.description().name();
        }
    }

    /** Encoders that make and judge; the others only judge. */
    private static final int MAKERS = 2;

    /** What is inverted: the rows of each party, with labels and files. */
    private record Targets(String name, List<List<InversionTarget>> ofParty, List<String> labels, List<String> files) {}

    @Override
    public Integer call() {
        if (batch < 1 || nearest < 1) {
            throw CommandFailure.usage(
                    "--batch is %d, --nearest is %d, allowed are 1 and more".formatted(batch, nearest));
        }
        Output output = output();
        List<LabelledPicture> bank = references.pictures();
        List<LabelledPicture> asked = RunOptions.spread(LabelledPicture.below(queries), images, "--images");
        List<Party> parties = new ArrayList<>();
        try {
            parties.add(party(open(model.location(), inversion.size(), output), bank, asked, output));
            parties.add(party(open(other, inversion.size(), output), bank, asked, output));
            for (String judge : judges) {
                parties.add(party(open(judge, OptionalInt.empty(), output), bank, asked, output));
            }
            List<InversionScores> scores = new ArrayList<>();
            scores.addAll(judged(pictures(parties, asked), parties, asked, output));
            Targets means = means(parties, output);
            if (!means.labels().isEmpty()) {
                scores.addAll(judged(means, parties, List.of(), output));
            }
            report(scores, asked.size(), bank.size(), output);
            return ExitCodes.OK;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } finally {
            parties.forEach(party -> party.side().close());
        }
    }

    private Side open(String location, OptionalInt size, Output output) {
        return Side.open(ModelOptions.open(location, output), inversion.with(model.options()), size);
    }

    private Party party(Side side, List<LabelledPicture> bank, List<LabelledPicture> asked, Output output) {
        List<LabelledEmbedding> embedded = side.references(bank, output);
        float[][] rows = side.references(asked, output).stream()
                .map(LabelledEmbedding::embedding)
                .toArray(float[][]::new);
        return new Party(side, embedded, new Transfer(embedded, nearest, PAIRS, inversion.seed()), rows);
    }

    private static Targets pictures(List<Party> parties, List<LabelledPicture> asked) {
        return new Targets(
                "pictures",
                parties.stream()
                        .map(party -> IntStream.range(0, asked.size())
                                .mapToObj(i -> InversionTarget.of(asked.get(i).referenceId(), party.queries()[i]))
                                .toList())
                        .toList(),
                asked.stream().map(LabelledPicture::label).toList(),
                asked.stream().map(LabelledPicture::sourceId).toList());
    }

    private Targets means(List<Party> parties, Output output) {
        List<String> labels = new ArrayList<>();
        for (String label : new TreeSet<>(parties.get(0).references().stream()
                .map(LabelledEmbedding::label)
                .toList())) {
            if (known || !ExplicitWords.in(label)) {
                labels.add(label);
            } else {
                output.note("the label '" + label + "' is left out: it stands for explicit content (--i-know)");
            }
        }
        return new Targets(
                "label means",
                parties.stream()
                        .map(party ->
                                labels.stream().map(label -> mean(party, label)).toList())
                        .toList(),
                labels,
                labels);
    }

    private static InversionTarget mean(Party party, String label) {
        return InversionTarget.mean(
                label,
                party.references().stream()
                        .filter(reference -> reference.label().equals(label))
                        .map(LabelledEmbedding::embedding)
                        .toList());
    }

    /**
     * In pairs, of the first and of the second maker: each judged by the other one, then both by each further judge.
     */
    private List<InversionScores> judged(
            Targets targets, List<Party> parties, List<LabelledPicture> originals, Output output) {
        List<List<InversionScores>> ofMakers = new ArrayList<>();
        List<List<Cell>> columns = new ArrayList<>();
        for (int maker = 0; maker < MAKERS; maker++) {
            List<Cell> column = new ArrayList<>();
            ofMakers.add(judged(targets, parties, maker, column, output));
            columns.add(column);
        }
        sheet(targets, parties.get(0).side(), originals, columns);
        List<InversionScores> scores = new ArrayList<>();
        for (int judge = 0; judge < ofMakers.get(0).size(); judge++) {
            for (List<InversionScores> ofMaker : ofMakers) {
                scores.add(ofMaker.get(judge));
            }
        }
        return scores;
    }

    private List<InversionScores> judged(
            Targets targets, List<Party> parties, int place, List<Cell> shown, Output output) {
        Party maker = parties.get(place);
        List<Integer> judging = new ArrayList<>(List.of(1 - place));
        IntStream.range(MAKERS, parties.size()).forEach(judging::add);
        List<InversionScores> scores = judging.stream()
                .map(judge -> new InversionScores(
                        targets.name(), maker.name(), parties.get(judge).name()))
                .toList();
        List<InversionTarget> wanted = targets.ofParty().get(place);
        for (int from = 0; from < wanted.size(); from += batch) {
            List<InversionTarget> part = wanted.subList(from, Math.min(wanted.size(), from + batch));
            Side side = maker.side();
            InversionRun.Inverted inverted = new InversionRun(
                            side.inversion(inversion.method(), part, inversion.seed()),
                            inversion.start(side),
                            out.resolve("inverted/%s-%d-%d.safetensors"
                                    .formatted(targets.name().replace(' ', '-'), place, from)))
                    .runOnce(from == 0 ? output : Output.silent());
            List<UprightPicture> files = IntStream.range(0, part.size())
                    .mapToObj(i -> Side.Pixels.picture(inverted.pictures(), i, side.height(), side.width()))
                    .toList();
            float[][] own = side.embed(files);
            for (int judge = 0; judge < judging.size(); judge++) {
                Party asked = parties.get(judging.get(judge));
                float[][] seen = asked.side().embed(files);
                for (int i = 0; i < files.size(); i++) {
                    int at = from + i;
                    float[] target =
                            targets.ofParty().get(judging.get(judge)).get(at).direction();
                    Transfer.Score score = asked.transfer()
                            .judge(seen[i], target, targets.labels().get(at));
                    double ownCosine = UnitEmbedding.of(own[i]).dot(part.get(i).direction());
                    scores.get(judge).add(targets.files().get(at), ownCosine, score);
                    if (judge == 0 && shown.size() < ON_SHEET) {
                        shown.add(cell(files.get(i), maker, ownCosine, score));
                    }
                }
            }
            output.note("%s, %s: %d of %d".formatted(targets.name(), maker.name(), from + files.size(), wanted.size()));
        }
        return scores;
    }

    private static Cell cell(UprightPicture picture, Party maker, double ownCosine, Transfer.Score score) {
        return new Cell(
                Side.Pixels.image(picture),
                List.of(
                        maker.name(),
                        Fields.text("own %.2f", ownCosine),
                        Fields.text("other's %.2f", score.cosine()),
                        Fields.text("percentile %.2f", score.percentile())));
    }

    private void sheet(Targets targets, Side side, List<LabelledPicture> originals, List<List<Cell>> columns) {
        ContactSheet sheet = new ContactSheet(targets.name(), SHOWN);
        List<Cell> first = new ArrayList<>();
        for (int i = 0; i < Math.min(originals.size(), ON_SHEET); i++) {
            first.add(new Cell(
                    Side.Pixels.image(side.planes(originals.get(i).file()), 0, side.height(), side.width()),
                    List.of(targets.labels().get(i))));
        }
        if (originals.isEmpty()) {
            columns.forEach(cells -> {
                for (int i = 0; i < cells.size(); i++) {
                    List<String> caption =
                            new ArrayList<>(List.of(targets.labels().get(i)));
                    caption.addAll(cells.get(i).caption());
                    cells.set(i, new Cell(cells.get(i).image(), caption));
                }
            });
        } else {
            sheet.row(first);
        }
        columns.forEach(sheet::row);
        sheet.write(out.resolve(targets.name().replace(' ', '-') + ".png"));
    }

    private static String judgesOf(InversionScores first, InversionScores second) {
        return first.judge().equals(second.judge()) ? first.judge() : "each other";
    }

    private void report(List<InversionScores> scores, int asked, int bank, Output output) {
        long seed = inversion.seed();
        Markdown text = new Markdown()
                .line(
                        "**inversion**: %s, seed %d; %d pictures, %d references; %s. 95 %% intervals over files.",
                        inversion.method().describe(), seed, asked, bank, Machine.describe())
                .header(
                        "targets",
                        "inverted with",
                        "judged by",
                        "n (files)",
                        "own cosine",
                        "transfer cosine",
                        "percentile among random pairs",
                        "nearest references of its label");
        scores.forEach(each -> text.row(each.cells(seed)));
        Map<String, Object> fields = Fields.of(
                "method",
                inversion.method().describe(),
                "seed",
                seed,
                "images",
                asked,
                "references",
                bank,
                "machine",
                Machine.describe(),
                "rows",
                scores.stream().map(each -> each.json(seed)).toList());
        List<Object> differences = new ArrayList<>();
        for (int i = 0; i + 1 < scores.size(); i += 2) {
            GroupedMean above = scores.get(i).percentilesAbove(scores.get(i + 1), seed);
            text.line(
                    "\nOf %s, judged by %s: the first encoder's percentile is above the second's by %s.",
                    scores.get(i).targets(), judgesOf(scores.get(i), scores.get(i + 1)), above);
            differences.add(InversionScores.json(above));
        }
        fields.put("percentileAbove", differences);
        new Results(out, output).publish("inversion", text.toString(), fields);
    }
}
