package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.lab.evaluate.paper.PaperData;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate 2afc}. */
@Command(
        name = "2afc",
        description =
                "Two-alternative forced choice: how often a model finds the same picture of two more like a third as"
                        + " people do; NIGHTS' halves and BAPPS' sets apart.")
final class EvaluateChoiceCommand extends OutputCommand implements Runnable {

    /** What an answer to BAPPS is worth. */
    enum Scored {
        /** As Croce et al. have it: right or wrong by most people, squares resized to the encoder's input. */
        MAJORITY,
        /** As Zhang et al. have it: the share of people who agree; pictures prepared as the package says. */
        SHARE
    }

    @Mixin
    private SingleEvaluation.EvaluationOptions evaluation;

    @Mixin
    private TripletOptions data;

    @Mixin
    private HeadOptions head;

    @Option(
            names = "--scored",
            paramLabel = "HOW",
            defaultValue = "MAJORITY",
            description = "What an answer to BAPPS is worth: MAJORITY, right or wrong by most people, with squares"
                    + " resized to the encoder's input (Croce et al.), or SHARE of the people who agree, prepared as"
                    + " the package says.")
    private Scored scored;

    @Override
    public void run() {
        Output output = output();
        SingleEvaluation single = new SingleEvaluation(
                evaluation.model, evaluation.attacks, evaluation.run, output, head.behind(evaluation.model, output));
        Optional<PaperData> paper = CommandFailure.orUsage(this::paper);
        if (paper.isPresent()) {
            parts(single, paper.get());
        } else {
            List<Triplet> triplets = evaluation.run.limited(
                    CommandFailure.orUsage(() -> data.triplets(NightsLayout.Split.TEST, evaluation.attacks.seed())));
            single.accuracy(new ChoiceTask(triplets, LogitLoss.CROSS_ENTROPY), words(triplets.size()), "agreement");
        }
    }

    private void parts(SingleEvaluation single, PaperData paper) {
        SingleEvaluation.Outcome outcome = single.run(paper.task());
        Ledger ledger = outcome.ledger();
        single.report(
                paper.task().name(),
                words(paper.ids().size()),
                outcome,
                paper.scores(ledger::cleanScore),
                threat -> paper.scores(question -> ledger.robustScore(question, threat)));
        single.draw(paper.task(), "agreement", outcome);
    }

    /** The data sets of the paper, whose parts are reported apart; none of others. */
    private Optional<PaperData> paper() {
        Integer images = evaluation.run.images();
        return data.nightsTest()
                .map(folder -> PaperData.nights(folder, images))
                .or(() -> data.bapps()
                        .filter(folder -> scored == Scored.MAJORITY)
                        .map(folder -> PaperData.bapps(folder, images)));
    }

    private String words(int triplets) {
        return "%d triplets of %s".formatted(triplets, data.name(NightsLayout.Split.TEST, evaluation.attacks.seed()));
    }
}
