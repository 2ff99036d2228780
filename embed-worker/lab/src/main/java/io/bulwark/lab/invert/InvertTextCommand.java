package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.text.ClipTokenizer;
import io.bulwark.lab.text.ClipVocabulary;
import io.bulwark.perception.encoder.TextEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark invert text}. */
@Command(
        name = "text",
        description =
                "Draws what a model of pictures and texts associates with a text; it needs a checkpoint of open_clip,"
                        + " whose text encoder lies beside the one of pictures.")
final class InvertTextCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

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
        return sides.run(terminal.output(), (model, side) -> target(model, tokenizer), Optional.empty());
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
            throw CommandFailure.usage("the model '%s' has no text encoder: name a checkpoint of open_clip with --model"
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
