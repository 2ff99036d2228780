package io.bulwark.lab.model;

import io.bulwark.lab.options.HeadOptions;
import io.bulwark.lab.options.ModelOptions;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.metric.Cosine;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark similarity}. */
@Command(
        name = "similarity",
        description = "The perceptual metric: how alike two pictures are to the model, from -1 to 1.")
public final class SimilarityCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private ModelOptions model;

    @Mixin
    private HeadOptions head;

    @Parameters(index = "0", paramLabel = "A", description = "An image file.")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    private Path second;

    @Override
    public Integer call() {
        Output output = options.output();
        Optional<MetricHead> behind = head.read(model, output);
        try (ExactEmbedder embedder = new ExactEmbedder(model.open(output), model.options())) {
            List<float[]> pair = embedder.embed(List.of(first, second)).stream()
                    .map(row -> behind.isEmpty() ? row : behind.get().apply(row, 1))
                    .toList();
            EncoderDescription description =
                    behind.isEmpty() ? embedder.description() : behind.get().behind(embedder.description());
            double similarity = Cosine.similarity(pair.get(0), pair.get(1));
            output.print(
                    String.format(Locale.ROOT, "%.6f", similarity),
                    Map.of("similarity", similarity, "fingerprint", description.fingerprint()));
        }
        return ExitCodes.OK;
    }
}
