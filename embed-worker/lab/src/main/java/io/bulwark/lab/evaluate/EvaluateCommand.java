package io.bulwark.lab.evaluate;

import io.bulwark.lab.evaluate.acceptance.EvaluateAcceptanceCommand;
import io.bulwark.lab.evaluate.explanation.EvaluateExplanationsCommand;
import io.bulwark.lab.evaluate.inversion.EvaluateInversionCommand;
import io.bulwark.lab.evaluate.policy.EvaluateEvasionsCommand;
import io.bulwark.lab.evaluate.policy.EvaluatePolicyCommand;
import picocli.CommandLine.Command;

/** {@code bulwark evaluate}: the parent of all evaluations. */
@Command(
        name = "evaluate",
        description = "Measures how well a model does, clean and under attack.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EvaluateAcceptanceCommand.class,
            EvaluatePicturesCommand.class,
            EvaluateChoiceCommand.class,
            EvaluateKnnCommand.class,
            EvaluatePhotographsCommand.class,
            EvaluateRetrievalCommand.class,
            EvaluateFilterCommand.class,
            EvaluateTwinCommand.class,
            EvaluateInversionCommand.class,
            EvaluateExplanationsCommand.class,
            EvaluatePolicyCommand.class,
            EvaluateEvasionsCommand.class,
            EvaluateHeadlineCommand.class
        })
public final class EvaluateCommand {}
