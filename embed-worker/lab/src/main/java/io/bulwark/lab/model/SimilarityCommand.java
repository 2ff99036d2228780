package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.evaluate.HeadOptions;
import io.bulwark.perception.encoder.DifferentiableEncoder;
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
public final class SimilarityCommand extends OutputCommand implements Callable<Integer> {

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
        Output output = output();
        Optional<MetricHead> behind = head.read(model, output);
        if (behind.isPresent()) {
            compareBehind(behind.get(), output);
            return ExitCodes.OK;
        }
        try (EmbedCommand.ExactEmbedder embedder =
                new EmbedCommand.ExactEmbedder(model.open(output), model.options())) {
            List<float[]> pair = embedder.embed(List.of(first, second));
            print(pair.get(0), pair.get(1), embedder.description(), output);
        }
        return ExitCodes.OK;
    }

    /** A head is given embeddings that are not normalised, which the program for gradients gives, in fp32. */
    private void compareBehind(MetricHead head, Output output) {
        try (DifferentiableEncoder network =
                model.open(output).openDifferentiable(model.options()).with(head)) {
            float[][] pair = EvaluatedEncoder.of(network, 2)
                    .embed(List.of(PictureFile.of(first), PictureFile.of(second)), done -> {});
            print(pair[0], pair[1], network.description(), output);
        }
    }

    private static void print(float[] one, float[] other, EncoderDescription description, Output output) {
        double similarity = Cosine.similarity(one, other);
        output.print(
                String.format(Locale.ROOT, "%.6f", similarity),
                Map.of("similarity", similarity, "fingerprint", description.fingerprint()));
    }
}
