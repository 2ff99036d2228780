package io.bulwark.cli.local;

import io.bulwark.cli.bank.BankFilling;
import io.bulwark.cli.bank.BankOptions.Embedders;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.local.LocalNode.LocalNodeSettings;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
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
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark local}. */
@Command(
        name = "local",
        description = {
            "Runs Kafka, PostgreSQL, the worker and moderation-stream on this machine until interrupted.",
            "Each is a separate process as in production; everything listens on 127.0.0.1 and lies under one folder, "
                    + "which survives a restart. An empty bank is filled from the bundled samples."
        })
public final class LocalCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions node;

    @Override
    public Integer call() {
        Output output = output();
        Checkout checkout = Checkout.find();
        LocalNodeSettings settings = node.settings(checkout);
        try (LocalNode running =
                LocalNode.start(settings, checkout, SampleBank.of(checkout, settings, output), output::note)) {
            announce(running, output);
            stayUntilInterrupted(running);
        }
        return ExitCodes.OK;
    }

    /** Says where everything is. */
    public static void announce(LocalNode running, Output output) {
        Map<String, Object> fields = Output.fields(
                "kafka",
                running.bootstrapServers(),
                "console",
                running.consoleUrl().toString(),
                "worker",
                running.workerUrl().toString(),
                "streamManagement",
                running.streamManagementUrl().toString());
        running.databaseUrl().ifPresent(url -> fields.put("database", url));
        output.print(
                "Kafka    " + running.bootstrapServers() + "\nconsole  " + running.consoleUrl() + "\nworker   "
                        + running.workerUrl() + "/q/health  " + running.workerUrl() + "/q/metrics" + "\nstream   "
                        + running.streamManagementUrl() + "/q/health  " + running.streamManagementUrl() + "/q/metrics"
                        + running.databaseUrl().map(url -> "\ndatabase " + url).orElse("") + "\nCtrl-C stops.",
                fields);
    }

    /** Returns only by Ctrl-C, which ends the JVM and stops the node on the way. */
    public static void stayUntilInterrupted(LocalNode running) {
        while (running.isAlive()) {
            try {
                Thread.sleep(500);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        throw CommandFailure.failed(running.whatEnded());
    }

    /**
     * Fills the bank that the worker will read from the bundled samples, where it has nothing of the worker's models.
     */
    public static final class SampleBank implements LocalNode.BankStep {

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
                    workerSettings.getOrDefault("bulwark.model", ModelPackage.DEFAULT),
                    precision,
                    fast,
                    "bulwark.model"));
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
}
