package io.bulwark.lab.bank;

import io.bulwark.lab.bank.BankFilling.Filled;
import io.bulwark.lab.picture.LabelledPicture;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.lab.traffic.BrokerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank build}. */
@Command(
        name = "build",
        description =
                "Makes a bank hold the pictures of a folder and nothing else: one folder of pictures for each label. "
                        + "Only embeddings are stored, never pictures.")
final class BankBuildCommand implements Callable<Integer> {

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

    @Parameters(
            paramLabel = "FOLDER",
            description = "Holds LABEL/*.png and so on (JPEG, PNG, GIF, WebP; HEIC and AVIF where heif-dec is).")
    private Path folder;

    @Override
    public Integer call() {
        Output output = options.output();
        List<LabelledPicture> pictures = LabelledPicture.below(folder);
        try (BankTopic topic = new BankTopic(broker.broker());
                Embedders embedders = Embedders.load(bank.models());
                Progress progress = Progress.of("embedding", pictures.size(), output)) {
            Filled filled = new BankFilling(
                            bank.name(), embedders, topic, provenance.provenance(), augment.augmentation())
                    .replaceBy(pictures, picture -> progress.step());
            FillingLine.print(output, bank.name(), embedders.descriptions(), filled);
        }
        return ExitCodes.OK;
    }
}
