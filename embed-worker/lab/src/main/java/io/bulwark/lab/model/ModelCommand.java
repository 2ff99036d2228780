package io.bulwark.lab.model;

import io.bulwark.lab.evaluate.VerifyPublishedCommand;
import picocli.CommandLine.Command;

/** {@code bulwark model}: the parent of what concerns one model package. */
@Command(
        name = "model",
        description = "Makes model packages, and looks into them and into published checkpoints.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            InspectCommand.class,
            NewCommand.class,
            ImportPtCommand.class,
            ImportTfjsCommand.class,
            VerifyPublishedCommand.class,
            GoldenCommand.class,
            LinkCommand.class,
            PreprocessingEffectCommand.class
        })
public final class ModelCommand {}
