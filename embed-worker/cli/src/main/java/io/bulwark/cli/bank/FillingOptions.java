package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFilling.Filled;
import io.bulwark.cli.bank.BankOptions.Embedders;
import io.bulwark.cli.picture.FileViewer.KeptVariants;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.events.LabelSource;
import io.bulwark.perception.encoder.EncoderDescription;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    /** Fills the bank and prints the result. */
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

    /** The lines of a filling. */
    static final class FillingLine {

        private FillingLine() {}

        static void print(Output output, String bank, List<EncoderDescription> models, Filled filled) {
            filled.refused().forEach(refused -> output.note("left out " + refused));
            String modelFingerprint = models.get(0).fingerprint();
            Optional<String> twin =
                    models.stream().skip(1).map(EncoderDescription::fingerprint).findFirst();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("bank", bank);
            fields.put("modelFingerprint", modelFingerprint);
            twin.ifPresent(fingerprint -> fields.put("twinFingerprint", fingerprint));
            fields.put("written", filled.references());
            fields.put("removed", filled.removed());
            fields.put("refused", filled.refused());
            filled.variants().ifPresent(variants -> fields.put("variants", variants.fields()));
            if (filled.bared() > 0) {
                fields.put("bared", filled.bared());
                output.note(filled.bared()
                        + " references had everyday variants and have none any more: with --augment they "
                        + "would keep some");
            }
            filled.variants().ifPresent(variants -> output.note(variants.text()));
            output.print(
                    "bank " + bank + ": " + filled.references() + " references written, " + filled.removed()
                            + " removed, "
                            + filled.refused().size() + " files left out (model " + modelFingerprint
                            + twin.map(fingerprint -> ", each also for the twin " + fingerprint)
                                    .orElse("")
                            + ")",
                    fields);
        }
    }

    /** Who vouches for the labels: {@code @Mixin ProvenanceOptions provenance}. */
    static final class ProvenanceOptions {

        @Option(
                names = "--added-by",
                paramLabel = "WHO",
                defaultValue = "${sys:user.name}",
                description = "Written into each reference.")
        private String addedBy;

        @Option(
                names = "--label-source",
                paramLabel = "SOURCE",
                defaultValue = "HUMAN",
                description = "Where the labels come from: ${COMPLETION-CANDIDATES}.")
        private LabelSource labelSource;

        BankFilling.Provenance provenance() {
            return new BankFilling.Provenance(
                    addedBy, labelSource, Clock.systemUTC().instant());
        }
    }

    /** Whether references keep everyday variants of their pictures: {@code @Mixin AugmentOptions augment}. */
    static final class AugmentOptions {

        @Option(
                names = "--augment",
                description =
                        "Keep everyday variants of each picture too, such as text over it or its mirror image: at most "
                                + "five that the model sees far from it. The picture votes once all the same. Takes "
                                + "some nine times as long, and release 3 of the schemas (bulwark.schemas.write=3).")
        private boolean augment;

        Optional<KeptVariants> augmentation() {
            return augment ? Optional.of(KeptVariants.standard()) : Optional.empty();
        }
    }
}
