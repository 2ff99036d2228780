package io.bulwark.lab.bank;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.model.EncoderOptions;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackageException;
import picocli.CommandLine.Option;

/** Which bank a command is about, and whose embeddings it holds: {@code @Mixin BankOptions bank}. */
final class BankOptions {

    @Option(
            names = "--bank",
            paramLabel = "NAME",
            defaultValue = "${env:BULWARK_BANK_NAME:-default}",
            description = "The bank's name, the worker's bulwark.bank.name (default: ${DEFAULT-VALUE}; environment "
                    + "BULWARK_BANK_NAME).")
    private String name;

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            defaultValue = "${env:BULWARK_MODEL:-" + ModelPackage.DEFAULT + "}",
            description = "The model package, the worker's bulwark.model: a folder or classpath:PATH (default: "
                    + "${DEFAULT-VALUE}; environment BULWARK_MODEL).")
    private String model;

    @Option(
            names = "--precision",
            paramLabel = "PRECISION",
            defaultValue = "${env:BULWARK_ENCODER_PRECISION:-fp32}",
            description =
                    "The worker's bulwark.encoder.precision: fp32, bf16, fp16 or auto, which settles on what this "
                            + "machine does best. References of one precision do not serve another (default: ${DEFAULT-VALUE}; environment BULWARK_ENCODER_PRECISION).")
    private String precision;

    /** @throws CommandFailure if it is no name */
    String name() {
        if (name.isBlank() || name.contains("/")) {
            throw CommandFailure.usage("the bank \"" + name + "\" cannot be: a name is not blank and has no slash");
        }
        return name;
    }

    /** What the model is; loads it only where {@code auto} has to find its precision. */
    EncoderDescription description() {
        if (precision() == Precision.AUTO) {
            try (PictureEmbedder embedder = embedder()) {
                return embedder.description();
            }
        }
        return opened().describe(precision());
    }

    /** The model, loaded. The caller closes it. */
    PictureEmbedder embedder() {
        return new PictureEmbedder(
                opened().openEncoder(EncoderOptions.defaults().withPrecision(precision())));
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
            return ModelPackage.open(model);
        } catch (ModelPackageException unusable) {
            throw CommandFailure.failed(
                    unusable.getMessage() + " (name another with --model, the worker's bulwark.model)", unusable);
        }
    }
}
