package io.bulwark.cli.bank;

import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.BrokerOptions;
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
}
