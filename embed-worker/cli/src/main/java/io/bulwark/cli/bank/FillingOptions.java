package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFilling.Filled;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** Which bank pictures go into, and what is kept of them: {@code @Mixin FillingOptions filling}. */
final class FillingOptions {

    @Mixin
    private BankOptions bank;

    @Mixin
    private ProvenanceOptions provenance;

    @Mixin
    private AugmentOptions augment;

    /** How pictures go into a bank. */
    @FunctionalInterface
    interface Way {
        Filled fill(BankFilling filling, List<LabelledPicture> pictures, Consumer<LabelledPicture> each);
    }

    /** Fills the bank and prints what came of it. */
    void fill(List<LabelledPicture> pictures, Way way, Output output) {
        try (BankTopic topic = bank.topic();
                Embedders embedders = Embedders.load(bank.models());
                Progress progress = Progress.of("embedding", pictures.size(), output)) {
            BankFilling filling =
                    new BankFilling(bank.name(), embedders, topic, provenance.provenance(), augment.augmentation());
            Filled filled = way.fill(filling, pictures, picture -> progress.step());
            FillingLine.print(output, bank.name(), embedders.descriptions(), filled);
        }
    }
}
