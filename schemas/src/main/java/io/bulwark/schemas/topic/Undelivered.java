package io.bulwark.schemas.topic;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Whom a record on {@link Topics#UNDELIVERED} is about. It travels in headers, as UTF-8 text, beside {@link
 * DeadLetterHeaders}, which say where the original stood and why it was refused.
 *
 * @param neighbour the name in the settings of moderation-stream, such as {@code webhooks.shop} or {@code coop}
 * @param again whether this is an order to send it again; otherwise it says that it was set aside
 */
public record Undelivered(String neighbour, boolean again) {

    public static final String NEIGHBOUR = "bulwark.undelivered.neighbour";
    public static final String AGAIN = "bulwark.undelivered.again";

    /** Reads the headers back; empty where they name no receiver. */
    public static Optional<Undelivered> readFrom(Headers headers) {
        return text(headers, NEIGHBOUR)
                .map(neighbour -> new Undelivered(
                        neighbour, text(headers, AGAIN).filter("true"::equals).isPresent()));
    }

    /**
     * Writes itself, in place of what was there.
     *
     * @param headers modified
     */
    public void addTo(Headers headers) {
        put(headers, NEIGHBOUR, neighbour);
        put(headers, AGAIN, Boolean.toString(again));
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> text(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name))
                .map(Header::value)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
