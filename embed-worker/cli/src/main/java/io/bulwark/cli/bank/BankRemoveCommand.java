package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank remove}. */
@Command(name = "remove", description = "Removes references from a bank, for good.")
final class BankRemoveCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BankOptions bank;

    @Parameters(arity = "1..*", paramLabel = "ID", description = "References, as `bulwark bank list` shows them.")
    private List<String> ids;

    @Override
    public Integer call() {
        try (BankTopic topic = bank.topic()) {
            ReferenceChange.of(topic, bank.name(), bank.models()).remove(ids);
        }
        ids.forEach(id -> options.output().print("removed " + id, Map.of("removed", id)));
        return ExitCodes.OK;
    }
}
