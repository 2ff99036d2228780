package io.bulwark.lab.model;

import picocli.CommandLine.Command;

/** {@code bulwark model}: the parent of what concerns one model package. */
@Command(
        name = "model",
        description = "Looks into model packages and published checkpoints.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {InspectCommand.class, GoldenCommand.class})
public final class ModelCommand {}
