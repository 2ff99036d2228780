package io.bulwark.lab.model;

import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.encoder.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark model preprocessing-effect}. */
@Command(
        name = "preprocessing-effect",
        description = {
            "What decoding large JPEGs reduced (bulwark.decode.fast) would save, and how far it moves embeddings.",
            "Look at your own pictures before you turn it on: it needs a separate bank and a new calibration."
        })
final class PreprocessingEffectCommand extends OutputCommand implements Runnable {

    private static final double[] SHARES = {0, 0.01, 0.05, 0.5};

    @Mixin
    private BankModelOptions model;

    @Mixin
    private FlaggedOptions flagged;

    @Option(
            names = "--references",
            paramLabel = "FOLDER",
            description = "Pictures of a bank, one folder for each label: prints the share of decisions that change.")
    private Path references;

    @Mixin
    private PicturePaths pictures;

    @Override
    public void run() {
        Output output = output();
        List<Path> files = pictures.files();
        List<LabelledPicture> labelled = references == null ? List.of() : LabelledPicture.below(references);
        try (Encoder encoder = model.choice(false).encoder();
                Progress progress = Progress.of("comparing", files.size(), output)) {
            DecodeComparison comparison = new DecodeComparison(encoder);
            try (DecodeComparison.DecodeDecisions decisions =
                    labelled.isEmpty() ? null : decisions(labelled, encoder, comparison)) {
                print(measure(files, comparison, decisions, progress), output);
            }
        }
    }

    private DecodeComparison.DecodeDecisions decisions(
            List<LabelledPicture> labelled, Encoder encoder, DecodeComparison comparison) {
        try {
            return new DecodeComparison.DecodeDecisions(
                    labelled,
                    flagged,
                    new PictureEmbedder(encoder),
                    new PictureEmbedder(encoder, comparison.reduction(), JudgedViews.standard()));
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed(
                    "the references in " + references + " decide nothing: " + impossible.getMessage(), impossible);
        }
    }

    /** @param decisions null without references */
    private static Map<String, Object> measure(
            List<Path> files,
            DecodeComparison comparison,
            DecodeComparison.DecodeDecisions decisions,
            Progress progress) {
        DecodeComparison.DecodeEffect.Tally tally = new DecodeComparison.DecodeEffect.Tally();
        int pictures = 0;
        int changed = 0;
        double whole = 0;
        double fast = 0;
        for (Path file : files) {
            Optional<DecodeComparison.Pair> compared = comparison.compare(read(file));
            if (compared.isPresent()) {
                DecodeComparison.Pair pair = compared.get();
                tally.add(pair.whole(), pair.fast(), pair.reduced());
                pictures++;
                whole += pair.wholeMillis();
                fast += pair.fastMillis();
                changed += decisions != null && decisions.differ(pair) ? 1 : 0;
            }
            progress.step();
        }
        if (pictures == 0) {
            throw CommandFailure.failed("none of the " + files.size() + " files is a picture");
        }
        DecodeComparison.DecodeEffect effect = tally.effect();
        Map<String, Object> fields = Fields.of(
                "pictures",
                pictures,
                "refused",
                files.size() - pictures,
                "reduced",
                effect.reduced(),
                "wholeMillis",
                whole / pictures,
                "fastMillis",
                fast / pictures,
                "speedUp",
                whole / fast,
                "meanCosine",
                effect.mean());
        for (double share : SHARES) {
            fields.put(Fields.text("cosineAt%.0f", 100 * share), effect.quantile(share));
        }
        fields.put("viewsOfOneAlone", effect.unmatched());
        if (decisions != null) {
            fields.put("changedDecisions", changed);
        }
        return fields;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
        }
    }

    private static void print(Map<String, Object> fields, Output output) {
        String text = Fields.text(
                """
                pictures    %d, of which %d decoded reduced, %d refused
                time        decode and preprocess %.2f ms whole, %.2f ms reduced: %.2f times as fast
                embeddings  cosine of the same view: mean %.5f, median %.5f, 5 %% below %.5f, 1 %% below %.5f, least %.5f\
                """,
                fields.get("pictures"),
                fields.get("reduced"),
                fields.get("refused"),
                fields.get("wholeMillis"),
                fields.get("fastMillis"),
                fields.get("speedUp"),
                fields.get("meanCosine"),
                fields.get("cosineAt50"),
                fields.get("cosineAt5"),
                fields.get("cosineAt1"),
                fields.get("cosineAt0"));
        Object changed = fields.get("changedDecisions");
        String decisions = changed == null
                ? "not compared: name a bank's pictures with --references"
                : Fields.text(
                        "%s of %s change (%.2f %%)",
                        changed, fields.get("pictures"), 100.0 * (int) changed / (int) fields.get("pictures"));
        output.print(text + System.lineSeparator() + "decisions   " + decisions, fields);
    }
}
