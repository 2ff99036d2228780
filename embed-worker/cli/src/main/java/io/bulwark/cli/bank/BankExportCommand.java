package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.BrokerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank export}. */
@Command(
        name = "export",
        description = "Writes references into a file, which `bulwark bank import` brings back: the bank's backup. It "
                + "holds embeddings, labels and notes, no pictures.")
final class BankExportCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Option(names = "--bank", paramLabel = "NAME", description = "Only this bank (default: all), of whatever model.")
    private String bank;

    @Parameters(paramLabel = "FILE", description = "The file to write; what it held is replaced.")
    private Path file;

    @Override
    public Integer call() {
        BankTopic.Content content;
        try (BankTopic topic = new BankTopic(broker.broker())) {
            content = topic.read();
        }
        List<StoredReference> references = bank == null ? content.references() : content.of(bank);
        if (references.isEmpty()) {
            throw CommandFailure.failed(
                    "there is nothing to export: "
                            + (bank == null ? "no bank has a reference" : "the bank " + bank + " has no reference"),
                    null);
        }
        BankFile.write(file, references);
        content.unreadable()
                .forEach(problem -> options.output().note("left out, because it is unreadable: " + problem));
        options.output()
                .print(
                        "exported " + references.size() + " references to " + file,
                        Map.of(
                                "exported",
                                references.size(),
                                "unreadable",
                                content.unreadable().size()));
        return ExitCodes.OK;
    }
}
