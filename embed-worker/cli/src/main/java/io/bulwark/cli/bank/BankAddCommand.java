package io.bulwark.cli.bank;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank add}. */
@Command(
        name = "add",
        description =
                "Adds pictures to a bank: those of a folder with one folder for each label, or with --label any files. "
                        + "A picture whose id is there already takes its place.")
final class BankAddCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private FillingOptions filling;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "The label of all the pictures; without it the folders that they lie in are their labels.")
    private String label;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Folders; with --label files as well.")
    private List<Path> paths;

    @Override
    public Integer call() {
        filling.fill(pictures(), BankFilling::add, options.output());
        return ExitCodes.OK;
    }

    private List<LabelledPicture> pictures() {
        if (label != null) {
            return LabelledPicture.allLabelled(label, paths);
        }
        List<LabelledPicture> pictures = new ArrayList<>();
        paths.forEach(folder -> pictures.addAll(LabelledPicture.below(folder)));
        return pictures;
    }
}
