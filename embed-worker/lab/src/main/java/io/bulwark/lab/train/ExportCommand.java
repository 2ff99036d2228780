package io.bulwark.lab.train;

import io.bulwark.lab.model.ModelOptions;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.perception.model.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.safetensors.ElementType;
import io.bulwark.perception.train.Trained;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark train export}. */
@Command(
        name = "export",
        description = "Makes a package of a training's last checkpoint, whether or not the training has ended.")
public final class ExportCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Parameters(index = "0", paramLabel = "WORK", description = "The --work folder of the training.")
    private Path work;

    @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
    private Path out;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = ModelPackage.DEFAULT,
            description = "The training's parent (default: ${DEFAULT-VALUE}).")
    private String model;

    @Option(names = "--name", paramLabel = "NAME", description = "The package's name (default: the folder's).")
    private String name;

    @Option(
            names = "--store",
            paramLabel = "TYPE",
            defaultValue = "F16",
            description = "How its weights are stored: F32, F16 or BF16 (default: ${DEFAULT-VALUE}).")
    private ElementType type;

    @Override
    public Integer call() {
        Output output = options.output();
        ModelPackage parent = ModelOptions.open(model, output);
        try {
            Trained trained = Trained.at(work, parent, EncoderOptions.defaults());
            TunedPackage.save(trained, parent, out, name, type, output);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "the training under %s cannot be exported to %s: %s".formatted(work, out, e.getMessage()), e);
        }
        return ExitCodes.OK;
    }
}
