package io.bulwark.cli.bank.hashes;

import io.bulwark.cli.bank.feed.FeedClient;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** Where an exchange is, and what lets in there: {@code @Mixin ExchangeOptions exchange}. */
final class ExchangeOptions {

    /** Not an option: command lines are in the list of processes and in shells' histories. */
    private static final String CREDENTIALS = "BULWARK_FEED_CREDENTIALS";

    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Option(
            names = "--url",
            paramLabel = "URL",
            required = true,
            description =
                    "The exchange's address, https: what comes before /v2/entries (NCMEC), /FetchHashes "
                            + "(STOPNCII), /threat_updates (GIFCT, with the privacy group) or /m/lookup (HMA); of CSV the file's.")
    private String url;

    @Option(
            names = "--credentials-file",
            paramLabel = "FILE",
            description =
                    "A file with one line: user:password (NCMEC, CSV), functionKey,subscriptionKey (STOPNCII) or a "
                            + "token (GIFCT, CSV, HMA). Default: the environment's BULWARK_FEED_CREDENTIALS, else none.")
    private Path credentials;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "PEM certificates that are trusted instead of those of Java.")
    private Path authority;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "PT60S",
            description = "For one answer of the exchange (default: ${DEFAULT-VALUE}; PT1S to PT10M).")
    private Duration timeout;

    @Option(
            names = "--most-bytes",
            paramLabel = "N",
            defaultValue = "67108864",
            description = "Of one answer of the exchange (default: ${DEFAULT-VALUE}; 1024 to 1073741824).")
    private int mostBytes;

    /** @throws CommandFailure if credentials may not be sent there */
    URI address() {
        return FeedClient.address("--url", url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    }

    /**
     * @param headers makes headers of the credentials
     * @throws CommandFailure if an option is out of its range, or a file cannot be read
     */
    FeedClient client(Function<String, Map<String, String>> headers) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofMinutes(10)) > 0) {
            throw CommandFailure.usage("--timeout is " + timeout + ", allowed is PT1S to PT10M");
        }
        if (mostBytes < 1 << 10 || mostBytes > 1 << 30) {
            throw CommandFailure.usage("--most-bytes is " + mostBytes + ", allowed is 1024 to 1073741824");
        }
        return new FeedClient(
                Optional.ofNullable(authority),
                secret().map(headers).orElse(Map.of()),
                new FeedClient.Limits(timeout, PAUSE, mostBytes));
    }

    private Optional<String> secret() {
        Optional<String> text = credentials == null
                ? Optional.ofNullable(System.getenv(CREDENTIALS))
                : Optional.of(new String(InputFile.bytes(credentials), StandardCharsets.UTF_8));
        return text.map(String::strip).filter(line -> !line.isEmpty()).map(line -> {
            if (line.lines().count() != 1) {
                throw CommandFailure.usage("--credentials-file has several lines, wanted is one");
            }
            return line;
        });
    }
}
