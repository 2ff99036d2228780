package io.bulwark.cli.bank.feed;

import io.bulwark.cli.terminal.CommandFailure;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The exchanges whose shapes are known. */
public enum FeedShape {
    /** NCMEC's hash sharing API. */
    NCMEC,
    /** StopNCII's API; always about adults. */
    STOPNCII,
    /** ThreatExchange's updates of a privacy group. */
    GIFCT,
    /** One CSV file. */
    CSV;

    /** A feed of this shape. */
    public HashFeed open(URI address, FeedClient client, Clock clock) {
        return switch (this) {
            case NCMEC -> new NcmecFeed(address, client, clock);
            case STOPNCII -> new StopNciiFeed(address, client, clock);
            case GIFCT -> new ThreatExchangeFeed(address, client, clock);
            case CSV -> new CsvFeed(address, client, clock);
        };
    }

    /**
     * The headers that let in.
     *
     * @param credentials one line: {@code user:password} for NCMEC, {@code functionKey,subscriptionKey} for
     *     StopNCII, a token for GIFCT, either of the first and the last for CSV
     * @throws CommandFailure if it has another form; the message quotes none of it
     */
    public Map<String, String> headers(String credentials) {
        List<String> pair = List.of(credentials.split(this == STOPNCII ? "," : ":", 2));
        boolean isPair =
                pair.size() == 2 && !pair.get(0).isBlank() && !pair.get(1).isBlank();
        if (this == STOPNCII && isPair) {
            return Map.of(
                    "x-functions-key", pair.get(0).strip(),
                    "Ocp-Apim-Subscription-Key", pair.get(1).strip());
        }
        if ((this == NCMEC || this == CSV) && isPair) {
            byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
            return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(bytes));
        }
        if ((this == GIFCT || this == CSV) && !credentials.isBlank()) {
            return Map.of("Authorization", "Bearer " + credentials);
        }
        throw CommandFailure.usage("the credentials of the shape " + name().toLowerCase(Locale.ROOT)
                + " are "
                + (this == STOPNCII ? "functionKey,subscriptionKey" : this == GIFCT ? "a token" : "user:password")
                + " on one line (--credentials-file or BULWARK_FEED_CREDENTIALS)");
    }
}
