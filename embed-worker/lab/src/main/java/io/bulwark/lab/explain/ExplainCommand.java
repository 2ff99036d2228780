package io.bulwark.lab.explain;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.explain.ImportanceMap.MapOptions;
import io.bulwark.lab.invert.ContactSheet;
import io.bulwark.lab.invert.Side.Pixels;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark explain}. */
@Command(
        name = "explain",
        description = {
            "Shows where the decision about a file comes from: the view that decided, and over it how much each part adds to",
            "the margin between flagged references and others, by smoothed gradient and by occlusion. Beside them the map of",
            "the same encoder with shuffled weights: where it looks the same, the maps say nothing."
        })
public final class ExplainCommand extends OutputCommand implements Callable<Integer> {

    private static final int SHOWN = 224;

    @Mixin
    private ModelOptions model;

    @Mixin
    private ViewOptions views;

    @Mixin
    private MapOptions maps;

    @Option(
            names = "--references",
            paramLabel = "DIR",
            required = true,
            description = "A folder with one folder of pictures for each label, which the moderation searches.")
    private Path references;

    @Option(
            names = "--flagged-labels",
            paramLabel = "LABEL",
            split = ",",
            defaultValue = "${env:BULWARK_POLICY_FLAGGED_LABELS:-nsfw}",
            description = "Labels that are flagged, separated by commas, the worker's bulwark.policy.flagged-labels"
                    + " (environment BULWARK_POLICY_FLAGGED_LABELS).")
    private Set<String> flagged;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder for overlay, sheet and report.")
    private Path out;

    @Parameters(paramLabel = "FILE", description = "An image file.")
    private Path file;

    /** The maps of a view. */
    private record Maps(ImportanceMap gradient, ImportanceMap occlusion, ImportanceMap shuffled) {}

    @Override
    public Integer call() {
        maps.check();
        Output output = output();
        byte[] bytes = InputFile.bytes(file);
        ModelPackage opened = model.open(output);
        List<LabelledPicture> bank = LabelledPicture.below(references);
        try (ExplainedModeration moderation =
                ExplainedModeration.of(opened, model.options(), bank, flagged, views.views())) {
            ExplainedModeration.Deciding deciding = moderation
                    .decide(bytes)
                    .orElseThrow(() -> CommandFailure.failed(
                            "%s is refused, %s".formatted(file, ExplainedModeration.refusal(bytes))));
            Explainer explainer = moderation.explainer();
            Maps made = new Maps(
                    maps.smoothedGradient(explainer, deciding.view()),
                    explainer.occlusion(deciding.view()),
                    shuffled(opened, moderation, deciding));
            report(moderation, deciding, made, output);
            return ExitCodes.OK;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--references, --flagged-labels: " + e.getMessage());
        }
    }

    private ImportanceMap shuffled(
            ModelPackage opened, ExplainedModeration moderation, ExplainedModeration.Deciding deciding) {
        try (TrainableEncoder weights = opened.openTrainable(model.options());
                DifferentiableEncoder encoder = opened.openDifferentiable(model.options())) {
            encoder.setWeights(Explainer.ShuffledWeights.of(weights, maps.seed()));
            return maps.smoothedGradient(moderation.explainer(encoder), deciding.view());
        }
    }

    private void report(
            ExplainedModeration moderation, ExplainedModeration.Deciding deciding, Maps made, Output output) {
        PreprocessSpec spec = moderation.description().preprocess();
        BufferedImage view = Pixels.image(deciding.view(), 0, spec.height(), spec.width());
        BufferedImage overlay = ImportanceMap.Overlay.of(view, made.gradient());
        ContactSheet.write(overlay, out.resolve("overlay.png"));
        double margin = moderation.explainer().margins(deciding.view(), 1)[0];
        double agreement = ImportanceMap.RankCorrelation.of(
                made.gradient().values(), made.occlusion().values());
        double sanity = ImportanceMap.RankCorrelation.of(
                made.gradient().values(), made.shuffled().values());
        ContactSheet sheet = new ContactSheet(
                "%s: %s, %s".formatted(file.getFileName(), deciding.judgement().outcome(), deciding.name()), SHOWN);
        sheet.row(List.of(
                new ContactSheet.Cell(view, List.of("the view that decided")),
                new ContactSheet.Cell(overlay, List.of("smoothed gradient")),
                new ContactSheet.Cell(ImportanceMap.Overlay.of(view, made.occlusion()), List.of("occlusion")),
                new ContactSheet.Cell(
                        ImportanceMap.Overlay.of(view, made.shuffled()), List.of("gradient, weights shuffled"))));
        sheet.write(out.resolve("sheet.png"));
        Map<String, Object> fields = Fields.of(
                "file",
                file.toString(),
                "decision",
                deciding.judgement().outcome().name(),
                "score",
                deciding.judgement().score(),
                "label",
                deciding.judgement().decidingLabel().orElse(""),
                "view",
                deciding.name(),
                "margin",
                margin,
                "gradientWithOcclusion",
                agreement,
                "gradientWithShuffled",
                sanity,
                "gradient",
                made.gradient().values(),
                "occlusion",
                made.occlusion().values());
        Results.json(out.resolve("explanation.json"), fields);
        output.print(
                Fields.text(
                        "%s: %s, score %.3f, by the view %s; margin to the flagged references %+.3f. Rank correlation of the"
                                + " map by gradient with that by occlusion %.2f, with that of shuffled weights %.2f; look at %s",
                        file,
                        deciding.judgement().outcome(),
                        deciding.judgement().score(),
                        deciding.name(),
                        margin,
                        agreement,
                        sanity,
                        out.resolve("sheet.png")),
                fields);
    }
}
