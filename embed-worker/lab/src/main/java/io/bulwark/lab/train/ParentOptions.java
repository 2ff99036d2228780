package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.model.ModelPackage;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The parent of a robust training, and at which size what comes of it works: {@code @Mixin ParentOptions parent}. */
final class ParentOptions {

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The training's parent.")
    private String model;

    @Option(
            names = "--input",
            paramLabel = "PX",
            description =
                    "Side of what the package's encoder sees, where its family takes any (default: the parent's).")
    private Integer input;

    ModelPackage open(Output output) {
        return ModelOptions.open(model, output);
    }

    /** Empty for the parent's. */
    OptionalInt input() {
        return input == null ? OptionalInt.empty() : OptionalInt.of(input);
    }
}
