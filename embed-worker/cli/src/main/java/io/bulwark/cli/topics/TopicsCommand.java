package io.bulwark.cli.topics;

import picocli.CommandLine.Command;

/** {@code bulwark topics}. */
@Command(
        name = "topics",
        description = "Makes and checks Bulwark's topics on a broker.",
        subcommands = {TopicsCreateCommand.class, TopicsCheckCommand.class})
public final class TopicsCommand {}
