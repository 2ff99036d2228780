package io.bulwark.lab.local;

import io.bulwark.events.LabelSource;
import io.bulwark.lab.bank.BankFilling;
import io.bulwark.lab.bank.BankTopic;
import io.bulwark.lab.bank.LabelledPicture;
import io.bulwark.lab.bank.PictureEmbedder;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.perception.image.JpegReduction;
import io.bulwark.perception.model.Encoder;
import io.bulwark.perception.model.EncoderOptions;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.preprocess.PreprocessSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Fills the bank that the worker will read from the bundled samples, where it has nothing of the worker's model. */
final class SampleBank implements LocalNode.BankStep {

    private final Path samples;
    private final String bank;
    private final String model;
    private final Precision precision;
    private final boolean fast;
    private final Output output;

    private SampleBank(Path samples, Map<String, String> workerSettings, Output output) {
        this.samples = samples;
        this.bank = workerSettings.getOrDefault("bulwark.bank.name", "default");
        this.model = workerSettings.getOrDefault("bulwark.model", ModelPackage.DEFAULT);
        this.precision = Precision.labelled(workerSettings.getOrDefault("bulwark.encoder.precision", "auto"));
        this.fast = Boolean.parseBoolean(workerSettings.get("bulwark.decode.fast"));
        this.output = output;
    }

    /** The samples of a checkout, for a worker with these settings. */
    static SampleBank of(Checkout checkout, LocalNodeSettings settings, Output output) {
        return new SampleBank(checkout.samples().resolve("bank"), settings.workerSettings(), output);
    }

    @Override
    public void fill(String bootstrapServers) {
        EncoderOptions options = EncoderOptions.defaults().withPrecision(precision);
        try (BankTopic topic = new BankTopic(Broker.at(bootstrapServers));
                PictureEmbedder embedder = embedder(ModelPackage.open(model).openEncoder(options))) {
            if (!topic.holdsAny(bank, embedder.description().fingerprint())) {
                output.note("The bank is empty: it is filled from " + samples);
                fill(topic, embedder);
            }
        }
    }

    private PictureEmbedder embedder(Encoder encoder) {
        PreprocessSpec input = encoder.description().preprocess();
        return new PictureEmbedder(encoder, fast ? input.jpegReduction() : JpegReduction.none());
    }

    private void fill(BankTopic topic, PictureEmbedder embedder) {
        List<LabelledPicture> pictures = LabelledPicture.below(samples);
        BankFilling.Provenance provenance =
                new BankFilling.Provenance("local-node", LabelSource.STAND_IN, Instant.now());
        try (Progress progress = Progress.of("embedding", pictures.size(), output)) {
            new BankFilling(bank, embedder, topic, provenance).add(pictures, picture -> progress.step());
        }
    }
}
