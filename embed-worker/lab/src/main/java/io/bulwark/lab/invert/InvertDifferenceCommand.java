package io.bulwark.lab.invert;

import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark invert difference}. */
@Command(
        name = "difference",
        description = "Draws what is more like one label and less like another: what tells the two apart.")
final class InvertDifferenceCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private SideBySide sides;

    @Mixin
    private ReferenceFolder references;

    @Option(names = "--more", paramLabel = "LABEL", required = true, description = "The label to come nearer to.")
    private String more;

    @Option(names = "--less", paramLabel = "LABEL", required = true, description = "The label to go away from.")
    private String less;

    @Option(names = "--weight", description = "Of the latter's cosine, which is taken off the former's.")
    private double weight = 1;

    @Override
    public Integer call() {
        sides.permit(more);
        sides.permit(less);
        Output output = terminal.output();
        return sides.run(
                output,
                (model, side) -> InversionTarget.difference(
                        references.mean(more, side, output), references.mean(less, side, output), weight),
                Optional.empty());
    }
}
