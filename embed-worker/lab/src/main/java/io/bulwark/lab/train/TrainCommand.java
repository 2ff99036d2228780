package io.bulwark.lab.train;

import picocli.CommandLine.Command;

/** {@code bulwark train}. */
@Command(
        name = "train",
        description = "Makes an encoder withstand perturbations.",
        subcommands = {FareCommand.class, TecoaCommand.class, HeadCommand.class, ExportCommand.class})
public final class TrainCommand {}
