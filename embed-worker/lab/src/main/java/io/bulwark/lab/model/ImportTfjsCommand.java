package io.bulwark.lab.model;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.tfjs.TfjsImport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model import-tfjs}. */
@Command(
        name = "import-tfjs",
        description = {
            "Makes a package of a model of TensorFlow.js in its layers format, such as NSFWJS's Inception V3. Its pictures are",
            "square and in [0, 1]; the embedding is the vector before the dense layers. Scripts are read and never run;",
            "a layer of another kind than Inception V3 has is refused by name."
        })
public final class ImportTfjsCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Parameters(
            index = "0",
            paramLabel = "FOLDER",
            description =
                    "Of model.json and its shards, or of model.min.js and theirs (dist/models/inception_v3 of the npm"
                            + " package nsfwjs).")
    private Path folder;

    @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
    private Path out;

    @Option(
            names = "--classes",
            paramLabel = "CLASS",
            split = ",",
            defaultValue = "Drawing,Hentai,Neutral,Porn,Sexy",
            description = "Of the head, in its order (default: NSFWJS's).")
    private List<String> classes;

    @Override
    public Integer call() {
        try {
            new TfjsImport(folder, classes).write(out);
        } catch (IOException | ModelPackageException e) {
            throw CommandFailure.failed("%s cannot be made: %s".formatted(out, e.getMessage()), e);
        }
        ImportedPackage.print(out, options.output());
        return ExitCodes.OK;
    }
}
