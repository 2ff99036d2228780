package io.bulwark.lab.invert;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark invert}: the parent of all inversions. */
@Command(
        name = "invert",
        description = "Draws what an encoder sees: a picture whose embedding lies where a given one's does.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InvertCommand.InvertImageCommand.class,
            InvertCommand.InvertLabelCommand.class,
            InvertCommand.InvertDifferenceCommand.class,
            InvertCommand.InvertTextCommand.class
        })
public final class InvertCommand {

    /** {@code bulwark invert image}. */
    @Command(
            name = "image",
            description = "Draws a picture from another's embedding alone: what the encoder takes for the same.")
    static final class InvertImageCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private SideBySide sides;

        @Parameters(paramLabel = "FILE", description = "The picture whose embedding is inverted.")
        private Path file;

        @Override
        public Integer call() {
            return sides.run(
                    output(),
                    (model, side) ->
                            InversionTarget.of(file.getFileName().toString(), side.embed(side.planes(file), 1)[0]),
                    Optional.of(file));
        }
    }

    /** {@code bulwark invert label}. */
    @Command(
            name = "label",
            description = "Draws what the encoder takes for typical of a label: the mean of its references.")
    static final class InvertLabelCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private SideBySide sides;

        @Mixin
        private ReferenceFolder references;

        @Parameters(paramLabel = "LABEL", description = "The label: the name of a folder below --references.")
        private String label;

        @Override
        public Integer call() {
            sides.permit(label);
            Output output = output();
            return sides.run(output, (model, side) -> references.mean(label, side, output), Optional.empty());
        }
    }

    /** {@code bulwark invert difference}. */
    @Command(
            name = "difference",
            description = "Draws what is more like one label and less like another: what tells the two apart.")
    static final class InvertDifferenceCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private SideBySide sides;

        @Mixin
        private ReferenceFolder references;

        @Option(names = "--more", paramLabel = "LABEL", required = true, description = "The label to come nearer to.")
        private String more;

        @Option(names = "--less", paramLabel = "LABEL", required = true, description = "The label to go away from.")
        private String less;

        @Option(names = "--weight", description = "Of the latter's cosine, which is taken off the former's.")
        private double weight = 1;

        @Override
        public Integer call() {
            sides.permit(more);
            sides.permit(less);
            Output output = output();
            return sides.run(
                    output,
                    (model, side) -> InversionTarget.difference(
                            references.mean(more, side, output), references.mean(less, side, output), weight),
                    Optional.empty());
        }
    }

    /** A folder of labelled pictures, whose means are targets: {@code @Mixin ReferenceFolder references}. */
    static final class ReferenceFolder {

        @Option(
                names = "--references",
                paramLabel = "DIR",
                required = true,
                description = "A folder with one folder of pictures for each label.")
        private Path folder;

        @Option(names = "--of-a-label", paramLabel = "N", description = "Number of pictures to take of a label.")
        private int most = 200;

        /**
         * The mean of a label's pictures.
         *
         * @throws CommandFailure if there is no such label
         */
        InversionTarget mean(String label, Side side, Output output) {
            if (most < 1) {
                throw CommandFailure.usage("--of-a-label is " + most + ", allowed are 1 and more");
            }
            List<LabelledPicture> all = LabelledPicture.below(folder);
            List<LabelledPicture> own = all.stream()
                    .filter(picture -> picture.label().equals(label))
                    .limit(most)
                    .toList();
            if (own.isEmpty()) {
                throw CommandFailure.usage("--references %s has no label '%s'; it has %s"
                        .formatted(
                                folder,
                                label,
                                all.stream()
                                        .map(LabelledPicture::label)
                                        .distinct()
                                        .toList()));
            }
            return InversionTarget.mean(
                    "%s, the mean of %d".formatted(label, own.size()),
                    side.references(own, output).stream()
                            .map(LabelledEmbedding::embedding)
                            .toList());
        }
    }

    /** {@code bulwark invert text}. */
    @Command(
            name = "text",
            description =
                    "Draws what a model of pictures and texts associates with a text; it needs a checkpoint of open_clip,"
                            + " whose text encoder lies beside the one of pictures.")
    static final class InvertTextCommand extends OutputCommand implements Callable<Integer> {

        @Mixin
        private SideBySide sides;

        @Option(
                names = "--vocabulary",
                paramLabel = "FILE",
                required = true,
                description = "The tokenizer's: tokenizer.json of the checkpoint, or bpe_simple_vocab_16e6.txt.gz.")
        private Path vocabulary;

        @Parameters(paramLabel = "TEXT", description = "What to draw.")
        private String text;

        @Override
        public Integer call() {
            sides.permit(text);
            ClipTokenizer tokenizer = tokenizer();
            return sides.run(output(), (model, side) -> target(model, tokenizer), Optional.empty());
        }

        private ClipTokenizer tokenizer() {
            try {
                return new ClipTokenizer(ClipVocabulary.read(vocabulary));
            } catch (IOException e) {
                throw CommandFailure.failed("--vocabulary: " + e.getMessage(), e);
            }
        }

        private InversionTarget target(ModelPackage model, ClipTokenizer tokenizer) {
            if (!model.hasText()) {
                throw CommandFailure.usage(
                        "the model '%s' has no text encoder: name a checkpoint of open_clip with --model"
                                .formatted(model.manifest().name()));
            }
            try (TextEncoder encoder = model.openText(sides.model().options())) {
                long[] tokens = tokenizer.tokenize(text, encoder.contextLength());
                return InversionTarget.of(text, encoder.embed(new long[][] {tokens}));
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage("--vocabulary %s does not belong to the model '%s': %s"
                        .formatted(vocabulary, model.manifest().name(), e.getMessage()));
            }
        }
    }
}
