package io.bulwark.cli.bank.feed;

import static io.bulwark.cli.bank.feed.ExchangeAnswers.required;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.bank.HashEntry;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.perception.hash.CsvHashList;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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

    /**
     * A list that is one CSV file, as {@link CsvHashList} reads it; the column {@code label} is the severity. What the
     * file lacks was taken down. A server that names the file's version (ETag) is not asked for the same one twice.
     */
    private record CsvFeed(URI file, FeedClient client, Clock clock) implements HashFeed {

        private static final int LEAST_QUALITY = MatchRule.recommended().minQuality();

        @Override
        public boolean isWhole() {
            return true;
        }

        @Override
        public FeedPage page(FeedCursor cursor) {
            FeedClient.Answer answer =
                    client.get(file, cursor.since().isEmpty() ? Map.of() : Map.of("If-None-Match", cursor.since()));
            if (answer.status() == 304) {
                return new FeedPage(List.of(), cursor.done(cursor.since(), clock.instant()), false, false, Map.of());
            }
            ExchangeAnswers.requireOk(answer, file);
            Map<String, List<ListedHash>> byId = new LinkedHashMap<>();
            Map<String, Long> skipped = new TreeMap<>();
            try {
                ReadReport report = CsvHashList.read(
                        new InputStreamReader(
                                new ByteArrayInputStream(answer.body()), StandardCharsets.UTF_8.newDecoder()),
                        FeedEntry.UNLABELLED,
                        entry -> take(entry, byId, skipped));
                skipped.putAll(report.skipped());
            } catch (InvalidHashListException | IOException invalid) {
                throw ExchangeAnswers.rubbish(
                        file,
                        invalid instanceof InvalidHashListException at
                                ? "a list whose line " + at.line() + " is none"
                                : "no text in UTF-8",
                        null);
            }
            List<FeedEntry> entries = new ArrayList<>();
            byId.forEach((id, hashes) -> entries.add(new FeedEntry(id, severity(hashes), hashes, Optional.empty())));
            String version = answer.headers().firstValue("ETag").orElse("");
            return new FeedPage(entries, cursor.done(version, clock.instant()), false, true, skipped);
        }

        private void take(ListedHash entry, Map<String, List<ListedHash>> byId, Map<String, Long> skipped) {
            if (entry instanceof ListedPicture picture && picture.quality().orElse(LEAST_QUALITY) < LEAST_QUALITY) {
                skipped.merge("PDQ hashes of a quality below " + LEAST_QUALITY, 1L, Long::sum);
            } else if (!ExchangeAnswers.isId(entry.id())) {
                throw ExchangeAnswers.rubbish(file, "an entry whose id is none", null);
            } else {
                byId.computeIfAbsent(entry.id(), id -> new ArrayList<>()).add(entry);
            }
        }

        private static Optional<String> severity(List<ListedHash> hashes) {
            return hashes.stream()
                    .map(ListedHash::label)
                    .filter(label -> !label.equals(FeedEntry.UNLABELLED))
                    .findFirst();
        }
    }

    /**
     * StopNCII's API: {@code GET /FetchHashes?startTimestamp=&pageSize=&nextPageToken=} answers in JSON with the
     * present state of each hash that changed. A hash whose cases were withdrawn or deleted is taken down. Adults gave
     * these hashes of pictures of themselves; nothing of it is about children.
     *
     * @param base what {@code /FetchHashes} is appended to
     */
    private record StopNciiFeed(URI base, FeedClient client, Clock clock) implements HashFeed {

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
}
