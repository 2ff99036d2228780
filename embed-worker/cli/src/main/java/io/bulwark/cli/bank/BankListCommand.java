package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.events.ReferenceVariant;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank list}. */
@Command(name = "list", description = "Lists a bank's references, of whatever model, in the order of their keys.")
final class BankListCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BankOptions bank;

    @Option(names = "--label", paramLabel = "LABEL", description = "Only references of this label.")
    private String label;

    @Override
    public Integer call() {
        Output output = options.output();
        Instant now = Clock.systemUTC().instant();
        List<StoredReference> references;
        try (BankTopic topic = bank.topic()) {
            references = topic.read().of(bank.name());
        }
        references.stream()
                .filter(reference ->
                        label == null || label.equals(reference.value().getLabel()))
                .forEach(reference -> print(output, reference, now));
        return ExitCodes.OK;
    }

    private static void print(Output output, StoredReference reference, Instant now) {
        String model = reference.key().modelFingerprint();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", reference.key().referenceId());
        fields.put("label", reference.value().getLabel());
        fields.put("modelFingerprint", model);
        fields.put(
                "variants",
                reference.value().getVariants().stream()
                        .map(ReferenceVariant::getName)
                        .toList());
        fields.put("addedBy", reference.value().getAddedBy());
        fields.put("addedAt", reference.value().getAddedAt().toString());
        fields.put("labelSource", reference.value().getLabelSource().toString());
        String disabled = "";
        if (reference.isDisabledAt(now)) {
            fields.put("disabledUntil", reference.value().getDisabledUntil().toString());
            disabled = "  disabled until " + reference.value().getDisabledUntil();
        }
        output.print(
                reference.key().referenceId() + "  " + reference.value().getLabel() + "  model "
                        + model.substring(0, Math.min(12, model.length())) + disabled,
                fields);
    }
}
