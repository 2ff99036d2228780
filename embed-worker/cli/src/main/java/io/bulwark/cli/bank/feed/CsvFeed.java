package io.bulwark.cli.bank.feed;

import io.bulwark.perception.hash.CsvHashList;
import io.bulwark.perception.hash.HashList.InvalidHashListException;
import io.bulwark.perception.hash.HashList.MatchRule;
import io.bulwark.perception.hash.HashList.ReadReport;
import io.bulwark.perception.hash.ListedHash.ListedPicture;
import io.bulwark.perception.hash.ListedHash;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A list that is one CSV file, as {@link CsvHashList} reads it; the column {@code label} is the severity. What the file
 * lacks was taken down. A server that names the file's version (ETag) is not asked for the same one twice.
 */
record CsvFeed(URI file, FeedClient client, Clock clock) implements HashFeed {

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
                    new InputStreamReader(new ByteArrayInputStream(answer.body()), StandardCharsets.UTF_8.newDecoder()),
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
