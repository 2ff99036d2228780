package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark invert label}. */
@Command(
        name = "label",
        description = "Draws what the encoder takes for typical of a label: the mean of its references.")
final class InvertLabelCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private SideBySide sides;

    @Mixin
    private ReferenceFolder references;

    @Parameters(paramLabel = "LABEL", description = "The label: the name of a folder below --references.")
    private String label;

    @Override
    public Integer call() {
        sides.permit(label);
        Output output = terminal.output();
        return sides.run(output, (model, side) -> references.mean(label, side, output), Optional.empty());
    }
}
