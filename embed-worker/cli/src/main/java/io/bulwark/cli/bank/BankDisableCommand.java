package io.bulwark.cli.bank;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark bank disable}. */
@Command(
        name = "disable",
        description =
                "Keeps references from voting for a while; they come back by themselves. --for 0s brings them back "
                        + "now.")
final class BankDisableCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private BankOptions bank;

    @Option(
            names = "--for",
            required = true,
            paramLabel = "DURATION",
            description = "How long, such as 90s, 30m, 24h or 7d.")
    private String duration;

    @Parameters(arity = "1..*", paramLabel = "ID", description = "References, as `bulwark bank list` shows them.")
    private List<String> ids;

    @Override
    public Integer call() {
        Instant until = Clock.systemUTC().instant().plus(parsed(duration)).truncatedTo(ChronoUnit.MILLIS);
        try (BankTopic topic = bank.topic()) {
            ReferenceChange.of(topic, bank.name(), bank.models()).disable(ids, until);
        }
        ids.forEach(id -> options.output()
                .print("disabled " + id + " until " + until, Map.of("disabled", id, "until", until.toString())));
        return ExitCodes.OK;
    }

    /** @throws CommandFailure if it is no length of time */
    static Duration parsed(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        try {
            Duration duration = Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException unreadable) {
            // Said below, with what is allowed.
        }
        throw CommandFailure.usage("--for " + text + " is no length of time; allowed are such as 90s, 30m, 24h and 7d");
    }
}
