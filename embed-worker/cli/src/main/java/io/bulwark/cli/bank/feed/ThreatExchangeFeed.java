package io.bulwark.cli.bank.feed;

import static io.bulwark.cli.bank.feed.ExchangeAnswers.required;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.bank.HashEntry;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * ThreatExchange's updates of a privacy group, by which GIFCT's members share: {@code GET
 * /<group>/threat_updates/?start_time=&limit=&after=} answers in JSON with indicators that changed. One that should be
 * deleted, or that no owner calls malicious, is taken down. The token goes in a header and not into the address,
 * which logs keep.
 *
 * @param group the privacy group's address, to which {@code /threat_updates/} is appended
 */
record ThreatExchangeFeed(URI group, FeedClient client, Clock clock) implements HashFeed {

    private static final int PAGE = 100;
    private static final long OVERLAP_SECONDS = 60;
    private static final String FIELDS =
            "indicator,type,last_updated,should_delete,descriptors{id,owner{id},tags,status,severity,expired_on}";
    private static final Map<String, String> KINDS = Map.of(
            "HASH_PDQ",
            "pdq",
            "HASH_MD5",
            "md5",
            "HASH_SHA1",
            "sha1",
            "HASH_SHA256",
            "sha256",
            "HASH_VIDEO_MD5",
            "md5");

    @Override
    public Optional<Duration> memory() {
        return Optional.of(Duration.ofDays(85));
    }

    @Override
    public FeedPage page(FeedCursor cursor) {
        String address = group + "/threat_updates/?limit=" + PAGE + "&fields=" + encoded(FIELDS)
                + (cursor.since().isEmpty() ? "" : "&start_time=" + cursor.since())
                + (cursor.page().isEmpty() ? "" : "&after=" + encoded(cursor.page()));
        JsonNode answer = ExchangeAnswers.object(client.get(URI.create(address), Map.of()), group);
        JsonNode data = required(answer, "data", group);
        if (!data.isArray()) {
            throw ExchangeAnswers.rubbish(group, "data that is no list", null);
        }
        List<FeedEntry> entries = new ArrayList<>();
        Map<String, Long> skipped = new TreeMap<>();
        long newest = cursor.until().isEmpty() ? 0 : Long.parseLong(cursor.until());
        for (JsonNode update : data) {
            long at = required(update, "last_updated", group).asLong(-1);
            if (at < 0) {
                throw ExchangeAnswers.rubbish(group, "an update whose last_updated is no time", null);
            }
            newest = Math.max(newest, at);
            entry(update, skipped).ifPresent(entries::add);
        }
        String following = answer.path("paging").path("next").asText("");
        boolean more = !following.isEmpty();
        FeedCursor next = more
                ? cursor.next(Long.toString(newest), after(following))
                : cursor.done(since(cursor, newest), clock.instant());
        return new FeedPage(entries, next, more, false, skipped);
    }

    private static String since(FeedCursor cursor, long newest) {
        return newest == 0 ? cursor.since() : Long.toString(Math.max(0, newest - OVERLAP_SECONDS));
    }

    /** The mark alone: the address of the next page has the token in it. */
    private String after(String next) {
        String query = Optional.ofNullable(
                        ExchangeAnswers.address(next.split(" ", 2)[0], group).getRawQuery())
                .orElse("");
        for (String pair : query.split("&")) {
            if (pair.startsWith("after=")) {
                return decoded(pair.substring("after=".length()));
            }
        }
        throw ExchangeAnswers.rubbish(group, "a next page without the mark 'after'", null);
    }

    private String decoded(String mark) {
        try {
            return URLDecoder.decode(mark, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            throw ExchangeAnswers.rubbish(group, "a next page whose mark is none", null);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Optional<FeedEntry> entry(JsonNode update, Map<String, Long> skipped) {
        String id = required(update, "id", group).asText();
        String type = required(update, "type", group).asText();
        if (!ExchangeAnswers.isId(id)) {
            throw ExchangeAnswers.rubbish(group, "an update without an id", null);
        }
        List<JsonNode> descriptors = malicious(update.path("descriptors").path("data"));
        if (update.path("should_delete").asBoolean() || descriptors.isEmpty()) {
            return Optional.of(FeedEntry.gone(id));
        }
        String hash = required(update, "indicator", group).asText();
        Optional<FeedEntry> entry = HashEntry.of(KINDS.getOrDefault(type, ""), hash, id, FeedEntry.UNLABELLED)
                .map(listed -> new FeedEntry(id, first(descriptors, "severity"), List.of(listed), expiry(descriptors)));
        if (entry.isEmpty()) {
            skipped.merge(KINDS.containsKey(type) ? type + " that are no such hash" : "other types", 1L, Long::sum);
        }
        return entry;
    }

    /** Of the owners who call it malicious; what the others say of it is no reason to flag. */
    private static List<JsonNode> malicious(JsonNode descriptors) {
        return StreamSupport.stream(descriptors.spliterator(), false)
                .filter(descriptor -> descriptor.path("status").asText().equals("MALICIOUS"))
                .toList();
    }

    private static Optional<String> first(List<JsonNode> descriptors, String field) {
        for (JsonNode descriptor : descriptors) {
            String text = descriptor.path(field).asText("");
            if (!text.isBlank() && !text.equals("UNKNOWN")) {
                return Optional.of(text);
            }
        }
        return Optional.empty();
    }

    /** The last of the owners' dates, in seconds; none where one of them has no date. */
    private static Optional<Instant> expiry(List<JsonNode> descriptors) {
        long last = 0;
        for (JsonNode descriptor : descriptors) {
            long at = descriptor.path("expired_on").asLong(0);
            if (at <= 0) {
                return Optional.empty();
            }
            last = Math.max(last, at);
        }
        return Optional.of(Instant.ofEpochSecond(last));
    }
}
