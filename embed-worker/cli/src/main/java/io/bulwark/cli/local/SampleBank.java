package io.bulwark.cli.local;

import io.bulwark.cli.bank.BankFilling;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.Embedders;
import io.bulwark.cli.local.LocalNode.LocalNodeSettings;
import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.LabelSource;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Fills the bank that the worker will read from the bundled samples, where it has nothing of the worker's models. */
public final class SampleBank implements LocalNode.BankStep {

    private final Path samples;
    private final TopicNames topics;
    private final String bank;
    private final List<ModelChoice> models;
    private final Output output;

    private SampleBank(Path samples, LocalNodeSettings settings, Output output) {
        Map<String, String> workerSettings = settings.workerSettings();
        this.samples = samples;
        this.topics = settings.topics();
        this.bank = workerSettings.getOrDefault("bulwark.bank.name", "default");
        this.models = models(workerSettings);
        this.output = output;
    }

    /** What the worker will open: its model, and the twin where one is set. */
    static List<ModelChoice> models(Map<String, String> workerSettings) {
        String precision = workerSettings.getOrDefault("bulwark.encoder.precision", Precision.FP32.label());
        boolean fast = Boolean.parseBoolean(workerSettings.get("bulwark.decode.fast"));
        List<ModelChoice> models = new ArrayList<>();
        models.add(new ModelChoice(
                workerSettings.getOrDefault("bulwark.model", ModelPackage.DEFAULT), precision, fast, "bulwark.model"));
        Optional.ofNullable(workerSettings.get("bulwark.twin.model"))
                .map(twin -> new ModelChoice(
                        twin,
                        workerSettings.getOrDefault("bulwark.twin.precision", precision),
                        fast,
                        "bulwark.twin.model"))
                .ifPresent(models::add);
        return models;
    }

    /** The samples of a checkout, for a worker with these settings. */
    public static SampleBank of(Checkout checkout, LocalNodeSettings settings, Output output) {
        return new SampleBank(checkout.samples().resolve("bank"), settings, output);
    }

    @Override
    public void fill(String bootstrapServers) {
        try (BankTopic topic = new BankTopic(Broker.at(bootstrapServers, topics));
                Embedders embedders = Embedders.load(models)) {
            boolean filled =
                    embedders.descriptions().stream().allMatch(model -> topic.holdsAny(bank, model.fingerprint()));
            if (!filled) {
                output.note("The bank is empty: it is filled from " + samples);
                fill(topic, embedders);
            }
        }
    }

    private void fill(BankTopic topic, Embedders embedders) {
        List<LabelledPicture> pictures = LabelledPicture.below(samples);
        BankFilling.Provenance provenance =
                new BankFilling.Provenance("local-node", LabelSource.STAND_IN, Instant.now());
        try (Progress progress = Progress.of("embedding", pictures.size(), output)) {
            new BankFilling(bank, embedders, topic, provenance, Optional.empty())
                    .add(pictures, picture -> progress.step());
        }
    }
}
