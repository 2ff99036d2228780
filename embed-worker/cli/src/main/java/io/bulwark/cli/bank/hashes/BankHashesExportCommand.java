package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.bank.StoredReference;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.perception.hash.ListedFile;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank hashes export}. */
@Command(
        name = "export",
        description =
                "Writes a bank's hashes as a list for others: those of imported lists, and the SHA-256 of the files "
                        + "that its references were made from.")
final class BankHashesExportCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BankName bank;

    @Option(names = "--label", paramLabel = "LABEL", description = "Only entries of this label (default: all).")
    private String label;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "CSV",
            description = "CSV for all, PDQ or SHA256 for one hash a line of that kind.")
    private HashListFormat format;

    @Parameters(paramLabel = "FILE", description = "The file to write; what it held is replaced.")
    private Path file;

    @Override
    public Integer call() {
        List<ListedHash> entries;
        try (BankTopic topic = bank.topic()) {
            entries = topic.read().of(bank.name()).stream()
                    .flatMap(BankHashesExportCommand::hashes)
                    .filter(entry -> label == null || entry.label().equals(label))
                    .distinct()
                    .toList();
        }
        if (entries.isEmpty()) {
            throw CommandFailure.failed(
                    "there is nothing to export: the bank " + bank.name() + " knows no hash"
                            + (label == null ? "" : " of label " + label),
                    null);
        }
        try (Writer list = Files.newBufferedWriter(file)) {
            int written = format.write(entries, list);
            options.output().print("exported " + written + " hashes to " + file, Map.of("exported", written));
            return ExitCodes.OK;
        } catch (IOException unwritable) {
            throw CommandFailure.failed("the list " + file + " cannot be written: " + unwritable, unwritable);
        }
    }

    private static Stream<ListedHash> hashes(StoredReference stored) {
        if (HashEntry.is(stored.key())) {
            return HashEntry.of(stored).stream();
        }
        return Optional.ofNullable(stored.value().getSourceSha256())
                .flatMap(Sha256::find)
                .<ListedHash>map(hash -> new ListedFile(
                        hash, stored.key().referenceId(), stored.value().getLabel()))
                .stream();
    }
}
