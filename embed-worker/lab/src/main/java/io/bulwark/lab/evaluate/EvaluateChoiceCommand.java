package io.bulwark.lab.evaluate;

import io.bulwark.lab.model.ModelOptions;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.traffic.ImageFiles;
import io.bulwark.perception.attack.LogitLoss;
import io.bulwark.perception.evaluate.ChoiceTask;
import io.bulwark.perception.evaluate.data.BappsLayout;
import io.bulwark.perception.evaluate.data.GeneratedTriplets;
import io.bulwark.perception.evaluate.data.NightsLayout;
import io.bulwark.perception.evaluate.data.PictureSource.PictureFile;
import io.bulwark.perception.evaluate.data.Triplet;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate 2afc}. */
@Command(
        name = "2afc",
        description = "Two-alternative forced choice: how often a model finds the same picture of two more like a third"
                + " as people do.")
public final class EvaluateChoiceCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private ModelOptions model;

    @Mixin
    private AttackOptions attacks;

    @Mixin
    private RunOptions run;

    @ArgGroup(multiplicity = "1")
    private Data data;

    @Option(
            names = "--split",
            paramLabel = "S",
            defaultValue = "TEST",
            description = "Of NIGHTS: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private NightsLayout.Split split;

    /** One data set. */
    static final class Data {

        @Option(names = "--nights", paramLabel = "DIR", description = "NIGHTS: a folder with data.csv.")
        private Path nights;

        @Option(
                names = "--bapps",
                paramLabel = "DIR",
                description = "BAPPS: folders ref, p0, p1 and judge, in this folder or below it.")
        private Path bapps;

        @Option(
                names = "--pictures",
                paramLabel = "PATH",
                arity = "1..*",
                description = "One's own pictures, of which triplets of distorted copies are generated.")
        private List<Path> pictures;
    }

    @Override
    public Integer call() {
        List<Triplet> triplets = run.limited(SingleEvaluation.made(this::triplets));
        new SingleEvaluation(model, attacks, run, terminal.output())
                .accuracy(
                        new ChoiceTask(triplets, LogitLoss.MARGIN),
                        "%d triplets of %s".formatted(triplets.size(), name()),
                        "agreement");
        return ExitCodes.OK;
    }

    private List<Triplet> triplets() {
        if (data.nights != null) {
            return NightsLayout.read(data.nights, split);
        }
        if (data.bapps != null) {
            return BappsLayout.read(data.bapps);
        }
        List<PictureFile> files =
                ImageFiles.under(data.pictures).stream().map(PictureFile::of).toList();
        return GeneratedTriplets.of(files, attacks.seed());
    }

    private String name() {
        if (data.nights != null) {
            return "NIGHTS, split " + split;
        }
        return data.bapps != null ? "BAPPS" : "distorted copies, seed " + attacks.seed();
    }
}
