package io.bulwark.cli.options;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.ModelPackage;
import picocli.CommandLine.Option;

/** The model of a command, and how it runs: {@code @Mixin ModelOptions model}. */
public final class ModelOptions {

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.DEFAULT,
            description = "A folder, classpath:FOLDER or hf://OWNER/NAME[@REVISION].")
    private String location;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fp32, bf16, fp16, or auto: the fastest that agrees with fp32.")
    private String precision = "fp32";

    @Option(names = "--device", paramLabel = "D", description = "cpu, cuda:N, or auto.")
    private String device = "auto";

    /** Opens the package, fetched first where it lies on the hub. */
    public ModelPackage open(Output output) {
        return open(location, output);
    }

    /** As {@link #open(Output)}, of another location. */
    public static ModelPackage open(String location, Output output) {
        try (DownloadBars bars = new DownloadBars(output)) {
            return ModelPackage.open(location, bars);
        } catch (ModelPackageException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    /** Where it is said to be. */
    public String location() {
        return location;
    }

    /** How to run it. */
    public EncoderOptions options() {
        try {
            EncoderOptions defaults = EncoderOptions.defaults();
            return new EncoderOptions(device, defaults.threads(), Precision.labelled(precision), defaults.cache());
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }
}
