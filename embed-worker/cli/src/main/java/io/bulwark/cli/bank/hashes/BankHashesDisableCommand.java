package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions.BankName;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.TimeSpan;
import io.bulwark.events.Reference;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank hashes disable}. */
@Command(
        name = "disable",
        description =
                "Keeps hashes from deciding for a while, under whatever list and label they stand: what an exchange "
                        + "has wrongly. A later sync leaves them disabled.")
final class BankHashesDisableCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private BankName bank;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "DURATION",
            description = "How long, such as 24h or 30d; 0s brings them back now.")
    private String duration;

    @Parameters(
            arity = "1..*",
            paramLabel = "HASH",
            description = "Hexadecimal digits: 64 of SHA-256 or PDQ, 40 of SHA-1, 32 of MD5.")
    private List<String> hashes;

    @Override
    public Integer call() {
        Instant until = Clock.systemUTC()
                .instant()
                .plus(TimeSpan.parse("--for", duration))
                .truncatedTo(ChronoUnit.MILLIS);
        int disabled = 0;
        try (BankTopic topic = bank.topic()) {
            Collection<StoredReference> there = HashEntry.withHashes(topic, bank.name(), hashes);
            if (there.isEmpty()) {
                throw CommandFailure.failed("the bank " + bank.name() + " has none of these hashes");
            }
            for (StoredReference stored : there) {
                topic.put(
                        stored.key(),
                        Reference.newBuilder(stored.value())
                                .setDisabledUntil(until)
                                .build());
                disabled++;
            }
            topic.confirm();
        }
        output().print(
                        "disabled " + disabled + " entries until " + until,
                        Map.of("disabled", disabled, "until", until.toString()));
        return ExitCodes.OK;
    }
}
