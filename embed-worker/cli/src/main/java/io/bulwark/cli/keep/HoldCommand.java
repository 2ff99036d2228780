package io.bulwark.cli.keep;

import picocli.CommandLine.Command;

/** {@code bulwark hold}. */
@Command(
        name = "hold",
        description = "Legal holds: what is held neither expires nor can be erased.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HoldPlaceCommand.class, HoldReleaseCommand.class, HoldListCommand.class})
public final class HoldCommand {}
