package io.bulwark.lab.model;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.ModelPackage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model link}: what a container image does beforehand, so that no start has to write it. */
@Command(
        name = "link",
        description = {
            "Writes beforehand what a start would write into its cache: the archive that libtorch loads.",
            "A program that finds it under bulwark/ in a folder of XDG_DATA_DIRS writes none itself."
        })
public final class LinkCommand extends OutputCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..*",
            paramLabel = "LOCATION",
            split = ",",
            defaultValue = ModelPackage.DEFAULT + "," + ModelPackage.CLEAN_PARENT,
            description = "Folders, classpath:FOLDER or hf://OWNER/NAME[@REVISION] (default: the models of Bulwark).")
    private List<String> locations;

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "Where the archives go.")
    private Path folder;

    @Option(
            names = "--precision",
            paramLabel = "P",
            split = ",",
            description = "fp32, bf16, fp16; several with commas.")
    private List<String> precisions = List.of("fp32");

    @Option(names = "--device", paramLabel = "D", description = "cpu or cuda:N; any N does for all of them.")
    private String device = "cpu";

    @Override
    public Integer call() {
        Output output = output();
        for (String location : locations) {
            ModelPackage model = ModelOptions.open(location, output);
            for (String precision : precisions) {
                link(model, precision)
                        .forEach(archive -> output.print(
                                archive.toString(),
                                Map.of("archive", archive.toString(), "precision", precision, "device", device)));
            }
        }
        return ExitCodes.OK;
    }

    /** One archive, or on a CPU several: which CPU it is and how many threads an operation has is known at start alone. */
    private Set<Path> link(ModelPackage model, String precision) {
        try {
            EncoderOptions options = new EncoderOptions(device, -1, Precision.labelled(precision), folder);
            Set<Path> archives = new LinkedHashSet<>();
            archives.addAll(model.link(options.withThreads(1)));
            archives.addAll(model.link(options));
            return archives;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        } catch (ModelPackageException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }
}
