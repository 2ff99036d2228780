package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.BrokerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank import}. */
@Command(
        name = "import",
        description = "Brings back the references of a file that `bulwark bank export` wrote, each in its bank and for "
                + "its model. A reference that is there already is replaced; others stay. Nothing is written unless the "
                + "whole file can be read.")
final class BankImportCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BrokerOptions broker;

    @Parameters(paramLabel = "FILE", description = "The file to read.")
    private Path file;

    @Override
    public Integer call() {
        List<StoredReference> references = BankFile.read(file);
        try (BankTopic topic = new BankTopic(broker.broker())) {
            topic.putAll(references);
            topic.confirm();
        }
        options.output()
                .print(
                        "imported " + references.size() + " references from " + file,
                        Map.of("imported", references.size()));
        return ExitCodes.OK;
    }
}
