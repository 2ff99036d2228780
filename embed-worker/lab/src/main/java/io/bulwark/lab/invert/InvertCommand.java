package io.bulwark.lab.invert;

import picocli.CommandLine.Command;

/** {@code bulwark invert}: the parent of all inversions. */
@Command(
        name = "invert",
        description = "Draws what an encoder sees: a picture whose embedding lies where a given one's does.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InvertImageCommand.class,
            InvertLabelCommand.class,
            InvertDifferenceCommand.class,
            InvertTextCommand.class
        })
public final class InvertCommand {}
