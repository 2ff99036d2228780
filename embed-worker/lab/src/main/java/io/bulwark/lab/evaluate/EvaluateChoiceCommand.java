package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark evaluate 2afc}. */
@Command(
        name = "2afc",
        description = "Two-alternative forced choice: how often a model finds the same picture of two more like a third"
                + " as people do.")
public final class EvaluateChoiceCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private EvaluationOptions evaluation;

    @Mixin
    private TripletOptions data;

    @Mixin
    private HeadOptions head;

    @Override
    public Integer call() {
        List<Triplet> triplets = evaluation
                .run()
                .limited(SingleEvaluation.made(() -> data.triplets(
                        NightsLayout.Split.TEST, evaluation.attacks().seed())));
        Output output = terminal.output();
        new SingleEvaluation(
                        evaluation.model(),
                        evaluation.attacks(),
                        evaluation.run(),
                        output,
                        head.behind(evaluation.model(), output))
                .accuracy(
                        new ChoiceTask(triplets, LogitLoss.MARGIN),
                        "%d triplets of %s"
                                .formatted(
                                        triplets.size(),
                                        data.name(
                                                NightsLayout.Split.TEST,
                                                evaluation.attacks().seed())),
                        "agreement");
        return ExitCodes.OK;
    }
}
