package io.bulwark.cli.bank;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank build}. */
@Command(
        name = "build",
        description =
                "Makes a bank hold the pictures of a folder and nothing else: one folder of pictures for each label. "
                        + "Only embeddings are stored, never pictures.")
final class BankBuildCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private FillingOptions filling;

    @Parameters(
            paramLabel = "FOLDER",
            description = "Holds LABEL/*.png and so on (JPEG, PNG, GIF, WebP; HEIC and AVIF where heif-dec is).")
    private Path folder;

    @Override
    public Integer call() {
        filling.fill(LabelledPicture.below(folder), BankFilling::replaceBy, options.output());
        return ExitCodes.OK;
    }
}
