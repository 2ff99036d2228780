package io.bulwark.lab.bank;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.perception.model.Encoder;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.model.EncoderOptions;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackageException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The worker's model, as the commands that make references for it are told: {@code @Mixin BankModelOptions model}. */
final class BankModelOptions {

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            defaultValue = "${env:BULWARK_MODEL:-" + ModelPackage.DEFAULT + "}",
            description = "The model package, the worker's bulwark.model: a folder or classpath:PATH (default: "
                    + "${DEFAULT-VALUE}; environment BULWARK_MODEL).")
    private String location;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:BULWARK_ENCODER_PRECISION:-fp32}",
            description =
                    "The worker's bulwark.encoder.precision: fp32, bf16, fp16 or auto, which settles on what this "
                            + "machine does best. References of one precision do not serve another (default: ${DEFAULT-VALUE}; environment BULWARK_ENCODER_PRECISION).")
    private String precision;

    /** What the model is; loads it only where {@code auto} has to find its precision. */
    EncoderDescription description() {
        if (precision() == Precision.AUTO) {
            try (Encoder encoder = encoder()) {
                return encoder.description();
            }
        }
        return opened().describe(precision());
    }

    /** The model, loaded. The caller closes it. */
    Encoder encoder() {
        return opened().openEncoder(EncoderOptions.defaults().withPrecision(precision()));
    }

    /** These options where they are not the defaults, as messages repeat them. */
    String line() {
        return Stream.of(
                        location.equals(ModelPackage.DEFAULT) ? "" : "--model " + location,
                        precision() == Precision.FP32 ? "" : "--precision " + precision)
                .filter(option -> !option.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private Precision precision() {
        try {
            return Precision.labelled(precision);
        } catch (IllegalArgumentException unknown) {
            throw CommandFailure.usage("--" + unknown.getMessage());
        }
    }

    private ModelPackage opened() {
        try {
            return ModelPackage.open(location);
        } catch (ModelPackageException unusable) {
            throw CommandFailure.failed(
                    unusable.getMessage() + " (name another with --model, the worker's bulwark.model)", unusable);
        }
    }
}
