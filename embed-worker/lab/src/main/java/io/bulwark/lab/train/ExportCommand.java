package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark train export}. */
@Command(
        name = "export",
        description = "Makes a package of a training's last checkpoint, whether or not the training has ended.")
public final class ExportCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private ParentOptions from;

    @Mixin
    private PackageOptions tuned;

    @Parameters(index = "0", paramLabel = "WORK", description = "The --work folder of the training.")
    private Path work;

    @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
    private Path out;

    @Override
    public Integer call() {
        Output output = options.output();
        ModelPackage parent = from.open(output);
        try {
            Trained trained = Trained.at(work, parent, EncoderOptions.defaults());
            tuned.save(trained, parent, from.input(), out, output);
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "the training under %s cannot be exported to %s: %s".formatted(work, out, e.getMessage()), e);
        }
        return ExitCodes.OK;
    }
}
