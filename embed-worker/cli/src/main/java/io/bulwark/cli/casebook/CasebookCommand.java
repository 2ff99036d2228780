package io.bulwark.cli.casebook;

import picocli.CommandLine.Command;

/** {@code bulwark casebook}. */
@Command(
        name = "casebook",
        description = "Jobs over what was decided.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CasebookBacktestCommand.class, CasebookMatchCommand.class, CasebookRebuildCommand.class})
public final class CasebookCommand {}
