package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.bank.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank hashes remove}. */
@Command(
        name = "remove",
        description = "Removes hashes from a bank, under whatever label they stand there: what a list has wrongly.")
final class BankHashesRemoveCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BankName bank;

    @Parameters(arity = "1..*", paramLabel = "HASH", description = "64 hexadecimal digits, SHA-256 or PDQ.")
    private List<String> hashes;

    @Override
    public Integer call() {
        try (BankTopic topic = bank.topic()) {
            List<StoredReference> there = topic.read().of(bank.name()).stream()
                    .filter(stored -> HashEntry.is(stored.key()))
                    .toList();
            for (String hash : hashes) {
                if (there.stream().noneMatch(stored -> isOf(stored, hash))) {
                    throw CommandFailure.failed(
                            "the bank " + bank.name() + " has no hash " + hash + ". Nothing is changed", null);
                }
            }
            there.stream()
                    .filter(stored -> hashes.stream().anyMatch(hash -> isOf(stored, hash)))
                    .forEach(stored -> topic.remove(stored.key()));
            topic.confirm();
        }
        hashes.forEach(hash -> options.output().print("removed " + hash, Map.of("removed", hash)));
        return ExitCodes.OK;
    }

    private static boolean isOf(StoredReference stored, String hash) {
        return stored.key().referenceId().split("/", 2)[0].equalsIgnoreCase(hash);
    }
}
