package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.OutputOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark invert image}. */
@Command(
        name = "image",
        description = "Draws a picture from another's embedding alone: what the encoder takes for the same.")
final class InvertImageCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private SideBySide sides;

    @Parameters(paramLabel = "FILE", description = "The picture whose embedding is inverted.")
    private Path file;

    @Override
    public Integer call() {
        return sides.run(
                terminal.output(),
                (model, side) -> InversionTarget.of(file.getFileName().toString(), side.embed(side.planes(file), 1)[0]),
                Optional.of(file));
    }
}
