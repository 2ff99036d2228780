package io.bulwark.lab.bank;

import io.bulwark.lab.bank.BankFilling.Filled;
import io.bulwark.lab.picture.LabelledPicture;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.lab.traffic.BrokerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank add}. */
@Command(
        name = "add",
        description =
                "Adds pictures to a bank: those of a folder with one folder for each label, or with --label any files. "
                        + "A picture whose id is there already takes its place.")
final class BankAddCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private BankOptions bank;

    @Mixin
    private ProvenanceOptions provenance;

    @Mixin
    private AugmentOptions augment;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "The label of all the pictures; without it the folders that they lie in are their labels.")
    private String label;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Folders; with --label files as well.")
    private List<Path> paths;

    @Override
    public Integer call() {
        Output output = options.output();
        List<LabelledPicture> pictures = pictures();
        try (BankTopic topic = new BankTopic(broker.broker());
                Embedders embedders = Embedders.load(bank.models());
                Progress progress = Progress.of("embedding", pictures.size(), output)) {
            Filled filled = new BankFilling(
                            bank.name(), embedders, topic, provenance.provenance(), augment.augmentation())
                    .add(pictures, picture -> progress.step());
            FillingLine.print(output, bank.name(), embedders.descriptions(), filled);
        }
        return ExitCodes.OK;
    }

    private List<LabelledPicture> pictures() {
        if (label != null) {
            return LabelledPicture.allLabelled(label, paths);
        }
        List<LabelledPicture> pictures = new ArrayList<>();
        paths.forEach(folder -> pictures.addAll(LabelledPicture.below(folder)));
        return pictures;
    }
}
