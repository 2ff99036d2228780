package io.bulwark.cli.bank;

import io.bulwark.cli.options.BankModelOptions;
import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.options.TwinOptions;
import io.bulwark.cli.terminal.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
}
