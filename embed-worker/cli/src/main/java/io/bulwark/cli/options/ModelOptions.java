package io.bulwark.cli.options;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.hub.ModelHub.DownloadProgress;
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

    /** The location as it was given. */
    public String location() {
        return location;
    }

    /** How to run it. */
    public EncoderOptions options() {
        try {
            return EncoderOptions.defaults().withDevice(device).withPrecision(Precision.labelled(precision));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    /** One bar after the other, for each file of a model that is fetched. One thread. */
    static final class DownloadBars implements DownloadProgress, AutoCloseable {

        private final Output output;
        private String file = "";
        private Progress bar;
        private long shown;

        DownloadBars(Output output) {
            this.output = output;
        }

        @Override
        public void advanced(String name, long done, long size) {
            if (!name.equals(file) || done < shown) {
                close();
                output.note("fetching %s, %d bytes".formatted(name, size));
                bar = Progress.of(name, size, output);
                file = name;
                shown = 0;
            }
            bar.stepBy(done - shown);
            shown = done;
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}
