package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
import io.bulwark.events.Reference;
import io.bulwark.perception.encoder.EncoderDescription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which bank a command is about, and whose embeddings it holds: {@code @Mixin BankOptions bank}. */
public final class BankOptions {

    @Mixin
    private BankName name;

    @Mixin
    private BankModelOptions model;

    @Mixin
    private TwinOptions twin;

    @Option(
            names = "--fast-decode",
            defaultValue = "${env:BULWARK_DECODE_FAST:-false}",
            description = "Decode large JPEGs reduced, the worker's bulwark.decode.fast. References of the one do "
                    + "not serve the other (environment BULWARK_DECODE_FAST).")
    private boolean fastDecode;

    /** The banks' topic on the broker that is named. The caller closes it. */
    public BankTopic topic() {
        return name.topic();
    }

    /** The broker that is named, for reading. */
    public Broker broker() {
        return name.broker();
    }

    /** @throws CommandFailure if it is no name */
    public String name() {
        return name.name();
    }

    /** The model whose references the command is about. */
    public ModelChoice model() {
        return model.choice(fastDecode);
    }

    /** The twin, where one is named. */
    public Optional<ModelChoice> twin() {
        return twin.choice(model());
    }

    /** The model and, where one is named, its twin. */
    public List<ModelChoice> models() {
        List<ModelChoice> models = new ArrayList<>();
        models.add(model());
        twin().ifPresent(models::add);
        return models;
    }

    /**
     * The options of the model that are not the defaults, as the messages of a bank that lacks references repeat them.
     */
    public String modelOptions() {
        return Stream.of(model.line(), fastDecode ? "--fast-decode" : "", twin.line())
                .filter(option -> !option.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** The clean twin whose references stand beside those of the model: {@code @Mixin TwinOptions twin}. */
    public static final class TwinOptions {

        @Option(
                names = "--twin",
                paramLabel = "LOCATION",
                defaultValue = "${env:BULWARK_TWIN_MODEL}",
                description =
                        "The worker's bulwark.twin.model, whose references are kept beside the model's: a folder or "
                                + "classpath:PATH (default: none; environment BULWARK_TWIN_MODEL).")
        private String location;

        @Option(
                names = "--twin-precision",
                paramLabel = "PRECISION",
                defaultValue = "${env:BULWARK_TWIN_PRECISION}",
                description =
                        "The worker's bulwark.twin.precision (default: that of the model; environment BULWARK_TWIN_PRECISION).")
        private String precision;

        /** The twin, where one is named; in the model's precision where the twin's is not set. */
        public Optional<ModelChoice> choice(ModelChoice model) {
            if (location == null || location.isBlank()) {
                return Optional.empty();
            }
            String own = hasOwnPrecision() ? precision : model.precision();
            return Optional.of(
                    new ModelChoice(location, own, model.fastDecode(), "--twin, the worker's bulwark.twin.model"));
        }

        /** These options where they are set, as messages repeat them. */
        public String line() {
            if (location == null || location.isBlank()) {
                return "";
            }
            return "--twin " + location + (hasOwnPrecision() ? " --twin-precision " + precision : "");
        }

        private boolean hasOwnPrecision() {
            return precision != null && !precision.isBlank();
        }
    }

    /** Which bank a command is about, and where: {@code @Mixin BankName bank}. */
    public static final class BankName {

        @Option(
                names = "--bank",
                paramLabel = "NAME",
                defaultValue = "${env:BULWARK_BANK_NAME:-default}",
                description = "The bank's name, the worker's bulwark.bank.name (environment BULWARK_BANK_NAME).")
        private String name;

        @Mixin
        private BrokerOptions broker;

        /** The banks' topic on the broker that is named. The caller closes it. */
        public BankTopic topic() {
            return new BankTopic(broker());
        }

        /** The broker that is named, for reading. */
        public Broker broker() {
            return broker.broker();
        }

        /** The services' {@code bulwark.restricted.labels}, from the file of --config or the environment. */
        public Set<String> restrictedLabels() {
            return broker.words("bulwark.restricted.labels");
        }

        /** A setting that is a list of words; none where it is not set. */
        public Set<String> words(String setting) {
            return broker.words(setting);
        }

        /** @throws CommandFailure if it is no name: the parts of a reference's key are told apart by slashes */
        public String name() {
            if (name.isBlank() || name.contains("/")) {
                throw CommandFailure.usage("the bank \"" + name + "\" cannot be: a name is not blank and has no slash");
            }
            return name;
        }
    }

    /** Changes to references that are there already, of a model and where one is named of its twin, all or none. */
    record ReferenceChange(BankTopic topic, String bank, List<List<StoredReference>> present) {

        /** Reads what these models' parts of a bank hold now. */
        static ReferenceChange of(BankTopic topic, String bank, List<ModelChoice> models) {
            BankTopic.Content content = topic.read();
            return new ReferenceChange(
                    topic,
                    bank,
                    models.stream()
                            .map(model -> content.of(bank, model.description().fingerprint()))
                            .toList());
        }

        /**
         * Removes references by tombstones.
         *
         * @throws CommandFailure if one of them is not there; then none is removed
         */
        void remove(List<String> ids) {
            find(ids).forEach(reference -> topic.remove(reference.key()));
            topic.confirm();
        }

        /**
         * Keeps references from voting before a moment; a moment that has passed lets them vote again.
         *
         * @throws CommandFailure if one of them is not there; then none is changed
         */
        void disable(List<String> ids, Instant until) {
            topic.putAll(find(ids).stream()
                    .map(reference -> new StoredReference(
                            reference.key(),
                            Reference.newBuilder(reference.value())
                                    .setDisabledUntil(until)
                                    .build()))
                    .toList());
            topic.confirm();
        }

        private List<StoredReference> find(List<String> ids) {
            List<StoredReference> found = new ArrayList<>();
            for (int model = 0; model < present.size(); model++) {
                for (String id : ids) {
                    found.add(find(id, model));
                }
            }
            return found;
        }

        private StoredReference find(String id, int model) {
            List<StoredReference> ofModel = present.get(model);
            return ofModel.stream()
                    .filter(reference -> reference.key().referenceId().equals(id))
                    .findFirst()
                    .orElseThrow(() -> CommandFailure.failed("bank \"" + bank + "\" has no reference \"" + id + "\" of "
                            + (model == 0 ? "this model" : "the twin") + " among its " + ofModel.size()
                            + "; `bulwark bank list --bank " + bank + "` lists them. Nothing is changed."));
        }
    }

    /** The models whose references are written in one go. One thread uses them; closing closes all. */
    public static final class Embedders implements AutoCloseable {

        private final List<PictureEmbedder> all;

        private Embedders(List<PictureEmbedder> all) {
            this.all = List.copyOf(all);
        }

        /**
         * Loads models, the model first and then its twin where there is one; what was loaded is closed if one cannot
         * be.
         */
        public static Embedders load(List<ModelChoice> choices) {
            return load(choices, JudgedViews.standard());
        }

        /** The same, for a worker of these views. */
        public static Embedders load(List<ModelChoice> choices, JudgedViews views) {
            List<PictureEmbedder> loaded = new ArrayList<>();
            try {
                choices.forEach(choice -> loaded.add(choice.embedder(views)));
                return new Embedders(loaded);
            } catch (RuntimeException unusable) {
                loaded.forEach(PictureEmbedder::close);
                throw unusable;
            }
        }

        public List<PictureEmbedder> all() {
            return all;
        }

        /** What embeds, in the same order. */
        public List<EncoderDescription> descriptions() {
            return all.stream().map(PictureEmbedder::description).toList();
        }

        @Override
        public void close() {
            all.forEach(PictureEmbedder::close);
        }
    }
}
