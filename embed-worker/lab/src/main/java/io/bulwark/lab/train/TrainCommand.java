package io.bulwark.lab.train;

import picocli.CommandLine.Command;

/** {@code bulwark train}. */
@Command(
        name = "train",
        description = "Makes an encoder withstand perturbations, or see as people do.",
        subcommands = {
            FareCommand.class,
            TecoaCommand.class,
            HeadCommand.class,
            LoraCommand.class,
            MaskingCommand.class,
            ExportCommand.class
        })
public final class TrainCommand {}
