package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.MetricHeadFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** A metric head behind the encoder, where it is asked for: {@code @Mixin HeadOptions head}. */
public final class HeadOptions {

    private static final String OWN = "the package's own";

    @Option(
            names = "--head",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = OWN,
            description = "Compare behind a metric head, as 'bulwark train head' makes it: this file, or without one "
                    + MetricHeadFile.NAME + " in the model's folder.")
    private String head;

    /**
     * The head, where one is asked for.
     *
     * @throws CommandFailure if there is none, or it is one of another encoder
     */
    public Optional<MetricHead> read(ModelOptions model, Output output) {
        if (head == null) {
            return Optional.empty();
        }
        Path file = head.equals(OWN) ? own(model.location()) : Path.of(head);
        try {
            String encoder = model.open(output).describe(Precision.FP32).fingerprint();
            return Optional.of(new MetricHeadFile(file).read(encoder));
        } catch (IOException | ModelPackageException e) {
            throw CommandFailure.failed("the head %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** What puts the head behind an encoder, or leaves it as it is; as {@link #read}. */
    public UnaryOperator<DifferentiableEncoder> behind(ModelOptions model, Output output) {
        return read(model, output)
                .<UnaryOperator<DifferentiableEncoder>>map(found -> encoder -> encoder.with(found))
                .orElse(encoder -> encoder);
    }

    private static Path own(String location) {
        Path file = Path.of(location).resolve(MetricHeadFile.NAME);
        if (!Files.isRegularFile(file)) {
            throw CommandFailure.usage("--head: model '%s' has no %s beside it; name a file, or make one with 'bulwark"
                            .formatted(location, MetricHeadFile.NAME)
                    + " train head'");
        }
        return file;
    }
}
