package io.bulwark.cli.bank.feed;

import static io.bulwark.cli.bank.feed.ExchangeAnswers.required;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.bank.HashEntry;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * StopNCII's API: {@code GET /FetchHashes?startTimestamp=&pageSize=&nextPageToken=} answers in JSON with the present
 * state of each hash that changed. A hash whose cases were withdrawn or deleted is taken down. Adults gave these hashes
 * of pictures of themselves; nothing of it is about children.
 *
 * @param base what {@code /FetchHashes} is appended to
 */
record StopNciiFeed(URI base, FeedClient client, Clock clock) implements HashFeed {

    private static final String FIRST = "10";
    private static final int PAGE = 800;
    private static final Set<String> GONE = Set.of("Withdrawn", "Deleted");
    private static final Map<String, String> KINDS = Map.of("ImagePDQ", "pdq", "VideoMD5", "md5");

    @Override
    public Optional<Duration> memory() {
        return Optional.of(Duration.ofDays(30));
    }

    @Override
    public FeedPage page(FeedCursor cursor) {
        String since = cursor.since().isEmpty() ? FIRST : cursor.since();
        String page = cursor.page().isEmpty()
                ? ""
                : "&nextPageToken=" + URLEncoder.encode(cursor.page(), StandardCharsets.UTF_8);
        JsonNode answer = ExchangeAnswers.object(
                client.get(
                        URI.create(base + "/FetchHashes?startTimestamp=" + since + "&pageSize=" + PAGE + page),
                        Map.of()),
                base);
        JsonNode records = required(answer, "hashRecords", base);
        boolean more = required(answer, "hasMoreRecords", base).asBoolean();
        long nextSet = required(answer, "nextSetTimestamp", base).asLong(-1);
        String token = answer.path("nextPageToken").asText("");
        if (!records.isArray() || nextSet < 0 || more && token.isEmpty()) {
            throw ExchangeAnswers.rubbish(base, "no answer of FetchHashes", null);
        }
        List<FeedEntry> entries = new ArrayList<>();
        Map<String, Long> skipped = new TreeMap<>();
        for (JsonNode record : records) {
            entry(record, skipped).ifPresent(entries::add);
        }
        FeedCursor next = more ? cursor.next("", token) : cursor.done(Long.toString(nextSet), clock.instant());
        return new FeedPage(entries, next, more, false, skipped);
    }

    private Optional<FeedEntry> entry(JsonNode record, Map<String, Long> skipped) {
        String type = required(record, "signalType", base).asText();
        String hash = required(record, "hashValue", base).asText();
        String status = required(record, "hashStatus", base).asText();
        String id = type + "-" + hash;
        String kind = KINDS.get(type);
        if (kind == null || !ExchangeAnswers.isId(id)) {
            skipped.merge("type " + (kind == null ? "other than ImagePDQ and VideoMD5" : type), 1L, Long::sum);
            return Optional.empty();
        }
        if (GONE.contains(status)) {
            return Optional.of(FeedEntry.gone(id));
        }
        return HashEntry.of(kind, hash, id, FeedEntry.UNLABELLED)
                .map(listed -> new FeedEntry(id, Optional.empty(), List.of(listed), Optional.empty()))
                .or(() -> {
                    skipped.merge("type " + type + " that are no such hash", 1L, Long::sum);
                    return Optional.empty();
                });
    }
}
